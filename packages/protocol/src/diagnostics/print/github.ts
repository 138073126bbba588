import type { Diagnostic } from '../report.ts';
import { type AgentReport, findingsOf, pathOf } from './agent-report.ts';

/**
 * Findings as workflow commands of GitHub Actions, which shows them beside the changed lines; one per line.
 *
 * Source: GitHub documentation, "Workflow commands for GitHub Actions".
 */
export function printGithub(reports: readonly AgentReport[]): string {
  return reports
    .flatMap((report) => findingsOf(report).map((finding) => `${command(finding, report.folder)}\n`))
    .join('');
}

function command({ severity, code, message, file, line, column }: Diagnostic, folder: string): string {
  const position = line === undefined ? [] : [`line=${line}`, `col=${column}`];
  const properties = [`file=${escapeProperty(pathOf(folder, file))}`, ...position, `title=${code}`];
  return `::${severity} ${properties.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
