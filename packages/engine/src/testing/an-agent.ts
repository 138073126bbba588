import { type AgentDefinition, type ReferenceDocument, validateAgent } from '@octavus/protocol';

/**
 * An agent compiled from its text.
 *
 * @param protocol the text of protocol.yaml, indented as the test likes.
 * @param prompts prompt name → text.
 * @param references documents of the agent.
 * @throws Error with the diagnostics when the agent is not valid; warnings are fine.
 */
export function anAgent(
  protocol: string,
  prompts: { readonly [name: string]: string } = {},
  references: readonly ReferenceDocument[] = [],
): AgentDefinition {
  const result = validateAgent({
    settings: { slug: 'test-agent', name: 'Test agent', format: 'interactive' },
    protocol: outdent(protocol),
    prompts: Object.entries(prompts).map(([name, content]) => ({ name, content })),
    references,
  });
  if (!result.definition) throw new Error(result.errors.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return result.definition;
}

/** Removes the indentation of the first line from all lines. */
function outdent(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indent = lines[0]?.match(/^ */)?.[0].length ?? 0;
  return `${lines.map((line) => line.slice(Math.min(indent, line.length))).join('\n')}\n`;
}
