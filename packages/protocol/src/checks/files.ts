import { byteLength } from '../byte-length.ts';
import type { ReferenceDocument } from '../definition/definition.ts';
import type { Report, SourceFile } from '../diagnostics/report.ts';
import { isPromptName, isPromptStyle, isSlug } from '../names.ts';
import { limits } from '../parse/limits.ts';

/** The files of a payload: names that are given, and the texts that can be used. */
export interface CheckedFiles {
  readonly protocol: string | undefined;
  readonly promptNames: ReadonlySet<string>;
  /** Without files that are too large or no text. */
  readonly prompts: ReadonlyMap<string, string>;
  readonly references: ReadonlyMap<string, ReferenceDocument>;
}

/** Checks names, number and size of the files of a payload (9 to 20, 22). */
export function checkFiles(payload: ReadonlyMap<string, unknown>, report: Report): CheckedFiles {
  const prompts = readList(payload.get('prompts'), 'prompts', report);
  const references = readList(payload.get('references'), 'references', report);
  const protocol = payload.get('protocol');
  const total = [protocol, ...[...prompts, ...references].map(({ content }) => content)].reduce(sumLengths, 0);
  if (total > limits.totalBytes) {
    report('FILE_TOTAL_TOO_LARGE', { file: 'protocol', path: 'protocol' }, { size: total, max: limits.totalBytes });
    return { protocol: undefined, promptNames: new Set(), prompts: new Map(), references: new Map() };
  }
  return {
    protocol: readProtocol(protocol, report),
    ...readPrompts(prompts, report),
    references: readReferences(references, report),
  };
}

interface GivenFile {
  readonly name: unknown;
  readonly content: unknown;
  readonly description: unknown;
}

/** UTF-16 units are at most the bytes of UTF-8: the exact size is only counted for what is small enough to look at. */
function sumLengths(total: number, content: unknown): number {
  if (typeof content !== 'string') return total;
  return total + (content.length > limits.totalBytes ? content.length : byteLength(content));
}

function readList(value: unknown, kind: 'prompts' | 'references', report: Report): GivenFile[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    report('FILE_ENCODING', { file: kind, path: kind }, { file: kind });
    return [];
  }
  if (value.length > limits[kind]) {
    report('FILE_TOO_MANY', { file: kind, path: kind }, { kind, count: value.length, max: limits[kind] });
  }
  return value.slice(0, limits[kind]).map((item: unknown) => {
    const fields = new Map<string, unknown>(typeof item === 'object' && item !== null ? Object.entries(item) : []);
    return { name: fields.get('name'), content: fields.get('content'), description: fields.get('description') };
  });
}

function readProtocol(protocol: unknown, report: Report): string | undefined {
  if (typeof protocol === 'string') return readText(protocol, 'protocol', 'protocol.yaml', report);
  report('FILE_PROTOCOL_MISSING', { file: 'protocol', path: 'protocol' }, {});
  return undefined;
}

/** A text within the size limit, or `undefined` (10, 13). */
function readText(content: unknown, file: SourceFile, title: string, report: Report): string | undefined {
  const isText = typeof content === 'string' && !content.includes('\u0000') && content.isWellFormed();
  if (!isText) {
    report('FILE_ENCODING', { file, path: file }, { file: title });
    return undefined;
  }
  const size = byteLength(content);
  if (size <= limits.fileBytes) return content;
  report('FILE_TOO_LARGE', { file, path: file }, { file: title, size, max: limits.fileBytes });
  return undefined;
}

function readPrompts(given: readonly GivenFile[], report: Report): Pick<CheckedFiles, 'promptNames' | 'prompts'> {
  const promptNames = new Set<string>();
  const prompts = new Map<string, string>();
  for (const { name: givenName, content } of given) {
    const name = typeof givenName === 'string' ? givenName : '';
    const file: SourceFile = `prompts/${name}`;
    const place = { file, path: file };
    if (promptNames.has(name)) {
      report('PROMPT_DUPLICATE', place, { n: name });
      continue;
    }
    promptNames.add(name);
    if (!isPromptName(name)) report('PROMPT_NAME', place, { n: name }, suffixHint(name));
    else if (!isPromptStyle(name)) report('PROMPT_NAME_STYLE', place, {});
    const text = readText(content, file, `${file}.md`, report);
    if (text === undefined) continue;
    if (text.trim() === '') report('PROMPT_EMPTY', place, { n: name });
    prompts.set(name, text);
  }
  return { promptNames, prompts };
}

function readReferences(given: readonly GivenFile[], report: Report): Map<string, ReferenceDocument> {
  const references = new Map<string, ReferenceDocument>();
  for (const { name: givenName, description, content } of given) {
    const name = typeof givenName === 'string' ? givenName : '';
    const file: SourceFile = `references/${name}`;
    const place = { file, path: file };
    if (references.has(name)) {
      report('REFERENCE_DUPLICATE', place, { n: name });
      continue;
    }
    if (!isSlug(name)) report('REFERENCE_NAME', place, { n: name }, suffixHint(name));
    const hasDescription = typeof description === 'string' && description.trim() !== '';
    if (!hasDescription) report('REFERENCE_DESCRIPTION', place, { n: name });
    const text = readText(content, file, `${file}.md`, report);
    if (text?.trim() === '') report('REFERENCE_EMPTY', place, { n: name });
    references.set(name, { name, description: hasDescription ? description : '', content: text ?? '' });
  }
  return references;
}

function suffixHint(name: string): { hint: string } | undefined {
  return name.endsWith('.md') ? { hint: 'Leave out ".md".' } : undefined;
}
