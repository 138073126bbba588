import type { JsonObject } from '@octavus/core';
import type { AgentDefinition, Announced } from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';
import type { ServerResult } from './offered-tool.ts';
import { noDevice } from './skills.ts';

type IntegrationSettings = Pick<ThreadSettings, 'mcpServers' | 'onDemandMcpServers'>;

/**
 * Remote servers of a scope that are not connected, in list order: lazy ones, which the model connects when it needs them, and eager ones
 * that could not be connected (protocol-language.md 2.7, 8.2).
 */
export function findIntegrations(
  definition: AgentDefinition,
  { mcpServers }: Pick<IntegrationSettings, 'mcpServers'>,
): readonly Announced[] {
  return mcpServers.flatMap((namespace) => {
    const server = definition.mcpServers.get(namespace);
    if (server?.source !== 'remote') return [];
    return [{ name: namespace, description: server.description ?? namespace }];
  });
}

/** Names for the tools that list and connect them; `undefined` where the scope has no such tools (8.1). */
export function integrationNames(
  definition: AgentDefinition,
  settings: IntegrationSettings,
): readonly string[] | undefined {
  const names = findIntegrations(definition, settings).map(({ name }) => name);
  return names.length > 0 || settings.onDemandMcpServers?.length ? names : undefined;
}

/** No remote server is configured here, so there is nothing to list or to connect. */
export function refuseIntegrationCall(definition: AgentDefinition, { name }: JsonObject): ServerResult {
  if (typeof name !== 'string') return { outcome: { error: 'No MCP server is configured on this server.' } };
  return { outcome: { error: refusal(definition, name) } };
}

/** Why a tool of a remote server cannot be called. */
export function refusal(definition: AgentDefinition, namespace: string): string {
  if (definition.mcpServers.get(namespace)?.execution === 'device') return noDevice;
  return `The MCP server "${namespace}" is not configured on this server.`;
}
