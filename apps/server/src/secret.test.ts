import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deriveKey, openSecret } from './secret.ts';

async function openDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'octavus-secret-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

const sqlite = { secret: undefined, databaseUrl: 'file:x.db' };

test('the configured secret wins', async () => {
  expect(await openSecret({ ...sqlite, secret: 'mine', dataDir: '/nowhere' })).toBe('mine');
});

test('one is generated once, for its owner alone', async () => {
  const dataDir = join(await openDir(), 'deep', 'data');
  const [first, second] = await Promise.all([openSecret({ ...sqlite, dataDir }), openSecret({ ...sqlite, dataDir })]);
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(second).toBe(first);
  expect(await openSecret({ ...sqlite, dataDir })).toBe(first);
  expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600);
});

test('it must be set with PostgreSQL', async () => {
  const opening = openSecret({ secret: undefined, dataDir: '/nowhere', databaseUrl: 'postgres://db/x' });
  await expect(opening).rejects.toThrow('OCTAVUS_SECRET is required with PostgreSQL');
});

test('a data directory that cannot be used is named', async () => {
  const file = join(await openDir(), 'file');
  await writeFile(file, '');
  await expect(openSecret({ ...sqlite, dataDir: join(file, 'data') })).rejects.toThrow(
    /^The data directory .* cannot be used \(ENOTDIR\)/,
  );
});

test('each purpose has a key of its own', () => {
  const keys = [
    ['s', 'file urls'],
    ['s', 'tokens'],
    ['t', 'file urls'],
  ].map(([secret, purpose]) => Buffer.from(deriveKey(secret!, purpose!)).toString('hex'));
  expect(new Set(keys).size).toBe(3);
  // A pin: another value would end the addresses that are in use.
  expect(keys[0]).toBe('81ae53ce0295026e0d5925d145a1fff524b53c4e1bd5d23345b0daae2816d505');
});
