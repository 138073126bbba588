import { relative, resolve } from 'node:path';
import {
  type AgentReport,
  printGithub,
  printJson,
  printSarif,
  printText,
  type ValidationResult,
  validateAgentFiles,
} from '@octavus/protocol';
import type { Cli } from '../command.ts';
import { exitCodes } from '../failures.ts';
import { readFiles } from './agent-files.ts';
import { findAgentFolders } from './find-agent-folders.ts';
import { configuredProviders } from './providers.ts';

export const reportFormats = ['text', 'json', 'github', 'sarif'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/**
 * Checks agent folders with the server's own validator, in this process: no key, no network.
 *
 * @param paths folders of agents, or globs of them.
 * @returns the exit status.
 * @throws FileFailure when a path leads to no agent.
 */
export function validateLocally(
  cli: Cli,
  paths: readonly string[],
  { format, failOnWarnings = false }: { readonly format?: ReportFormat; readonly failOnWarnings?: boolean },
): number {
  const { output } = cli;
  const reports = findAgentFolders(paths, cli.cwd).map((folder) => reportOn(cli, folder));
  const chosen = format ?? (output.isJson ? 'json' : 'text');
  // A report is the command's one result: `--json` does not take it away.
  output.stdout.write(print(reports, chosen, output.hasColor));
  const isFailed = reports.some(({ errors, warnings }) => errors.length > 0 || (failOnWarnings && warnings.length > 0));
  return isFailed ? exitCodes.failure : exitCodes.success;
}

/** The findings in one agent folder and, when there are no errors, the compiled agent. */
export function validateFolder(
  cli: Pick<Cli, 'env'>,
  folder: string,
): ValidationResult & { readonly files: Map<string, Uint8Array> } {
  const files = readFiles(folder);
  return { ...validateAgentFiles(files, { environment: { providers: configuredProviders(cli.env) } }), files };
}

function reportOn(cli: Cli, folder: string): AgentReport {
  const { errors, warnings, files } = validateFolder(cli, folder);
  return toReport({ errors, warnings, files }, relative(cli.cwd, resolve(cli.cwd, folder)));
}

/** @param shownFolder the folder as the reader knows it. */
export function toReport(
  {
    errors,
    warnings,
    files,
  }: Pick<AgentReport, 'errors' | 'warnings'> & { readonly files: ReadonlyMap<string, Uint8Array> },
  shownFolder: string,
): AgentReport {
  const textOf = (path: string) => {
    const bytes = files.get(path) ?? (path === 'protocol.yaml' ? files.get('protocol.yml') : undefined);
    return bytes && new TextDecoder().decode(bytes);
  };
  return { folder: shownFolder.split('\\').join('/'), errors, warnings, textOf };
}

function print(reports: readonly AgentReport[], format: ReportFormat, hasColor: boolean): string {
  switch (format) {
    case 'text':
      return printText(reports, { hasColor });
    case 'json':
      return printJson(reports);
    case 'github':
      return printGithub(reports);
    case 'sarif':
      return printSarif(reports);
  }
}
