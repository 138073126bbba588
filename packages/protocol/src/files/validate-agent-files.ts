import type { AgentPayload } from '../definition/definition.ts';
import { createDiagnosticCollector, type DiagnosticCollector, type Report } from '../diagnostics/report.ts';
import { type ValidateOptions, type ValidationResult, validateAgent } from '../validate.ts';
import { type AgentFiles, readAgentFiles, type UncheckedPayload } from './read-agent-files.ts';

export interface FilesValidation extends ValidationResult {
  /** What a client posts; an `AgentPayload` when the result is valid. */
  readonly payload: UncheckedPayload | AgentPayload;
}

/**
 * Checks an agent folder: what only the files can tell, and everything `validateAgent` checks.
 *
 * @param files content by path below the folder, with `/` as separator.
 */
export function validateAgentFiles(
  files: AgentFiles,
  options: Omit<ValidateOptions, 'collector'> = {},
): FilesValidation {
  const collector = createDiagnosticCollector();
  const broken = new Set<string>();
  const payload = readAgentFiles(files, (code, place, params, help) => {
    broken.add(`${code} ${place.path}`);
    collector.report(code, place, params, help);
  });
  const result = validateAgent(payload, { ...options, collector: withoutEchoes(collector, broken) });
  return { ...result, payload };
}

/** A file that cannot be read is not reported again for what it does not hold. */
function withoutEchoes(collector: DiagnosticCollector, broken: ReadonlySet<string>): DiagnosticCollector {
  const report: Report = (code, place, params, help) => {
    const cause = causes.get(code);
    if (cause === undefined || !broken.has(`${cause} ${place.path}`)) collector.report(code, place, params, help);
  };
  return { ...collector, report };
}

const causes: ReadonlyMap<string, string> = new Map([
  ['SETTINGS_MISSING', 'SETTINGS_INVALID_JSON'],
  ['REFERENCE_DESCRIPTION', 'REFERENCE_FRONT_MATTER'],
  ['REFERENCE_EMPTY', 'REFERENCE_FRONT_MATTER'],
]);
