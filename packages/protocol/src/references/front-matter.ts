import type { JsonValue } from '@octavus/core';
import { createDiagnosticCollector } from '../diagnostics/report.ts';
import { normaliseText } from '../diagnostics/source.ts';
import { parseProtocol } from '../parse/parse-protocol.ts';
import { nodeValue } from '../types/node-value.ts';

export type FrontMatter =
  | { readonly state: 'read'; readonly fields: ReadonlyMap<string, JsonValue>; readonly body: string }
  /** The text does not open with a `---` line, or no second one follows. */
  | { readonly state: 'missing' }
  | { readonly state: 'invalid'; readonly reason: string };

/** A `---` line, the header, a `---` line. White space behind the dashes is allowed. */
const block = /^---[ \t]*\n(?<header>(?:(?!---[ \t]*(?:\n|$)).*\n)*?)---[ \t]*(?:\n|$)/;

/**
 * Splits a Markdown document with front matter (protocol-language.md 1.1; references and skills have it).
 *
 * @param text the file, with or without byte order mark, with any line ends.
 * @returns the fields of the header and the text below it, with LF line ends and not trimmed.
 */
export function parseFrontMatter(text: string): FrontMatter {
  const normalised = normaliseText(text);
  const found = block.exec(normalised);
  if (!found) return { state: 'missing' };
  const body = normalised.slice(found[0].length);
  const header = found.groups!.header!;
  const collector = createDiagnosticCollector();
  const root = parseProtocol(header, collector.report);
  const [problem] = collector.finish().errors;
  if (problem?.code === 'PROTO_EMPTY') return { state: 'read', fields: new Map(), body };
  if (!root || problem) return { state: 'invalid', reason: problem?.message ?? '' };
  const fields = [...root.entries].map(([key, node]) => [key, nodeValue(node) ?? null] as const);
  return { state: 'read', fields: new Map(fields), body };
}
