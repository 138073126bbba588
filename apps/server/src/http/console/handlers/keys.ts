import type { ConsoleApiKey } from '@octavus/console-api';
import { OctavusError } from '@octavus/core';
import { issueApiKey, permissions } from '../../../access/api-keys.ts';
import { toIsoTime } from '../../../iso-time.ts';
import type { ApiKey } from '../../../storage/storage.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The API keys of a project. */
export function keyHandlers({ services }: HandlerContext) {
  const console = () => services.console;
  return {
    'GET /console/api/projects/:projectId/keys': async ({ params: { projectId } }) => ({
      keys: (await console().storage.apiKeys.list(projectId)).map(toKey),
    }),

    'POST /console/api/projects/:projectId/keys': async ({ params: { projectId }, body }) => {
      const { storage, ids, clock } = console();
      const { name, expiresInDays } = body;
      const granted = permissions.filter((permission) => body.permissions.includes(permission));
      const expiresAt = expiresInDays === undefined ? undefined : clock.now() + expiresInDays * dayMs;
      const issue = { projectId, name, permissions: granted, expiresAt, keys: storage.apiKeys, ids, clock };
      const { id, key } = await issueApiKey(issue);
      const stored = (await storage.apiKeys.list(projectId)).find((found) => found.id === id);
      if (!stored) throw new OctavusError('NOT_FOUND', { resource: 'API key' });
      return { ...toKey(stored), key };
    },

    'DELETE /console/api/projects/:projectId/keys/:keyId': async ({ params: { projectId, keyId } }) => {
      const { storage, clock } = console();
      const isRevoked = await storage.apiKeys.revoke(keyId, clock.now(), projectId);
      if (!isRevoked) throw new OctavusError('NOT_FOUND', { resource: 'API key' });
      return { revoked: true };
    },
  } satisfies Partial<ConsoleHandlers>;
}

function toKey({ id, name, prefix, permissions, createdAt, lastUsedAt, expiresAt, revokedAt }: ApiKey): ConsoleApiKey {
  return {
    id,
    name,
    prefix,
    permissions: [...permissions],
    createdAt: toIsoTime(createdAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: toIsoTime(lastUsedAt) }),
    ...(expiresAt !== undefined && { expiresAt: toIsoTime(expiresAt) }),
    ...(revokedAt !== undefined && { revokedAt: toIsoTime(revokedAt) }),
  };
}
