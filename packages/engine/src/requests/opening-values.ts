import type { JsonValue, LanguageModels } from '@octavus/core';
import { type AgentDefinition, coerceInputs } from '@octavus/protocol';
import { openSession, type SessionOpening, type Values } from '../state/session-state.ts';
import { checkInputSettings } from '../values/resolve-settings.ts';
import { agentScope } from '../values/scope.ts';
import { invalidInput } from './check-trigger.ts';

/**
 * What a session starts with: its coerced input and the declared defaults (runtime-semantics.md 1.1, 3.1, 6.1).
 *
 * @param input what the caller sent.
 * @param models of the host, to know which providers there are. Absent: every provider counts as known.
 * @throws OctavusError VALIDATION_ERROR with one issue per missing or unfit input, and per agent setting that refers to an input with
 *   a value it cannot have.
 */
export function openingValues(
  definition: AgentDefinition,
  input: { readonly [name: string]: unknown },
  models?: Pick<LanguageModels, 'resolve'>,
): Pick<SessionOpening, 'input' | 'variables' | 'resources'> {
  const coerced = coerceInputs(definition.input, input);
  if (!coerced.isValid) throw invalidInput(coerced.issues);
  const opening = {
    input: coerced.values,
    variables: defaultsOf(definition.variables),
    resources: defaultsOf(definition.resources),
  };
  const issues = settingIssues(definition, opening, models);
  if (issues.length > 0) throw invalidInput(issues);
  return opening;
}

function settingIssues(
  definition: AgentDefinition,
  opening: Pick<SessionOpening, 'input' | 'variables' | 'resources'>,
  models: Pick<LanguageModels, 'resolve'> | undefined,
) {
  if (!definition.agent) return [];
  const state = openSession({ sessionId: '', kind: 'interactive', ...opening });
  const isInput = (name: string) => definition.input.has(name);
  return checkInputSettings(definition.agent, isInput, agentScope({ definition, state }), models);
}

/** The values of declarations that have one. */
export function defaultsOf(
  declarations: ReadonlyMap<string, { readonly name: string; readonly default: JsonValue | undefined }>,
): Values {
  const values: [string, JsonValue][] = [];
  for (const { name, default: value } of declarations.values()) if (value !== undefined) values.push([name, value]);
  return Object.fromEntries(values);
}
