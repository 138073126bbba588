import { type AgentReport, toIssue } from './agent-report.ts';

/** Findings as JSON: one entry per agent, each like the answer of the validation endpoint. Ends with a line feed. */
export function printJson(reports: readonly AgentReport[]): string {
  const agents = reports.map(({ folder, errors, warnings }) => ({
    folder,
    valid: errors.length === 0,
    errors: errors.map(toIssue),
    warnings: warnings.map(toIssue),
  }));
  return `${JSON.stringify(agents, null, 2)}\n`;
}
