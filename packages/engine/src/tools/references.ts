import type { AgentDefinition, ReferenceDocument } from '@octavus/protocol';
import type { ToolOutcome } from '../state/position.ts';
import type { ServerCall } from './offered-tool.ts';

/** The documents of a scope, in list order; names that no longer exist are passed over. */
export function findReferences(definition: AgentDefinition, names: readonly string[]): readonly ReferenceDocument[] {
  return names.flatMap((name) => definition.references.get(name) ?? []);
}

/** `octavus_reference_list` (protocol-language.md 8.1). */
export function listReferences(definition: AgentDefinition, names: readonly string[]): ToolOutcome {
  const references = findReferences(definition, names).map(({ name, description }) => ({ name, description }));
  return { result: { references } };
}

/** `octavus_reference_read` (protocol-language.md 8.1). */
export function readReference(definition: AgentDefinition, names: readonly string[], call: ServerCall): ToolOutcome {
  const document = findReferences(definition, names).find(({ name }) => name === call.input.name);
  if (!document) return { error: `There is no reference named ${String(call.input.name)}.` };
  return { result: { name: document.name, content: document.content } };
}
