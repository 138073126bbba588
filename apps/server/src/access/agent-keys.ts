import { randomBytes } from 'node:crypto';
import { type Ids, OctavusError } from '@octavus/core';
import type { Clock } from '@octavus/engine';
import type { Agent } from '../storage/storage.ts';
import type { AgentKeys } from '../storage/workforce.ts';
import { createApiKey, describeApiKey, digestOfApiKey, isWellFormedApiKey, keyPrefixes } from './api-key.ts';
import type { ScopedPrincipal } from './scope.ts';

/** Keys that open the workforce endpoints of one agent and nothing else (http-api.md 2.1, 11). */
export interface AgentKeyAccess {
  /** @throws OctavusError UNAUTHORIZED for anything but a key that is stored and not revoked. */
  authenticate(credential: string): Promise<ScopedPrincipal>;
}

export function createAgentKeyAccess(keys: Pick<AgentKeys, 'findByDigest'>): AgentKeyAccess {
  return {
    authenticate: async (credential) => {
      const isWellFormed = isWellFormedApiKey(credential, keyPrefixes.agent);
      const key = isWellFormed ? await keys.findByDigest(digestOfApiKey(credential)) : undefined;
      if (!key || key.revokedAt !== undefined) throw new OctavusError('UNAUTHORIZED');
      return { projectId: key.projectId, scope: { agentId: key.agentId, sessionId: undefined } };
    },
  };
}

interface IssueAgentKeyOptions {
  readonly agent: Pick<Agent, 'id' | 'projectId'>;
  readonly name: string;
  readonly keys: Pick<AgentKeys, 'create'>;
  readonly ids: Pick<Ids, 'resource'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Makes and stores a key. @returns the key itself, which cannot be had again, and its id. */
export async function issueAgentKey(
  options: IssueAgentKeyOptions,
): Promise<{ readonly id: string; readonly key: string }> {
  const { agent, name, keys, ids, clock } = options;
  const key = createApiKey(randomBytes, keyPrefixes.agent);
  const id = ids.resource();
  const createdAt = clock.now();
  const { id: agentId, projectId } = agent;
  await keys.create({ id, projectId, agentId, name, ...describeApiKey(key), createdAt, revokedAt: undefined });
  return { id, key };
}
