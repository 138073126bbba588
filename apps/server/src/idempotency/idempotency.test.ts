import { OctavusError } from '@octavus/core';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { storedAgent } from '../../test/suites/storage-fixtures.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { IdempotentRequests } from '../storage/storage.ts';
import { type Claim, createIdempotency, type Idempotency, type KeyedRequest } from './idempotency.ts';

const encryptionKey = new Uint8Array(32);
const answer = { status: 201, body: '{"token":"oct_et_secret"}' };
const inProgress = 'still being worked on';
const unknown = 'is not known';

/** @param change makes calls of the table do something else. */
async function anIdempotency(change: (requests: IdempotentRequests) => Partial<IdempotentRequests> = () => ({})) {
  await using opened = new AsyncDisposableStack();
  const storage = opened.use(await openStorage({ url: 'file::memory:' }));
  const { projectId } = await storedAgent(storage);
  const clock = { ms: 1_000_000 };
  const requests = { ...storage.idempotency, ...change(storage.idempotency) };
  const options = { requests, encryptionKey, now: () => clock.ms, logger: pino({ level: 'silent' }) };
  const idempotency = opened.use(createIdempotency(options));
  const parts = opened.move();
  return {
    clock,
    options,
    idempotency,
    request: { projectId, key: 'k' },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Begins what nobody began before. */
async function claimOf(idempotency: Idempotency, request: KeyedRequest, asked: unknown = 1): Promise<Claim> {
  const begun = await idempotency.begin(request, asked);
  expect(begun).toHaveProperty('finish');
  return begun as Claim;
}

/** Fails so often, then does as before. */
function failing<Args extends unknown[], T>(times: number, work: (...args: Args) => Promise<T>) {
  let left = times;
  return async (...args: Args): Promise<T> => {
    if (left-- > 0) throw new OctavusError('SERVICE_UNAVAILABLE');
    return work(...args);
  };
}

test('an answer is kept with its status, for the same question only', async () => {
  await using kept = await anIdempotency();
  const { idempotency, request } = kept;
  await (await claimOf(idempotency, request, { a: 1, b: [2] })).finish(answer);
  expect(await idempotency.begin(request, { b: [2], a: 1 })).toEqual(answer);
  await expect(idempotency.begin(request, { a: 1, b: [3] })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
});

test('[http.idempotency.unknown] what has no answer is never done again: first it is worked on, then nobody knows', async () => {
  await using kept = await anIdempotency();
  const { idempotency, request, clock } = kept;
  const claim = await claimOf(idempotency, request);
  clock.ms += 60_000;
  await expect(idempotency.begin(request, 1)).rejects.toThrow(inProgress);
  clock.ms += 1;
  await expect(idempotency.begin(request, 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  clock.ms += 23 * 3_600_000;
  await expect(idempotency.begin(request, 1)).rejects.toThrow(unknown);
  await claim.finish(answer);
  expect(await idempotency.begin(request, 1)).toEqual(answer);
});

test('a released key is free, one that was given up is not', async () => {
  await using kept = await anIdempotency();
  const { idempotency, request } = kept;
  await (await claimOf(idempotency, request)).release();
  await (await claimOf(idempotency, request, 2)).giveUp();
  await expect(idempotency.begin(request, 2)).rejects.toThrow(unknown);
});

test('an answer that cannot be kept is kept later, and until then nothing is done again', async () => {
  await using kept = await anIdempotency(({ finish }) => ({ finish: failing(2, finish) }));
  const { idempotency, request } = kept;
  await (await claimOf(idempotency, request)).finish(answer);
  await expect(idempotency.begin(request, 1)).rejects.toThrow(inProgress);
  await vi.waitFor(async () => expect(await idempotency.begin(request, 1)).toEqual(answer), { timeout: 10_000 });
});

test('a key that was taken although the answer of the database was lost is given back', async () => {
  let losses = 1;
  await using kept = await anIdempotency(({ begin }) => ({
    begin: async (request) => {
      const begun = await begin(request);
      if (losses-- > 0) throw new OctavusError('SERVICE_UNAVAILABLE');
      return begun;
    },
  }));
  const { idempotency, request } = kept;
  await expect(idempotency.begin(request, 1)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await claimOf(idempotency, request);
});

test('what is stored of an answer does not show it, and only the same secret opens it', async () => {
  const stored: string[] = [];
  await using kept = await anIdempotency(({ finish }) => ({
    finish: async (request, sealed) => {
      stored.push(sealed);
      return finish(request, sealed);
    },
  }));
  const { idempotency, options, request } = kept;
  await (await claimOf(idempotency, request)).finish(answer);
  expect(Buffer.from(stored[0]!, 'base64url').toString('latin1')).not.toContain('secret');
  expect(await idempotency.begin(request, 1)).toEqual(answer);
  using stranger = createIdempotency({ ...options, encryptionKey: new Uint8Array(32).fill(1) });
  await expect(stranger.begin(request, 1)).rejects.toMatchObject({ code: 'CONFLICT' });
});
