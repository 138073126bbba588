import { buildModel } from './checks/build-model.ts';
import { checkAgent } from './checks/check-agent.ts';
import type { AgentModel } from './checks/context.ts';
import { checkEnvironment } from './checks/environment.ts';
import { type CheckedFiles, checkFiles } from './checks/files.ts';
import { promptUses } from './checks/prompt-uses.ts';
import { checkSections } from './checks/sections.ts';
import { type CheckedSettings, checkSettings } from './checks/settings-file.ts';
import { checkUnused } from './checks/unused.ts';
import { checkUnusedFiles } from './checks/unused-files.ts';
import { compileAgent } from './compile/compile-agent.ts';
import type { AgentDefinition } from './definition/definition.ts';
import { createDiagnosticCollector, type Diagnostic, type DiagnosticCollector } from './diagnostics/report.ts';
import { normaliseText } from './diagnostics/source.ts';
import type { Environment } from './environment.ts';
import { builtInProviders } from './model-id.ts';
import type { MapNode } from './parse/node.ts';
import { parseProtocol } from './parse/parse-protocol.ts';
import { checkPrompts, type PromptSet } from './prompts/check-prompts.ts';
import { createPromptUseCheck } from './prompts/check-uses.ts';

/** The outcome of a validation (protocol-language.md 7.1). */
export interface ValidationResult {
  /** True exactly when there is no error. */
  readonly valid: boolean;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** The compiled agent; there exactly when `valid`. */
  readonly definition?: AgentDefinition;
}

export interface ValidateOptions {
  /** What the server knows about the project; without it nothing is said about skills, servers and other agents. */
  readonly environment?: Environment;
  /** Gets what was found in the folder the payload was read from (`readAgentFiles`), so that it is part of the result. */
  readonly collector?: DiagnosticCollector;
}

/**
 * Checks a whole agent, whatever it holds, and compiles it when it is valid.
 *
 * @param payload the files as a client posts them (`AgentPayload`); anything else is diagnosed, never thrown.
 * @returns all findings, sorted by file, line, column and code; at most 500 errors and 500 warnings.
 */
export function validateAgent(payload: unknown, options: ValidateOptions = {}): ValidationResult {
  const collector = options.collector ?? createDiagnosticCollector();
  const definition = check(payload, options.environment ?? {}, collector);
  const { errors, warnings } = collector.finish();
  return errors.length === 0 && definition
    ? { valid: true, errors, warnings, definition }
    : { valid: false, errors, warnings };
}

function check(
  payload: unknown,
  environment: Environment,
  collector: DiagnosticCollector,
): AgentDefinition | undefined {
  const { report } = collector;
  const fields = new Map<string, unknown>(
    typeof payload === 'object' && payload !== null ? Object.entries(payload) : [],
  );
  const settings = checkSettings(fields.get('settings'), report);
  const files = checkFiles(fields, report);
  const prompts = checkPromptFiles(files, collector);
  const model = checkProtocol(files, settings, environment, collector);
  if (!model) return undefined;
  const uses = promptUses(model);
  const checkUse = createPromptUseCheck(prompts, report);
  for (const use of uses) checkUse(use);
  checkEnvironment(model, environment, report);
  if (collector.hasErrors()) return undefined;
  const used = { prompts: uses.map(({ prompt }) => prompt), references: model.usage.references };
  checkUnused(model, report);
  checkUnusedFiles(used, { prompts, references: files.references.keys() }, report);
  return compileAgent({ model, settings, prompts, references: files.references });
}

function checkPromptFiles({ prompts, promptNames }: CheckedFiles, collector: DiagnosticCollector): PromptSet {
  for (const [name, text] of prompts) collector.addSource(`prompts/${name}`, normaliseText(text));
  return checkPrompts(prompts, promptNames, collector.report);
}

function checkProtocol(
  files: CheckedFiles,
  { slug, format }: CheckedSettings,
  environment: Environment,
  collector: DiagnosticCollector,
): AgentModel | undefined {
  if (files.protocol === undefined) return undefined;
  const { report } = collector;
  const text = normaliseText(files.protocol);
  collector.addSource('protocol', text);
  const root = parseProtocol(text, report);
  if (!root) return undefined;
  const unsound = new Set<string>();
  const sections = checkSections(root, { report, format, unsound });
  const model = buildModel(
    {
      slug,
      // With unknown settings the sections that are there tell what the author meant.
      format: format ?? guessFormat(root),
      sections,
      unsound,
      prompts: files.promptNames,
      references: new Set(files.references.keys()),
      providers: new Set([...builtInProviders, ...(environment.providers ?? [])]),
    },
    report,
  );
  checkAgent(model, report);
  return model;
}

function guessFormat({ entries }: MapNode): 'interactive' | 'worker' {
  return entries.has('steps') && !entries.has('agent') ? 'worker' : 'interactive';
}
