import type { AgentDefinition } from '@octavus/protocol';
import { type BuiltInTool, builtInToolLabel, listBuiltInTools } from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';
import { checkAgainstSchema } from './check-schema.ts';
import type { OfferedTool } from './offered-tool.ts';
import { listReferences, readReference } from './references.ts';
import { writeTodos } from './todos.ts';

/** The `octavus_*` tools of a scope, run by the server (protocol-language.md 8.1). */
export function builtInTools(definition: AgentDefinition, { todoList, references }: ThreadSettings): OfferedTool[] {
  return listBuiltInTools({ todoList, references }).flatMap((tool) => {
    const run = runners[tool.name]?.(definition, references);
    return run ? [toOffered(tool, run)] : [];
  });
}

type Run = NonNullable<OfferedTool['run']>;

const runners: {
  readonly [Name in BuiltInTool['name']]?: (definition: AgentDefinition, references: readonly string[]) => Run;
} = {
  octavus_todo_write: () => writeTodos,
  octavus_reference_list: (definition, names) => () => listReferences(definition, names),
  octavus_reference_read: (definition, names) => (call) => readReference(definition, names, call),
};

function toOffered({ name, description, parameters }: BuiltInTool, run: Run): OfferedTool {
  return {
    model: { name, description, inputSchema: parameters, isStrictCapable: false },
    // The list itself is shown, not the call (stream-events.md 5.2).
    display: name === 'octavus_todo_write' ? 'hidden' : 'description',
    label: undefined,
    labelFor: (input) => builtInToolLabel(name, input),
    check: (input) => checkAgainstSchema(parameters, input),
    run,
  };
}
