import { expect, test } from 'vitest';
import { storedAgent } from '../../test/suites/storage-fixtures.ts';
import { openStorage } from '../storage/open-storage.ts';
import { createIdempotency } from './idempotency.ts';

const encryptionKey = new Uint8Array(32);
const answer = { status: 201, body: '{"token":"oct_et_secret"}' };

async function anIdempotency() {
  const storage = await openStorage({ url: 'file::memory:' });
  const { projectId } = await storedAgent(storage);
  const clock = { ms: 1_000_000 };
  const options = { requests: storage.idempotency, encryptionKey, now: () => clock.ms };
  return {
    storage,
    clock,
    options,
    idempotency: createIdempotency(options),
    request: { projectId, key: 'k' },
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  };
}

test('an answer is kept with its status, for the same question only', async () => {
  await using kept = await anIdempotency();
  const { idempotency, request } = kept;
  expect(await idempotency.begin(request, { a: 1, b: [2] })).toBeUndefined();
  await idempotency.finish(request, answer);
  expect(await idempotency.begin(request, { b: [2], a: 1 })).toEqual(answer);
  await expect(idempotency.begin(request, { a: 1, b: [3] })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
});

test('while the first request is worked on a second one is a conflict, until it counts as dead', async () => {
  await using kept = await anIdempotency();
  const { idempotency, request, clock } = kept;
  await idempotency.begin(request, 1);
  clock.ms += 60_000;
  await expect(idempotency.begin(request, 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  clock.ms += 1;
  expect(await idempotency.begin(request, 1)).toBeUndefined();
});

test('a released key is free', async () => {
  await using kept = await anIdempotency();
  const { idempotency, request } = kept;
  await idempotency.begin(request, 1);
  await idempotency.release(request);
  expect(await idempotency.begin(request, 2)).toBeUndefined();
});

test('what is stored of an answer does not show it, and only the same secret opens it', async () => {
  await using kept = await anIdempotency();
  const { options, request } = kept;
  const stored: string[] = [];
  const finish: typeof options.requests.finish = async (projectId, key, sealed) => {
    stored.push(sealed);
    return options.requests.finish(projectId, key, sealed);
  };
  const idempotency = createIdempotency({ ...options, requests: { ...options.requests, finish } });
  await idempotency.begin(request, 1);
  await idempotency.finish(request, answer);
  expect(Buffer.from(stored[0]!, 'base64url').toString('latin1')).not.toContain('secret');
  expect(await idempotency.begin(request, 1)).toEqual(answer);
  const stranger = createIdempotency({ ...options, encryptionKey: new Uint8Array(32).fill(1) });
  await expect(stranger.begin(request, 1)).rejects.toMatchObject({ code: 'CONFLICT' });
});
