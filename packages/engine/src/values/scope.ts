import type { JsonValue } from '@octavus/core';
import {
  type AgentDefinition,
  absentInput,
  type InputDeclaration,
  type PromptUse,
  renderPrompt,
} from '@octavus/protocol';
import type { SessionState, Values } from '../state/session-state.ts';

/** The names a place may refer to, with their values of this moment (runtime-semantics.md 3.2). */
export interface ValueScope {
  /** `undefined`: absent. */
  find(name: string): JsonValue | undefined;
  /** The declaration, when the name is an input; it decides what an absent one reads as. */
  findInput(name: string): InputDeclaration | undefined;
}

interface ScopeParts {
  readonly definition: AgentDefinition;
  readonly state: SessionState;
}

/** Names of the agent section: session input, variables and resources; a trigger's inputs are not among them (3.1). */
export function agentScope({ definition, state }: ScopeParts): ValueScope {
  return {
    find: (name) => firstValue(name, state.variables, state.resources, state.input),
    findInput: (name) => definition.input.get(name),
  };
}

/** Names of a block: the trigger's inputs first, which hide others of their name even while absent. */
export function blockScope({ definition, state }: ScopeParts): ValueScope {
  const { execution } = state;
  const outer = agentScope({ definition, state });
  const trigger = execution && definition.triggers.get(execution.triggerName);
  if (!trigger || trigger.input.size === 0) return outer;
  return {
    find: (name) => (trigger.input.has(name) ? firstValue(name, execution.triggerInput) : outer.find(name)),
    findInput: (name) => trigger.input.get(name) ?? outer.findInput(name),
  };
}

/** Renders a prompt with the labels its mapping lists; others stay as written. */
export function renderPromptUse({ template, labels }: PromptUse, scope: ValueScope): string {
  return renderPrompt(template, (label) => {
    const source = labels.get(label);
    if (source === undefined) return undefined;
    const value = scope.find(source);
    return value === undefined && scope.findInput(source) ? absentInput : value;
  });
}

/** A value of `null` is a value. */
function firstValue(name: string, ...places: readonly Values[]): JsonValue | undefined {
  for (const values of places) if (Object.hasOwn(values, name)) return values[name];
  return undefined;
}
