import type { ModelMessage, ModelToolResultPart } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import { namespaceOf } from '../tools/namespace.ts';

/**
 * The context with only the newest results of retaining MCP servers in full; of older ones a line remains (protocol-language.md 2.7).
 *
 * @returns the same messages where no server of the definition retains.
 */
export function retainNewest(messages: readonly ModelMessage[], definition: AgentDefinition): readonly ModelMessage[] {
  if (!retains(definition)) return messages;
  const seen = new Map<string, number>();
  return messages
    .toReversed()
    .map((message) => (message.role === 'tool' ? retainIn(message, definition, seen) : message))
    .reverse();
}

function retains({ mcpServers, onDemandMcpServers }: AgentDefinition): boolean {
  const servers = [...mcpServers.values(), ...onDemandMcpServers.values()];
  return servers.some(({ retainLastResults }) => retainLastResults !== undefined);
}

type ToolMessage = Extract<ModelMessage, { role: 'tool' }>;

/** @param seen results of each namespace in later messages. */
function retainIn(message: ToolMessage, definition: AgentDefinition, seen: Map<string, number>): ToolMessage {
  const content = message.content
    .toReversed()
    .map((part) => retainOne(part, definition, seen))
    .reverse();
  return content.every((part, index) => part === message.content[index]) ? message : { ...message, content };
}

function retainOne(
  part: ModelToolResultPart,
  definition: AgentDefinition,
  seen: Map<string, number>,
): ModelToolResultPart {
  const namespace = namespaceOf(part.toolName);
  const limit = limitOf(namespace, definition);
  if (limit === undefined) return part;
  const newer = seen.get(namespace) ?? 0;
  seen.set(namespace, newer + 1);
  if (newer < limit || part.output.kind === 'error') return part;
  const { files: _, ...rest } = part;
  return { ...rest, output: { kind: 'result', value: noteOf(namespace, limit) } };
}

function limitOf(namespace: string, { mcpServers, onDemandMcpServers }: AgentDefinition): number | undefined {
  if (namespace === '') return undefined;
  const server = mcpServers.get(namespace) ?? onDemandMcpServers.get('remote');
  return server?.retainLastResults;
}

function noteOf(namespace: string, limit: number): string {
  const kept = limit === 1 ? 'newest result' : `newest ${limit} results`;
  const what =
    limit === 0 ? `Results of ${namespace} are not kept.` : `In full you have only the ${kept} of ${namespace}.`;
  return `[Left out. ${what} Call the tool again if this one is needed.]`;
}
