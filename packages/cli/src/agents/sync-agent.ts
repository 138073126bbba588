import { agentChangedResponseSchema } from '@octavus/core';
import type { AgentPayload } from '@octavus/protocol';
import type { Api } from '../api/api.ts';
import { ApiFailure } from '../failures.ts';
import { compareAgents, type FileChange } from './compare.ts';
import { agentPath, findAgent, type RemoteAgent } from './remote-agent.ts';

/** What a sync would do. */
export interface SyncPlan {
  readonly action: 'create' | 'update' | 'unchanged';
  readonly changes: readonly FileChange[];
  readonly remote: RemoteAgent | undefined;
}

export interface SyncResult {
  readonly agentId: string;
  readonly created: boolean;
}

/** Compares a definition with what the server holds; changes nothing. */
export async function planSync(api: Api, definition: Required<AgentPayload>): Promise<SyncPlan> {
  const remote = await findAgent(api, definition.settings.slug);
  const changes = compareAgents(remote?.definition, definition);
  const action = remote === undefined ? 'create' : changes.length > 0 ? 'update' : 'unchanged';
  return { action, changes, remote };
}

/** Creates the agent, or replaces what the server holds of it (cli.md 4.2). */
export async function syncAgent(api: Api, definition: Required<AgentPayload>): Promise<SyncResult> {
  const { slug } = definition.settings;
  const remote = await findAgent(api, slug);
  if (remote) return update(api, definition, remote);
  try {
    return await create(api, definition);
  } catch (error) {
    // Another sync made it in between: what that one sent is replaced like any earlier version.
    const isTaken = error instanceof ApiFailure && error.status === 409;
    const made = isTaken ? await findAgent(api, slug) : undefined;
    if (!made) throw error;
    return update(api, definition, made);
  }
}

async function create(api: Api, definition: Required<AgentPayload>): Promise<SyncResult> {
  const { agentId } = await api.request('POST', '/api/agents', {
    body: definition,
    schema: agentChangedResponseSchema,
  });
  return { agentId, created: true };
}

async function update(api: Api, definition: Required<AgentPayload>, remote: RemoteAgent): Promise<SyncResult> {
  const { agentId } = await api.request('PATCH', agentPath(definition.settings.slug), {
    body: toUpdate(definition, remote),
    schema: agentChangedResponseSchema,
  });
  return { agentId, created: false };
}

function toUpdate({ settings, protocol, prompts, references }: Required<AgentPayload>, remote: RemoteAgent): object {
  const { slug: _, ...changed } = settings;
  // An absent description stays as it is on the server; only `null` takes it away.
  const isCleared = settings.description === undefined && remote.definition.settings.description !== undefined;
  return { settings: { ...changed, ...(isCleared && { description: null }) }, protocol, prompts, references };
}
