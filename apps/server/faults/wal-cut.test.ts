import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sessionStateSchema } from '@octavus/core';
import { afterAll, expect, test } from 'vitest';
import { faultAgent } from './agent.ts';
import { openInProcess, openParts } from './in-process.ts';
import { inspectSqlite } from './journal-check.ts';
import { pathOf } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { report, settings } from './settings.ts';
import { serveStrictModel } from './strict-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'octavus-wal-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** From https://www.sqlite.org/fileformat2.html#the_write_ahead_log: sizes in bytes, offsets in the header of a frame. */
const wal = {
  headerBytes: 32,
  frameHeaderBytes: 24,
  pageSizeAt: 8,
  sizeAfterCommitAt: 4,
  saltAt: 16,
  saltInFrameAt: 8,
};

test('[rt.durable.atomic] a write-ahead log that ends at any byte gives the state after one of its transactions', async () => {
  await using model = await serveStrictModel();
  const { log, database, seen } = await recordWork(model.url);
  const ends = endsOfTransactions(log);
  const states = ends.map((end) => stateOf(place({ database, log: log.subarray(0, end) })));
  expectInOrder(seen, states);
  const random = createRandom(settings.seed);
  const startedAt = performance.now();
  for (let index = 0; index < settings.cuts; index += 1) {
    const { damaged, at } = damage(log, random);
    const last = ends.findLastIndex((end) => end <= at);
    const path = place({ database, log: damaged });
    expect(stateOf(path), `cut ${index} at byte ${at}`).toBe(states[last]);
    await expectUsable(path, model.url);
    rmSync(join(path, '..'), { recursive: true });
  }
  report('write-ahead log', {
    cuts: settings.cuts,
    transactions: ends.length - 1,
    bytes: log.length,
    seconds: Math.round((performance.now() - startedAt) / 1000),
  });
});

/** Uses a server for a while. @returns its files as a crash would leave them, and states that it was in, in order. */
async function recordWork(modelUrl: string) {
  const dataDir = join(directory, 'recorded');
  mkdirSync(dataDir);
  const path = join(dataDir, 'octavus.db');
  await using server = await openInProcess({ databaseUrl: `file:${path}`, dataDir, modelUrl });
  const { client } = server;
  const seen: string[] = [];
  const look = () => seen.push(stateOf(path));
  const trigger = async (sessionId: string, body: unknown) => {
    await client.stream(`/api/agent-sessions/${sessionId}/trigger`, body, { onEvent: look });
  };
  const ask = (what: string) => ({ triggerName: 'ask', input: { WHAT: what } });
  await client.call('POST', '/api/agents', faultAgent);
  for (const name of ['a', 'b', 'c']) {
    const { body } = await client.call('POST', '/api/agent-sessions', { agentId: 'faults' });
    look();
    await trigger(body.sessionId, ask(`say ${name}1 20 1`));
    await trigger(body.sessionId, ask(`list ${name}2`));
    await trigger(body.sessionId, ask(`look ${name}3`));
    await trigger(body.sessionId, { toolResults: [{ toolCallId: `call_${name}3`, result: 'found' }] });
    await trigger(body.sessionId, { triggerName: 'paint', input: { WHAT: `a ${name}4` } });
    await trigger(body.sessionId, { ...ask(`look ${name}5`), rollbackAfterMessageId: null });
    const files = [{ filename: 'note.txt', mediaType: 'text/plain', size: 4 }];
    const asked = await client.call('POST', '/api/files/upload-urls', { sessionId: body.sessionId, files });
    await client.put(pathOf(asked.body.files[0].uploadUrl), Buffer.from('note'), 'text/plain');
    look();
    if (name === 'b') await client.call('DELETE', `/api/agent-sessions/${body.sessionId}`);
    look();
    const start = { agentId: 'faults', idempotencyKey: name, trigger: ask(`say ${name}6 3 0`) };
    await client.stream('/api/agent-sessions/start', start, { onEvent: look });
  }
  return { log: readFileSync(`${path}-wal`), database: readFileSync(path), seen };
}

/** The lengths at which the log holds whole transactions, from none of them to all. */
function endsOfTransactions(log: Buffer): number[] {
  const frameBytes = wal.frameHeaderBytes + log.readUInt32BE(wal.pageSizeAt);
  const salt = log.subarray(wal.saltAt, wal.saltAt + 8);
  const ends = [0];
  for (let at = wal.headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    const isOfThisLog = log.subarray(at + wal.saltInFrameAt, at + wal.saltInFrameAt + 8).equals(salt);
    if (!isOfThisLog) break;
    if (log.readUInt32BE(at + wal.sizeAfterCommitAt) !== 0) ends.push(at + frameBytes);
  }
  return ends;
}

/** The log cut off at a random byte, or with a random sector that was written wrong. `at` is the first byte that is not as it was. */
function damage(log: Buffer, random: Random): { damaged: Buffer; at: number } {
  const at = random.integer(0, log.length - 1);
  if (random.chance(0.5)) return { damaged: log.subarray(0, at), at };
  const damaged = Buffer.from(log);
  for (let offset = at; offset < Math.min(at + 512, log.length); offset += 1) damaged[offset]! ^= 0xa5;
  return { damaged, at };
}

let places = 0;

function place({ database, log }: { database: Buffer; log: Buffer }): string {
  places += 1;
  const dataDir = join(directory, String(places));
  mkdirSync(dataDir);
  const path = join(dataDir, 'octavus.db');
  writeFileSync(path, database);
  writeFileSync(`${path}-wal`, log);
  return path;
}

/** A digest of every row of every table. A copy is looked at: to open a database is to recover it. */
function stateOf(path: string): string {
  const copy = join(directory, 'looked-at.db');
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  rmSync(`${copy}-shm`, { force: true });
  using database = new DatabaseSync(copy);
  const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").all();
  const hash = createHash('sha256');
  for (const { name } of tables as { name: string }[]) {
    hash.update(name);
    hash.update(JSON.stringify(database.prepare(`select * from "${name}"`).all()));
  }
  return hash.digest('hex');
}

function expectInOrder(seen: readonly string[], states: readonly string[]): void {
  let position = 0;
  for (const state of seen) {
    position = states.indexOf(state, position);
    expect(position, 'a state that the server was in is no end of a transaction').toBeGreaterThanOrEqual(0);
  }
  expect(seen.length).toBeGreaterThan(50);
}

/** The server starts on it, and every session can be read and is free. */
async function expectUsable(path: string, modelUrl: string): Promise<void> {
  // What is found running belongs to this very process; a minute later its lease has run out.
  const place = { databaseUrl: `file:${path}`, dataDir: join(path, '..'), modelUrl, aheadMs: 60_000 };
  {
    await using services = await openParts(place);
    using database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare('select id, project_id from sessions').all() as { id: string; project_id: string }[];
    for (const { id, project_id } of rows) {
      const session = await services.sessions.get(project_id, id, 'full');
      if (session.status === 'expired') continue;
      expect(sessionStateSchema.parse(session).execution?.status).not.toBe('running');
    }
  }
  expect(await inspectSqlite(place.databaseUrl)).toEqual([]);
}
