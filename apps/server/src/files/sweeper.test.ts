import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { s3Credentials, startS3 } from '../../test/run-s3.ts';
import { type FilesServer, serveFiles } from '../../test/serve-files.ts';
import { aCommit } from '../../test/suites/storage-fixtures.ts';
import { startFileSweeper, sweepFiles } from './sweeper.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const running = new AbortController().signal;

function optionsOf({ storage, store, clock, sessionTtlMs }: FilesServer) {
  const logger = pino({ level: 'silent' });
  return { files: storage.files, store, now: () => clock.ms, sessionTtlMs, logger };
}

const sweep = (server: FilesServer) => sweepFiles(optionsOf(server), running);

describe('uploads that never arrived', () => {
  test('are dropped after their address expired', async () => {
    await using server = await serveFiles();
    const { id } = await server.declare();
    server.clock.ms += 15 * minuteMs;
    await sweep(server);
    expect(await server.storage.files.find(id)).toBeDefined();
    server.clock.ms += 15 * minuteMs;
    await sweep(server);
    expect(await server.storage.files.find(id)).toBeUndefined();
  });

  test('many go in one sweep, however large the batches', async () => {
    await using server = await serveFiles();
    for (let count = 0; count < 405; count += 1) await server.declare();
    server.clock.ms += 30 * minuteMs;
    await sweep(server);
    expect(await server.storage.files.listDue(server.clock.ms, 1)).toEqual([]);
  });

  test('stay when their bytes have arrived unnoticed: a crash between the two', async () => {
    await using server = await serveFiles();
    const { id, downloadUrl } = await server.declare();
    await server.store.write({ id, mediaType: 'image/png', sizeBytes: 4 }, Readable.from([Buffer.from('fern')]));
    server.clock.ms += 30 * minuteMs;
    await sweep(server);
    expect(await (await fetch(downloadUrl)).text()).toBe('fern');
  });
});

describe('files of a session', () => {
  test('stay while it is used', async () => {
    await using server = await serveFiles();
    const { id } = await server.put('fern');
    for (let day = 0; day < 30; day += 1) {
      server.clock.ms += dayMs - 1;
      await server.declare();
      await sweep(server);
    }
    expect((await server.storage.files.find(id))?.uploadedAt).toBeDefined();
    expect(await server.onDisk()).toEqual([id]);
  });

  test('are deleted seven days after it expired, however often the sweeper comes', async () => {
    for (const everyMs of [dayMs / 2, 3 * dayMs]) {
      await using server = await serveFiles();
      const { id } = await server.put('fern');
      const end = server.clock.ms + server.sessionTtlMs + 7 * dayMs;
      while (server.clock.ms + everyMs < end) {
        server.clock.ms += everyMs;
        await sweep(server);
      }
      server.clock.ms = end - 1;
      await sweep(server);
      expect(await server.onDisk()).toEqual([id]);
      server.clock.ms = end;
      await sweep(server);
      expect(await server.onDisk()).toEqual([]);
      expect(await server.storage.files.find(id)).toBeUndefined();
    }
  });

  test('stay while an execution runs in it', async () => {
    await using server = await serveFiles();
    const { id } = await server.put('fern');
    const { storage, session, clock } = server;
    await storage.nodes.renew('node-a', Number.MAX_SAFE_INTEGER);
    const set = { execution: { executionId: 'exec_1', status: 'running' as const } };
    expect(await storage.sessions.commit([aCommit(session, { set })])).toEqual(['committed']);
    clock.ms += 100 * dayMs;
    await sweep(server);
    expect(await server.onDisk()).toEqual([id]);
  });
});

test('leftovers of processes that were killed are removed after an hour', async () => {
  await using server = await serveFiles();
  const unfinished = join(server.directory, 'unfinished');
  await mkdir(unfinished, { recursive: true });
  for (const name of ['old', 'young']) await writeFile(join(unfinished, name), 'half');
  const old = server.clock.ms / 1000 - 3601;
  await utimes(join(unfinished, 'old'), old, old);
  await sweep(server);
  expect(await server.onDisk()).toEqual(['young']);
});

test('a store that fails keeps what is known of its files, and the next sweep takes it up', async () => {
  await using server = await serveFiles();
  const { id } = await server.put('fern');
  server.clock.ms += 30 * dayMs;
  const broken = { ...server.store, remove: () => Promise.reject(new Error('no answer')) };
  await expect(sweepFiles({ ...optionsOf(server), store: broken }, running)).rejects.toThrow('no answer');
  expect(await server.storage.files.find(id)).toBeDefined();
  await sweep(server);
  expect(await server.onDisk()).toEqual([]);
});

test('the sweeper starts at once, and finishes what it is at when it is disposed', async () => {
  await using server = await serveFiles();
  const { id } = await server.put('fern');
  server.clock.ms += 30 * dayMs;
  const { promise: isSweeping, resolve } = Promise.withResolvers<void>();
  const options = optionsOf(server);
  const remove = (fileId: string) => {
    resolve();
    return server.store.remove(fileId);
  };
  const sweeper = startFileSweeper({ ...options, store: { ...server.store, remove } });
  await isSweeping;
  await sweeper[Symbol.asyncDispose]();
  expect(await server.storage.files.find(id)).toBeUndefined();
});

describe('in a bucket', () => {
  beforeAll(() => {
    for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  test('an upload the server has not heard of stays, one that never came goes', async () => {
    await using s3 = await startS3();
    await using server = await serveFiles({ filesUrl: s3.url });
    const [came, missing] = [await server.put('fern'), await server.declare()];
    expect((await server.storage.files.find(came.id))?.uploadedAt).toBeUndefined();
    server.clock.ms += 30 * minuteMs;
    await sweep(server);
    expect((await server.storage.files.find(came.id))?.uploadedAt).toBe(server.clock.ms);
    expect(await server.storage.files.find(missing.id)).toBeUndefined();
    server.clock.ms += 30 * dayMs;
    await sweep(server);
    expect(await server.store.open(came.id)).toBeUndefined();
  });
});
