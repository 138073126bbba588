import { checkImageModel } from '../checks/image-model.ts';
import { checkFileTypes, checkTextType } from '../checks/value-types.ts';
import { entryOf } from '../parse/node.ts';
import { readNames, readText } from '../parse/read.ts';
import { choice, setting } from '../shape/shape.ts';
import { mediaThreadField, outputField, valueName, valueNames } from './fields.ts';
import type { BlockSpec } from './spec.ts';

/** The deprecated `size` and the ratios it stands for (protocol-language.md 2.11). */
export const ratioOfSize: ReadonlyMap<string, string> = new Map([
  ['1024x1024', '1:1'],
  ['1792x1024', '16:9'],
  ['1024x1792', '9:16'],
]);

/** Generates an image, or edits reference images. */
export const generateImage: BlockSpec<'generate-image'> = {
  kind: 'generate-image',
  doc: 'Generates an image, or edits reference images.',
  defaultDisplay: 'description',
  fields: {
    prompt: { shape: valueName, doc: 'Value that holds the image prompt or edit instruction.', required: true },
    imageModel: { shape: setting('imageModel'), doc: 'Image model, or a value that holds its id.', required: true },
    aspectRatio: {
      shape: {
        kind: 'pattern',
        pattern: /^[1-9]\d{0,4}:[1-9]\d{0,4}$/,
        allowed: 'the ratios of two whole numbers, such as "16:9"',
      },
      doc: 'Width to height, such as `16:9`; `1:1` by default.',
    },
    resolution: { shape: choice('1K', '2K', '4K'), doc: 'Only for Gemini 3 image models.' },
    size: { shape: choice(...ratioOfSize.keys()), doc: 'Use `aspectRatio`.', isDeprecated: true },
    referenceImages: { shape: valueNames, doc: 'Values that hold images to edit or use.' },
    output: { ...outputField, doc: 'Variable that receives the URL.' },
    thread: mediaThreadField,
  },
  outputType: () => ({ kind: 'string', enum: undefined, const: undefined }),

  check(block, checks) {
    checkTextType(entryOf(block, 'prompt'), checks);
    checkFileTypes(entryOf(block, 'referenceImages'), checks);
    checkImageModel(block, checks.report);
  },

  compile: (block, compiler) => ({
    prompt: readText(block, 'prompt')!,
    imageModel: compiler.setting<string>(block, 'imageModel')!,
    aspectRatio: readText(block, 'aspectRatio') ?? ratioOfSize.get(readText(block, 'size') ?? '') ?? '1:1',
    resolution: readText(block, 'resolution') as '1K' | '2K' | '4K' | undefined,
    referenceImages: readNames(block, 'referenceImages'),
    output: readText(block, 'output'),
    thread: compiler.thread(block),
  }),
};
