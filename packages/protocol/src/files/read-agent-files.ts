import type { AgentPayload } from '../definition/definition.ts';
import type { Report } from '../diagnostics/report.ts';
import { parseFrontMatter } from '../references/front-matter.ts';

/** An agent folder: content by path below the folder, with `/` as separator (`prompts/shared/tone.md`). */
export type AgentFiles = ReadonlyMap<string, string | Uint8Array>;

/** What a folder holds before validation: `settings` and `protocol` may be missing or of any kind. */
export interface UncheckedPayload {
  readonly settings: unknown;
  readonly protocol: string | undefined;
  readonly prompts: AgentPayload['prompts'];
  readonly references: NonNullable<AgentPayload['references']>;
}

/**
 * Makes the payload of an agent folder (protocol-language.md 1.1). Other files are ignored; prompts and references are sorted by name.
 * `protocol.yml` is read when there is no `protocol.yaml`.
 *
 * Reports what only the files can tell: `SETTINGS_INVALID_JSON`, `FILE_ENCODING` and `REFERENCE_FRONT_MATTER`. A file with such an
 * error is in the payload all the same, as far as it can be read, so that its name is known.
 */
export function readAgentFiles(files: AgentFiles, report: Report): UncheckedPayload {
  const texts = new Map([...files].map(([path, content]) => [path, decode(path, content, report)] as const));
  const paths = [...texts.keys()].sort();
  const textOf = (path: string) => texts.get(path) ?? '';
  return {
    settings: readSettings(texts.get('settings.json'), report),
    protocol: texts.get('protocol.yaml') ?? texts.get('protocol.yml'),
    prompts: named(paths, /^prompts\/(.*)\.md$/s).map(({ name, path }) => ({ name, content: textOf(path) })),
    references: named(paths, /^references\/([^/]*)\.md$/s).map(({ name, path }) =>
      readReference(name, textOf(path), report),
    ),
  };
}

function named(paths: readonly string[], pattern: RegExp): { name: string; path: string }[] {
  const found = paths.flatMap((path) => {
    const name = pattern.exec(path)?.[1];
    return name === undefined ? [] : [{ name, path }];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readSettings(text: string | undefined, report: Report): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report('SETTINGS_INVALID_JSON', { file: 'settings', path: 'settings' }, { reason });
    return undefined;
  }
}

function readReference(
  name: string,
  text: string,
  report: Report,
): { name: string; description: string; content: string } {
  const matter = parseFrontMatter(text);
  if (matter.state === 'read') {
    const description = matter.fields.get('description') ?? '';
    const isText = typeof description === 'string';
    return { name, description: isText ? description : JSON.stringify(description), content: matter.body.trim() };
  }
  const help = matter.state === 'invalid' ? { hint: matter.reason } : undefined;
  report('REFERENCE_FRONT_MATTER', { file: `references/${name}`, path: `references/${name}` }, { n: name }, help);
  return { name, description: '', content: text.trim() };
}

/** Invalid UTF-8 is reported and read with replacement characters. */
function decode(path: string, content: string | Uint8Array, report: Report): string {
  if (typeof content === 'string') return content;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  const place = placeOf(path);
  if (place && text.includes('\uFFFD') && !isUtf8(content)) report('FILE_ENCODING', place, { file: path });
  return text;
}

function isUtf8(content: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}

/** `undefined` for files that are no part of an agent. */
function placeOf(path: string): Parameters<Report>[1] | undefined {
  if (path === 'settings.json') return { file: 'settings', path: 'settings' };
  if (path === 'protocol.yaml' || path === 'protocol.yml') return { file: 'protocol', path: 'protocol' };
  const name = path.replace(/\.md$/, '');
  if (name === path) return undefined;
  if (/^prompts\//.test(name)) return { file: name as `prompts/${string}`, path: name };
  return /^references\/[^/]*$/.test(name) ? { file: name as `references/${string}`, path: name } : undefined;
}
