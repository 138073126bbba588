import { type JsonObject, OctavusError, type ToolSchema } from '@octavus/core';
import { type AgentDefinition, coerceInputs } from '@octavus/protocol';
import type { Values } from '../state/session-state.ts';
import { normaliseToolSchema } from '../tools/normalise-schema.ts';

/** What a client asks for when it fires a trigger (http-api.md 6.6). */
export interface TriggerFields {
  readonly triggerName: string;
  readonly input?: { readonly [name: string]: unknown };
  readonly dynamicToolSchemas?: readonly ToolSchema[];
}

/** A trigger that may run: what `runTrigger` takes. */
export interface AcceptedTrigger {
  readonly name: string;
  /** Coerced, defaults filled in. */
  readonly input: Values;
  /** With schemas every provider accepts. */
  readonly dynamicTools: readonly ToolSchema[];
}

/**
 * Checks a trigger against the definition; nothing is stored yet (runtime-semantics.md 2, step 4).
 *
 * @throws OctavusError VALIDATION_ERROR with one issue per problem: unknown trigger, missing or unfit input.
 */
export function checkTrigger(definition: AgentDefinition, fields: TriggerFields): AcceptedTrigger {
  const trigger = definition.triggers.get(fields.triggerName);
  if (!trigger) throw unknownTrigger(definition, fields.triggerName);
  const coerced = coerceInputs(trigger.input, fields.input);
  if (!coerced.isValid) throw invalidInput(coerced.issues);
  return {
    name: trigger.name,
    input: coerced.values,
    dynamicTools: normaliseTools(fields.dynamicToolSchemas ?? []),
  };
}

/** Dynamic tools with schemas that a provider can take; of two with one name the first stays. */
export function normaliseTools(tools: readonly ToolSchema[]): readonly ToolSchema[] {
  const byName = new Map<string, ToolSchema>();
  for (const tool of tools) {
    if (!byName.has(tool.name))
      byName.set(tool.name, { ...tool, inputSchema: normaliseToolSchema(tool.inputSchema as JsonObject) });
  }
  return [...byName.values()];
}

export function invalidInput(issues: readonly { readonly path: string; readonly message: string }[]): OctavusError {
  const message = `Invalid input: ${issues[0]?.message ?? 'see issues'}`;
  return new OctavusError(
    'VALIDATION_ERROR',
    {},
    { message, issues: issues.map(({ path, message }) => ({ path: `input.${path}`, message })) },
  );
}

function unknownTrigger(definition: AgentDefinition, name: string): OctavusError {
  const known = [...definition.triggers.keys()].slice(0, 12).join(', ');
  const message = `The agent has no trigger "${name.slice(0, 80)}". ${known ? `It has: ${known}.` : 'It has none.'}`;
  return new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: 'triggerName', message }] });
}
