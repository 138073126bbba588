import type { ToolSchema } from '@octavus/core';
import type { Run } from '../execution/run.ts';
import { namespaceOf } from './namespace.ts';

/**
 * Notes tools of the caller that no model will see because the agent declares no MCP server for their namespace (protocol-language.md
 * 6.5): a misspelt namespace would go unnoticed otherwise. One entry for each namespace.
 */
export function logIgnoredTools(run: Run, dynamicTools: readonly ToolSchema[]): void {
  const namesByNamespace = new Map<string, string[]>();
  for (const { name } of dynamicTools) {
    const namespace = namespaceOf(name);
    const source = run.definition.mcpServers.get(namespace)?.source;
    if (source === 'device' || source === 'consumer') continue;
    namesByNamespace.set(namespace, [...(namesByNamespace.get(namespace) ?? []), name]);
  }
  for (const [namespace, names] of namesByNamespace) {
    const message = `Tools offered by the caller are ignored, the agent declares no MCP server "${namespace}": ${listed(names)}.`;
    run.log({ type: 'error', error: { type: 'tool_error', message, source: 'tool', retryable: false } });
  }
}

const maxListed = 10;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, maxListed).join(', ');
  return names.length > maxListed ? `${shown} and ${names.length - maxListed} more` : shown;
}
