import { expect } from 'vitest';
import type { ApiKey, MintedToken, Storage } from '../../src/storage/storage.ts';
import { aKey, anId, aProject, now, type TestStorage } from './storage-fixtures.ts';

/** Ephemeral tokens. */
export function describeTokens(testStorage: TestStorage): void {
  testStorage('a token is found with what its key may do, until when', async (storage) => {
    const key = await storedKey(storage, { permissions: ['mint-tokens'], expiresAt: now + 1 });
    const token = await storedToken(storage, key);
    const status = { permissions: ['mint-tokens'], expiresAt: now + 1, revokedAt: undefined };
    expect(await storage.tokens.find(token.jti)).toEqual({ revokedAt: undefined, key: status });
    expect(await storage.tokens.find('unknown')).toBeUndefined();
    await storage.apiKeys.revoke(key.id, now + 5);
    expect(await storage.tokens.find(token.jti)).toMatchObject({ key: { revokedAt: now + 5 } });
  });

  testStorage('a token is revoked once, and alone', async (storage) => {
    const key = await storedKey(storage);
    const token = await storedToken(storage, key);
    const other = await storedToken(storage, key);
    expect(await storage.tokens.revoke(key.projectId, token.jti, now)).toBe(true);
    expect(await storage.tokens.revoke(key.projectId, token.jti, now + 1)).toBe(false);
    expect(await storage.tokens.find(token.jti)).toMatchObject({ revokedAt: now });
    expect(await storage.tokens.find(other.jti)).toMatchObject({ revokedAt: undefined });
  });

  testStorage('unknown, expired and foreign tokens are not revoked', async (storage) => {
    const key = await storedKey(storage);
    const { projectId } = await storedKey(storage);
    const token = await storedToken(storage, key, { expiresAt: now });
    expect(await storage.tokens.revoke(key.projectId, 'unknown', now)).toBe(false);
    expect(await storage.tokens.revoke(projectId, token.jti, now - 1)).toBe(false);
    expect(await storage.tokens.revoke(key.projectId, token.jti, now)).toBe(false);
    expect(await storage.tokens.find(token.jti)).toMatchObject({ revokedAt: undefined });
  });

  testStorage('expired tokens are forgotten, the oldest first, revoked or not', async (storage) => {
    const key = await storedKey(storage);
    const [live, last, first] = await Promise.all(
      [now + 1, now, now - 1].map((expiresAt) => storedToken(storage, key, { expiresAt })),
    );
    await storage.tokens.revoke(key.projectId, first!.jti, now - 2);
    expect(await storage.tokens.removeExpired(now, 1)).toBe(1);
    expect(await storage.tokens.find(first!.jti)).toBeUndefined();
    expect(await storage.tokens.find(last!.jti)).toBeDefined();
    expect(await storage.tokens.removeExpired(now, 10)).toBe(1);
    expect(await storage.tokens.removeExpired(now, 10)).toBe(0);
    expect(await storage.tokens.find(live!.jti)).toBeDefined();
  });
}

async function storedKey(storage: Storage, overrides: Partial<ApiKey> = {}): Promise<ApiKey> {
  const project = aProject();
  await storage.projects.create(project);
  const key = aKey(project.id, overrides);
  await storage.apiKeys.create(key);
  return key;
}

async function storedToken(
  storage: Storage,
  { id: keyId, projectId }: ApiKey,
  overrides: Partial<MintedToken> = {},
): Promise<MintedToken> {
  const token = { jti: anId(), projectId, keyId, expiresAt: now + 3_600_000, ...overrides };
  await storage.tokens.create(token);
  return token;
}
