import type { Diagnostic } from '../report.ts';
import { normaliseText } from '../source.ts';
import { type AgentReport, countText, findingsOf, pathInFolder, pathOf } from './agent-report.ts';

export interface TextOptions {
  /** Adds terminal colours. Default false. */
  readonly hasColor?: boolean;
}

/** Longest piece of a line that is shown, in characters. */
const shownWidth = 100;

/**
 * Findings for a terminal: place, severity and code, the message, and the line with a caret below it. Ends with the totals.
 *
 * @returns lines separated by line feeds, with one at the end.
 */
export function printText(reports: readonly AgentReport[], { hasColor = false }: TextOptions = {}): string {
  const paint = hasColor ? colour : plain;
  const findings = reports.flatMap((report) =>
    findingsOf(report).map((finding) => printFinding(finding, report, paint)),
  );
  const errors = reports.reduce((sum, report) => sum + report.errors.length, 0);
  const warnings = reports.reduce((sum, report) => sum + report.warnings.length, 0);
  return `${[...findings, countText(errors, warnings)].join('\n\n')}\n`;
}

type Style = 'error' | 'warning' | 'quiet';
type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, number>> = { error: 31, warning: 33, quiet: 2 };
const colour: Paint = (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m`;
const plain: Paint = (_style, text) => text;

function printFinding(finding: Diagnostic, report: AgentReport, paint: Paint): string {
  const { severity, code, message, line, column } = finding;
  const position = line === undefined ? '' : `:${line}:${column}`;
  const head = `${pathOf(report.folder, finding.file)}${position} ${paint(severity, severity)} ${paint('quiet', code)}`;
  return [head, `  ${message}`, ...excerpt(finding, report, paint)].join('\n');
}

function excerpt({ file, severity, line, column }: Diagnostic, report: AgentReport, paint: Paint): string[] {
  const text = line === undefined ? undefined : report.textOf?.(pathInFolder(file));
  if (text === undefined || line === undefined || column === undefined) return [];
  const source = normaliseText(text).split('\n')[line - 1];
  if (source === undefined) return [];
  const start = Math.max(0, column - 1 - shownWidth / 2);
  const piece = source.slice(start, start + shownWidth);
  // Tabs stay tabs, so that the caret stands below its character.
  const indent = piece.slice(0, column - 1 - start).replace(/[^\t]/g, ' ');
  const gutter = ' '.repeat(String(line).length);
  return [
    `  ${paint('quiet', `${line} |`)} ${piece}`,
    `  ${paint('quiet', `${gutter} |`)} ${indent}${paint(severity, '^')}`,
  ];
}
