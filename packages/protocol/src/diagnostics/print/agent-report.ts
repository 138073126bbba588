import type { Severity } from '../catalogue.ts';
import type { Diagnostic, SourceFile } from '../report.ts';

/** What was found in one agent, and where its files are. */
export interface AgentReport {
  /** Folder of the agent as the reader knows it, such as `agents/front-desk`; empty for the current one. */
  readonly folder: string;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** Text of a file by its path below the folder (`protocol.yaml`), for showing the line; `undefined` when it is not at hand. */
  readonly textOf?: (path: string) => string | undefined;
}

/** A finding as the API and the JSON printer give it (protocol-language.md 7.1). */
export interface PublicIssue {
  readonly message: string;
  readonly path: string;
  readonly severity: Severity;
  readonly code: string;
  readonly line?: number;
  readonly column?: number;
}

/** The public form of a diagnostic: without `file`, and without a position when there is none. */
export function toIssue({ message, path, severity, code, line, column }: Diagnostic): PublicIssue {
  return line === undefined ? { message, path, severity, code } : { message, path, severity, code, line, column };
}

/** Errors first, each list in its own order. */
export function findingsOf({ errors, warnings }: AgentReport): Diagnostic[] {
  return [...errors, ...warnings];
}

/** Path of a diagnostic's file below the agent's folder. */
export function pathInFolder(file: SourceFile): string {
  if (file === 'settings') return 'settings.json';
  if (file === 'protocol') return 'protocol.yaml';
  return file.includes('/') ? `${file}.md` : file;
}

/** Path of a diagnostic's file as the reader knows it. */
export function pathOf(folder: string, file: SourceFile): string {
  const path = pathInFolder(file);
  return folder === '' ? path : `${folder.replace(/\/+$/, '')}/${path}`;
}

/** `1 error, 2 warnings`. */
export function countText(errors: number, warnings: number): string {
  return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
