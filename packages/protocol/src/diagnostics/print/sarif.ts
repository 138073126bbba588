import { diagnosticCatalogue } from '../catalogue.ts';
import type { Diagnostic } from '../report.ts';
import { type AgentReport, findingsOf, pathOf } from './agent-report.ts';

/**
 * Findings as SARIF 2.1.0, for code scanning. Only the rules that were broken are listed.
 *
 * Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
 */
export function printSarif(reports: readonly AgentReport[]): string {
  const findings = reports.flatMap((report) =>
    findingsOf(report).map((finding) => ({ finding, folder: report.folder })),
  );
  const rules = [...new Set(findings.map(({ finding }) => finding.code))];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'octavus', rules: rules.map(toRule) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ finding, folder }) => toResult(finding, folder, rules.indexOf(finding.code))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function toRule(code: Diagnostic['code']): object {
  const { severity, message } = diagnosticCatalogue[code];
  return { id: code, shortDescription: { text: message }, defaultConfiguration: { level: severity } };
}

function toResult(
  { code, severity, message, path, file, line, column }: Diagnostic,
  folder: string,
  ruleIndex: number,
) {
  const uri = pathOf(folder, file).split('/').map(encodeURIComponent).join('/');
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, ...region },
        logicalLocations: [{ fullyQualifiedName: path }],
      },
    ],
  };
}
