import { randomBytes } from 'node:crypto';
import { OctavusError } from '@octavus/core';
import type { Clock, Ids } from '@octavus/engine';
import type { Logger } from '../logging.ts';
import type { ApiKey, ApiKeys, Permission } from '../storage/storage.ts';
import { createApiKey, describeApiKey, digestOfApiKey, isWellFormedApiKey } from './api-key.ts';

/** The values of `Permission`, in the order of the documentation. */
export const permissions = ['agents', 'sessions', 'mint-tokens'] as const satisfies readonly Permission[];

/** Who a request acts for. */
export interface Principal {
  readonly keyId: string;
  readonly projectId: string;
  readonly permissions: readonly Permission[];
}

/** Recognises API keys. */
export interface ApiKeyAccess {
  /** @throws OctavusError UNAUTHORIZED for anything but a key that is stored, not revoked and not expired. */
  authenticate(credential: string): Promise<Principal>;
}

interface ApiKeyAccessOptions {
  readonly keys: Pick<ApiKeys, 'findByDigest' | 'touch'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** How exact `lastUsedAt` is: a busy key costs one write in this time. */
const touchEveryMs = 60_000;

export function createApiKeyAccess({ keys, clock, logger }: ApiKeyAccessOptions): ApiKeyAccess {
  const touching = new Set<string>();

  /** Nothing waits for it, and a failure costs only the date in a list. */
  function touch(key: ApiKey, now: number): void {
    if (now - (key.lastUsedAt ?? 0) < touchEveryMs || touching.has(key.id)) return;
    touching.add(key.id);
    keys
      .touch(key.id, now)
      .catch((cause: unknown) => logger.warn({ err: cause, keyId: key.id }, 'The use of an API key could not be noted'))
      .finally(() => touching.delete(key.id));
  }

  return {
    authenticate: async (credential) => {
      if (!isWellFormedApiKey(credential)) throw new OctavusError('UNAUTHORIZED');
      const key = await keys.findByDigest(digestOfApiKey(credential));
      const now = clock.now();
      if (!key || !isValidKey(key, now)) throw new OctavusError('UNAUTHORIZED');
      touch(key, now);
      return { keyId: key.id, projectId: key.projectId, permissions: key.permissions };
    },
  };
}

/** Whether a stored key opens anything at that time. */
export function isValidKey(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: number): boolean {
  return key.revokedAt === undefined && (key.expiresAt === undefined || key.expiresAt > now);
}

interface IssueKeyOptions {
  readonly projectId: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** Default: it does not expire. */
  readonly expiresAt?: number;
  readonly keys: Pick<ApiKeys, 'create'>;
  readonly ids: Pick<Ids, 'resource'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Makes and stores a key. @returns the key itself, which cannot be had again, and its id. */
export async function issueApiKey(options: IssueKeyOptions): Promise<{ readonly id: string; readonly key: string }> {
  const { projectId, name, permissions, expiresAt, keys, ids, clock } = options;
  const key = createApiKey(randomBytes);
  const id = ids.resource();
  await keys.create({
    id,
    projectId,
    name,
    ...describeApiKey(key),
    permissions,
    createdAt: clock.now(),
    lastUsedAt: undefined,
    expiresAt,
    revokedAt: undefined,
  });
  return { id, key };
}
