import { type DiagnosticCode, diagnosticCatalogue, type Severity } from './catalogue.ts';
import { createLineIndex, type LinePosition } from './source.ts';
import { suggest } from './suggest.ts';

/** One finding, as clients see it (protocol-language.md 7.1). */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  /** Where in the definition: `agent.tools.1`, `prompts/system`, `settings.slug` (7.2). */
  readonly path: string;
  readonly file: SourceFile;
  /** From 1, in `file`; absent together with `column` when there is no place. */
  readonly line?: number;
  /** From 1, in UTF-16 code units. */
  readonly column?: number;
}

/** The file a diagnostic belongs to. `prompts` and `references` mean the collections. */
export type SourceFile =
  | 'settings'
  | 'protocol'
  | 'prompts'
  | 'references'
  | `prompts/${string}`
  | `references/${string}`;

/** Where a diagnostic points. `offset` counts UTF-16 code units in the file's normalised text (`normaliseText`). */
export interface Place {
  readonly file: SourceFile;
  readonly path: string;
  readonly offset?: number;
}

/** The names in braces of a message template. */
type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

type MessageOf<Code extends DiagnosticCode> = (typeof diagnosticCatalogue)[Code]['message'];

/** The values a code's message needs: one per placeholder, none when it has none. */
export type DiagnosticParams<Code extends DiagnosticCode> = {
  readonly [Name in Placeholder<MessageOf<Code>>]: string | number;
};

/** What follows the message: the nearest of the allowed names, or a fixed sentence. */
export type Help = { readonly wrong: string; readonly allowed: Iterable<string> } | { readonly hint: string };

/**
 * Records one diagnostic; checking goes on.
 *
 * @param params one value per placeholder of the code's message; `{}` when it has none.
 * @param help `{ wrong, allowed }` appends "Did you mean …?" when a name of `allowed` is near (read only when the diagnostic is shown);
 * `{ hint }` appends the sentence.
 */
export type Report = <Code extends DiagnosticCode>(
  code: Code,
  place: Place,
  params: DiagnosticParams<Code>,
  help?: Help,
) => void;

/** Source: protocol-language.md 1.4. */
export const maxDiagnostics = 500;

/** Kept before sorting and cutting, per severity; hostile files produce more, which are only counted. */
const maxCollected = 20_000;

interface Finding {
  readonly code: DiagnosticCode;
  readonly place: Place;
  readonly params: Readonly<Record<string, string | number>>;
  readonly help: Help | undefined;
}

/** Gathers reports and turns them into sorted lists. */
export interface DiagnosticCollector {
  readonly report: Report;
  /** True once an error was reported. */
  hasErrors(): boolean;
  /** Gives the normalised text that the offsets of `file` count in. */
  addSource(file: SourceFile, text: string): void;
  /** Sorted by file, line, column and code, without repetitions, at most 500 each (7.3). */
  finish(): { errors: Diagnostic[]; warnings: Diagnostic[] };
}

export function createDiagnosticCollector(): DiagnosticCollector {
  const findings: Record<Severity, Map<string, Finding>> = { error: new Map(), warning: new Map() };
  const dropped: Record<Severity, number> = { error: 0, warning: 0 };
  const positions = new Map<SourceFile, (offset: number) => LinePosition>();

  return {
    report(code, place, params, help) {
      const { severity } = diagnosticCatalogue[code];
      const found = findings[severity];
      const finding: Finding = { code, place, params, help };
      const key = identity(finding);
      if (found.has(key)) return;
      if (found.size < maxCollected) found.set(key, finding);
      else dropped[severity]++;
    },
    hasErrors: () => findings.error.size > 0,
    addSource: (file, text) => void positions.set(file, createLineIndex(text)),
    finish: () => ({
      errors: listFindings('error', findings.error, dropped.error, positions),
      warnings: listFindings('warning', findings.warning, dropped.warning, positions),
    }),
  };
}

/** Prompt checks of several uses find the same thing at the same place: `use` does not tell findings apart (7.4, below 195). */
function identity({ code, place, params }: Finding): string {
  let key = `${code}\n${place.path}\n${place.offset ?? ''}`;
  for (const name in params) if (name !== 'use') key += `\n${params[name]}`;
  return key;
}

function listFindings(
  severity: Severity,
  found: ReadonlyMap<string, Finding>,
  dropped: number,
  positions: ReadonlyMap<SourceFile, (offset: number) => LinePosition>,
): Diagnostic[] {
  const total = found.size + dropped;
  const sorted = [...found.values()].sort(compareFindings);
  const shown = total > maxDiagnostics ? sorted.slice(0, maxDiagnostics - 1) : sorted;
  const budget: Budget = { comparisons: 50_000 };
  const list = shown.map((finding) => toDiagnostic(finding, positions, budget));
  if (total > shown.length) list.push(moreDiagnostics(severity, total - shown.length));
  return list;
}

/** Names that suggestions may still be compared with: hostile files declare thousands of names and mistake as many. */
interface Budget {
  comparisons: number;
}

function toDiagnostic(
  { code, place, params, help }: Finding,
  positions: ReadonlyMap<SourceFile, (offset: number) => LinePosition>,
  budget: Budget,
): Diagnostic {
  const { severity, message } = diagnosticCatalogue[code];
  const position = place.offset === undefined ? undefined : positions.get(place.file)?.(place.offset);
  const text = formatMessage(message, params) + helpText(help, budget);
  return { code, severity, message: text, path: place.path, file: place.file, ...position };
}

function moreDiagnostics(severity: Severity, count: number): Diagnostic {
  const message = formatMessage(diagnosticCatalogue.PROTO_MORE_DIAGNOSTICS.message, { count });
  return { code: 'PROTO_MORE_DIAGNOSTICS', severity, message, path: 'protocol', file: 'protocol' };
}

/** Values in messages are shortened: a wrong value may be a megabyte long. */
const longestValue = 200;

function formatMessage(template: string, params: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (source, name: string) => {
    const value = params[name];
    if (value === undefined) return source;
    const text = String(value);
    return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
  });
}

function helpText(help: Help | undefined, budget: Budget): string {
  if (help === undefined) return '';
  if ('hint' in help) return ` ${help.hint}`;
  const suggestion = suggest(help.wrong, withinBudget(help.allowed, budget));
  return suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
}

function* withinBudget(names: Iterable<string>, budget: Budget): Iterable<string> {
  for (const name of names) {
    if (budget.comparisons === 0) return;
    budget.comparisons--;
    yield name;
  }
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    compareFiles(a.place.file, b.place.file) ||
    (a.place.offset ?? -1) - (b.place.offset ?? -1) ||
    compareText(a.code, b.code) ||
    compareText(a.place.path, b.place.path)
  );
}

/** Settings, protocol, prompts by name, references by name. */
function compareFiles(a: SourceFile, b: SourceFile): number {
  return a === b ? 0 : fileRank(a) - fileRank(b) || compareText(a, b);
}

function fileRank(file: SourceFile): number {
  return file === 'settings' ? 0 : file === 'protocol' ? 1 : file.startsWith('prompts') ? 2 : 3;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
