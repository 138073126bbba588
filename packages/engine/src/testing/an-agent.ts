import { type AgentDefinition, type AgentSettings, type ReferenceDocument, validateAgent } from '@octavus/protocol';

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
  return compile({ slug: 'test-agent', name: 'Test agent', format: 'interactive' }, { protocol, prompts, references });
}

/** A worker compiled from its text, as `anAgent`. */
export function aWorker(
  slug: string,
  protocol: string,
  prompts: { readonly [name: string]: string } = {},
): AgentDefinition {
  const settings = { slug, name: `Worker ${slug}`, description: `Does ${slug}`, format: 'worker' as const };
  return compile(settings, { protocol, prompts, references: [] });
}

interface Texts {
  readonly protocol: string;
  readonly prompts: { readonly [name: string]: string };
  readonly references: readonly ReferenceDocument[];
}

function compile(settings: AgentSettings, { protocol, prompts, references }: Texts): AgentDefinition {
  const result = validateAgent({
    settings,
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
