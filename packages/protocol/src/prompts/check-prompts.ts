import { byteLength } from '../byte-length.ts';
import type { Place, Report } from '../diagnostics/report.ts';
import { circleText, findCircles } from '../graph.ts';
import { parsePrompt } from './parse.ts';
import type { ParsedPrompt } from './tree.ts';

/** The prompts of an agent after their files are checked. */
export interface PromptSet {
  /** Parsed files by name. */
  readonly prompts: ReadonlyMap<string, ParsedPrompt>;
  /** The prompt and everything it includes, itself first, each once; empty when there is no such prompt. */
  reachable(name: string): readonly ParsedPrompt[];
  /** True when the prompt and everything it includes has no error. */
  isSound(name: string): boolean;
}

/** Source of both: protocol-language.md 1.4. */
const maxIncludeDepth = 16;
const maxExpandedBytes = 1024 * 1024;

/**
 * Parses the prompt files and checks each by itself and how they include each other (175 to 186, 191, 192).
 *
 * @param files text of each prompt by name; files that are too large or not text are left out.
 * @param names all prompt names, those of left out files included: an include of one is not missing.
 */
export function checkPrompts(
  files: ReadonlyMap<string, string>,
  names: { has(name: string): boolean; keys(): Iterable<string> },
  report: Report,
): PromptSet {
  const prompts = new Map<string, ParsedPrompt>();
  for (const [name, content] of files) prompts.set(name, parsePrompt(name, content, names));
  const broken = new Set<string>();
  const watched: Report = (code, place, params, help) => {
    broken.add(place.path.slice('prompts/'.length));
    report(code, place, params, help);
  };
  for (const prompt of prompts.values()) {
    reportIssues(prompt, report, broken);
    checkIncludes(prompt, prompts, names, watched);
  }
  checkCircles(prompts, watched);
  checkExpansion(prompts, watched);
  return createPromptSet(prompts, broken);
}

/** The place of a piece of a prompt file. */
export function promptPlace(name: string, offset?: number): Place {
  return { file: `prompts/${name}`, path: `prompts/${name}`, offset };
}

const harmless: ReadonlySet<string> = new Set([
  'PROMPT_TAG_UNKNOWN',
  'PROMPT_TAG_SPACING',
  'PROMPT_PLACEHOLDER_SYNTAX',
]);

function reportIssues(prompt: ParsedPrompt, report: Report, broken: Set<string>): void {
  for (const { code, start, params } of prompt.issues) {
    if (!harmless.has(code)) broken.add(prompt.name);
    // The scanner and the parser give each of their codes the parameters of its message.
    report(code, promptPlace(prompt.name, start), params as never);
  }
}

function checkIncludes(
  { name, includes }: ParsedPrompt,
  prompts: ReadonlyMap<string, ParsedPrompt>,
  names: { has(name: string): boolean; keys(): Iterable<string> },
  report: Report,
): void {
  for (const { prompt, start } of includes) {
    if (prompts.has(prompt) || names.has(prompt)) continue;
    const help = { wrong: prompt, allowed: names.keys() };
    report('PROMPT_INCLUDE_MISSING', promptPlace(name, start), { p: prompt }, help);
  }
}

function checkCircles(prompts: ReadonlyMap<string, ParsedPrompt>, report: Report): void {
  const sorted = [...prompts.keys()].sort();
  const circles = findCircles(sorted, (name) => prompts.get(name)!.includes.map(({ prompt }) => prompt));
  for (const circle of circles) {
    const [first, second = first] = circle as [string, ...string[]];
    const include = prompts.get(first)!.includes.find(({ prompt }) => prompt === second);
    report('PROMPT_INCLUDE_CIRCULAR', promptPlace(first, include?.start), { cycle: circleText(circle) });
  }
}

interface Extent {
  readonly depth: number;
  readonly bytes: number;
}

/**
 * Refuses prompts that nest too deep or grow too large with their includes (178, 179): each chain once, at the file that crosses the
 * limit. The text of tags and of every branch counts, so that the limit bounds the work of rendering too.
 */
function checkExpansion(prompts: ReadonlyMap<string, ParsedPrompt>, report: Report): void {
  const extents = new Map<string, Extent | undefined>();
  for (const name of prompts.keys()) measure(name);

  /** `undefined` when the prompt is not there, includes itself, or is beyond the limits: reported elsewhere. */
  function measure(name: string): Extent | undefined {
    if (extents.has(name)) return extents.get(name);
    extents.set(name, undefined);
    const prompt = prompts.get(name);
    const extent = prompt && extentOf(prompt);
    extents.set(name, extent);
    return extent;
  }

  function extentOf({ name, text, includes }: ParsedPrompt): Extent | undefined {
    let depth = 0;
    let bytes = byteLength(text);
    let deepest: number | undefined;
    for (const { prompt, start } of includes) {
      const inner = measure(prompt);
      if (!inner) return undefined;
      bytes += inner.bytes;
      if (inner.depth + 1 <= depth) continue;
      depth = inner.depth + 1;
      deepest = start;
    }
    const isDeep = depth > maxIncludeDepth;
    const isLarge = bytes > maxExpandedBytes;
    if (isDeep) report('PROMPT_INCLUDE_DEPTH', promptPlace(name, deepest), { max: maxIncludeDepth });
    if (isLarge) report('PROMPT_TOO_LARGE', promptPlace(name), { max: maxExpandedBytes });
    return isDeep || isLarge ? undefined : { depth, bytes };
  }
}

function createPromptSet(prompts: ReadonlyMap<string, ParsedPrompt>, broken: ReadonlySet<string>): PromptSet {
  const reached = new Map<string, readonly ParsedPrompt[]>();
  return { prompts, reachable, isSound };

  function reachable(name: string): readonly ParsedPrompt[] {
    const known = reached.get(name);
    if (known) return known;
    const names = new Set([name]);
    for (const next of names) for (const { prompt } of prompts.get(next)?.includes ?? []) names.add(prompt);
    const found = [...names].flatMap((each) => prompts.get(each) ?? []);
    reached.set(name, found);
    return found;
  }

  function isSound(name: string): boolean {
    const files = reachable(name);
    const isComplete = files.every(({ includes }) => includes.every(({ prompt }) => prompts.has(prompt)));
    return files.length > 0 && isComplete && files.every((file) => !broken.has(file.name));
  }
}
