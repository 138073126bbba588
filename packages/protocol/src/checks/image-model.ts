import type { ImageModelTraits } from '../builtin-tools.ts';
import type { Report } from '../diagnostics/report.ts';
import { isModelId } from '../model-id.ts';
import { entryOf, type MapNode, valuePlace } from '../parse/node.ts';
import { readText } from '../parse/read.ts';

/** What image models of a family can do. Source: protocol-language.md 2.11. */
interface ImageFamily {
  readonly pattern: RegExp;
  readonly ratios: readonly string[];
  readonly takesReferences: boolean;
}

/** Offered for models that are not known, too. */
const commonRatios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];

const families: readonly ImageFamily[] = [
  { pattern: /^gemini-.*image/, ratios: commonRatios, takesReferences: true },
  { pattern: /^imagen-/, ratios: ['1:1', '3:4', '4:3', '9:16', '16:9'], takesReferences: false },
  { pattern: /^gpt-image-/, ratios: ['1:1', '3:2', '2:3'], takesReferences: true },
  { pattern: /^dall-e-3/, ratios: ['1:1', '16:9', '9:16'], takesReferences: true },
];

/** Settings that the literal image model of a block cannot honour (167 to 169). */
export function checkImageModel(block: MapNode, report: Report): void {
  const model = readText(block, 'imageModel');
  if (model === undefined || !isModelId(model)) return;
  const family = imageFamilyOf(model);
  const aspectRatio = entryOf(block, 'aspectRatio');
  const ratio = readText(block, 'aspectRatio');
  const resolution = entryOf(block, 'resolution');
  const references = entryOf(block, 'referenceImages');
  if (aspectRatio && ratio !== undefined && family && !family.ratios.includes(ratio)) {
    const nearest = nearestRatio(ratio, family.ratios);
    report('PROTO_ASPECT_RATIO', valuePlace(aspectRatio), { m: model, r: ratio, nearest });
  }
  if (resolution && !hasResolution(model)) {
    report('PROTO_RESOLUTION_IGNORED', valuePlace(resolution), { m: model });
  }
  if (references && family?.takesReferences === false) {
    report('PROTO_REFERENCE_IMAGES', valuePlace(references), { m: model });
  }
}

/** What a built-in tool tells a model about an image model; of one that is not known the best is assumed. */
export function imageModelTraits(model: string): ImageModelTraits {
  const family = imageFamilyOf(model);
  return {
    aspectRatios: family?.ratios ?? commonRatios,
    hasResolution: hasResolution(model),
    acceptsReferenceImages: family?.takesReferences ?? true,
  };
}

/** The ratio that is asked of an image model: of one whose ratios are known the nearest it has. */
export function clampAspectRatio(model: string, ratio: string): string {
  const family = imageFamilyOf(model);
  return family ? nearestRatio(ratio, family.ratios) : ratio;
}

function hasResolution(model: string): boolean {
  return /^gemini-3.*-image/.test(modelName(model));
}

function imageFamilyOf(model: string): ImageFamily | undefined {
  return families.find(({ pattern }) => pattern.test(modelName(model)));
}

function modelName(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1);
}

/** The supported ratio whose shape is closest to the one asked for; the earlier of two equally close ones. */
export function nearestRatio(ratio: string, supported: readonly string[]): string {
  const wanted = Math.log(quotient(ratio));
  let best = supported[0]!;
  let smallest = Number.POSITIVE_INFINITY;
  for (const candidate of supported) {
    const distance = Math.abs(Math.log(quotient(candidate)) - wanted);
    if (distance >= smallest) continue;
    best = candidate;
    smallest = distance;
  }
  return best;
}

function quotient(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  return width / height;
}
