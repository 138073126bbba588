import { randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { ApiKey } from '../storage/storage.ts';
import { createApiKey, describeApiKey } from './api-key.ts';
import { createApiKeyAccess } from './api-keys.ts';

const now = 1_772_616_600_000;

function openAccess(overrides: Partial<ApiKey> = {}) {
  const key = createApiKey(randomBytes);
  const stored: ApiKey = {
    id: 'ck1',
    projectId: 'cp1',
    name: 'ci',
    ...describeApiKey(key),
    permissions: ['agents'],
    createdAt: now - 1000,
    lastUsedAt: undefined,
    expiresAt: undefined,
    revokedAt: undefined,
    ...overrides,
  };
  const findByDigest = vi.fn(async (digest: string) => (digest === stored.digest ? stored : undefined));
  const touch = vi.fn(async (_id: string, _at: number) => undefined);
  const warn = vi.fn();
  const access = createApiKeyAccess({ keys: { findByDigest, touch }, clock: { now: () => now }, logger: { warn } });
  return { key, access, findByDigest, touch, warn };
}

test('a stored key gives its project and permissions', async () => {
  const { access, key } = openAccess();
  expect(await access.authenticate(key)).toEqual({ keyId: 'ck1', projectId: 'cp1', permissions: ['agents'] });
});

test.each([
  ['revoked', { revokedAt: now - 1 }],
  ['expired', { expiresAt: now }],
])('a %s key is unknown', async (_name, overrides) => {
  const { access, key, touch } = openAccess(overrides);
  await expect(access.authenticate(key)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  expect(touch).not.toHaveBeenCalled();
});

test('a key that is not stored is unknown, a mistyped one is not even looked up', async () => {
  const { access, key, findByDigest } = openAccess();
  await expect(access.authenticate(createApiKey(randomBytes))).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  expect(findByDigest).toHaveBeenCalledTimes(1);
  for (const wrong of [`${key}x`, 'oct_et_x', '', 'a'.repeat(100_000)]) {
    await expect(access.authenticate(wrong)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  }
  expect(findByDigest).toHaveBeenCalledTimes(1);
});

test('the last use is noted at most once a minute and never waited for', async () => {
  const { access, key, touch } = openAccess();
  touch.mockReturnValue(new Promise(() => undefined));
  await access.authenticate(key);
  await access.authenticate(key);
  expect(touch.mock.calls).toEqual([['ck1', now]]);

  const recent = openAccess({ lastUsedAt: now - 59_999 });
  await recent.access.authenticate(recent.key);
  expect(recent.touch).not.toHaveBeenCalled();
  const older = openAccess({ lastUsedAt: now - 60_000 });
  await older.access.authenticate(older.key);
  expect(older.touch).toHaveBeenCalledTimes(1);
});

test('a use that cannot be noted does not fail the request', async () => {
  const { access, key, touch, warn } = openAccess();
  touch.mockRejectedValue(new Error('database is locked'));
  await access.authenticate(key);
  await vi.waitFor(() => expect(warn).toHaveBeenCalled(), { timeout: 15_000 });
});
