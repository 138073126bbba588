import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { postgresDatabase, postgresUrl, runOnPostgres, sqliteDatabase } from '../test/databases.ts';
import { finish, startProcess } from '../test/run-process.ts';
import { Ledger } from './ledger.ts';
import { openProxy } from './proxy.ts';
import { openRealServer, type RealServer } from './real-server.ts';
import { Stage } from './stage.ts';

/** A stage on which every acknowledgement is noted: it must survive. */
function stageOn(server: RealServer): { stage: Stage; ledger: Ledger } {
  const ledger = new Ledger({ toleratesErrors: true });
  return { stage: new Stage(server.client, ledger), ledger };
}

/** The server works again by itself, and has everything. */
async function expectWhole(server: RealServer, { stage, ledger }: { stage: Stage; ledger: Ledger }): Promise<void> {
  await ledger.verifyAll(server.client, performance.now());
  for (const session of stage.sessions) await stage.mustWork(session);
  await stage.upload(await stage.create());
  await ledger.verifyAll(server.client, performance.now());
  expect(ledger.problems).toEqual([]);
}

async function isRefused(work: () => Promise<unknown>): Promise<boolean> {
  const error = await work().then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return error?.name === 'Faulted';
}

describe.concurrent('a disk that is full', () => {
  const canMount = mountTmpfs();

  // Needs the right to mount a file system; the test below needs no rights.
  test.skipIf(!canMount)(
    '[rt.durable.accepted] is 503 until there is room again, for turns and files alike',
    async () => {
      const dir = mkdtempSync(join(tmpdir(), 'octavus-full-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'octavus-test', dir]);
      try {
        await using server = await openRealServer({ dataDir: join(dir, 'data') });
        const world = stageOn(server);
        const session = await world.stage.create();
        await world.stage.say(session);
        await world.stage.upload(session);
        const filler = join(dir, 'filler');
        fill(filler);
        expect(await isRefused(() => fillWith(() => world.stage.say(session, { words: 2_000 })))).toBe(true);
        expect(await isRefused(() => world.stage.upload(session))).toBe(true);
        unlinkSync(filler);
        await expectWhole(server, world);
      } finally {
        execFileSync('umount', ['--lazy', dir]);
        rmSync(dir, { recursive: true });
      }
    },
  );

  test('[rt.durable.accepted] a file that may not grow is 503 until it may', async () => {
    await using database = await sqliteDatabase();
    await using server = await openRealServer({ databaseUrl: database.url });
    const world = stageOn(server);
    const session = await world.stage.create();
    await world.stage.say(session);
    const wal = statSync(`${database.url.slice('file:'.length)}-wal`).size;
    limitFileSize(server, `${wal}:unlimited`);
    expect(await isRefused(() => world.stage.create())).toBe(true);
    expect(await isRefused(() => world.stage.say(session))).toBe(true);
    expect((await server.client.call('GET', `/api/agent-sessions/${session.id}`)).status).toBe(200);
    limitFileSize(server, 'unlimited:unlimited');
    await expectWhole(server, world);
  });

  test.skipIf(!canMount)('that is read-only refuses the start in one sentence, and keeps what it has', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'octavus-read-only-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'octavus-test', dir]);
    try {
      const dataDir = join(dir, 'data');
      let world: ReturnType<typeof stageOn>;
      let key: string;
      {
        await using server = await openRealServer({ dataDir });
        key = server.key;
        world = stageOn(server);
        await world.stage.say(await world.stage.create());
        await server.kill();
      }
      execFileSync('mount', ['-o', 'remount,ro', dir]);
      const refused = await finish(startProcess('main.js', [], { OCTAVUS_DATA_DIR: dataDir, PORT: '0' }));
      expect([refused.status, refused.error]).toEqual([
        1,
        expect.stringMatching(/^Octavus cannot start: [^\n]*read-only[^\n]*\n$/i),
      ]);
      execFileSync('mount', ['-o', 'remount,rw', dir]);
      await using server = await openRealServer({ dataDir, key });
      await world.ledger.verifyAll(server.client, performance.now());
      expect(world.ledger.problems).toEqual([]);
    } finally {
      execFileSync('umount', ['--lazy', dir]);
      rmSync(dir, { recursive: true });
    }
  });
});

describe.concurrent('a database that is away', () => {
  test('[rt.durable.accepted] SQLite locked by another program: writes are 503 after five seconds, reads go on', async () => {
    await using database = await sqliteDatabase();
    await using server = await openRealServer({ databaseUrl: database.url });
    const world = stageOn(server);
    const session = await world.stage.create();
    await world.stage.say(session);
    using other = new DatabaseSync(database.url.slice('file:'.length));
    other.exec('begin immediate');
    const refused = isRefused(() => world.stage.say(session));
    let reads = 0;
    while ((await Promise.race([refused, delay(50, 'waiting')])) === 'waiting') {
      expect((await server.client.call('GET', `/api/agent-sessions/${session.id}`)).status).toBe(200);
      reads += 1;
    }
    expect(await refused).toBe(true);
    expect(reads).toBeGreaterThan(2);
    other.exec('rollback');
    await expectWhole(server, world);
  });

  test.skipIf(!postgresUrl)(
    '[rt.durable.accepted] PostgreSQL out of reach: 503, and whole again when it is back',
    async () => {
      await using database = await postgresDatabase();
      await using proxy = await openProxy(database.url);
      await using server = await openRealServer({ databaseUrl: proxy.url });
      const world = stageOn(server);
      const session = await world.stage.create();
      await world.stage.say(session);
      const running = await world.stage.create();
      const cutOff = isRefused(() => world.stage.say(running, { words: 3_000, paceMs: 1 }));
      await vi.waitFor(() => expect(running.turns.at(-1)?.text).not.toBe(''), { timeout: 60_000 });
      proxy.cut();
      expect(await cutOff).toBe(true);
      expect(await isRefused(() => world.stage.create())).toBe(true);
      expect(await isRefused(() => world.stage.say(session))).toBe(true);
      expect((await fetch(`${server.client.url}/readyz`)).status).toBe(503);
      proxy.mend();
      await expectWhole(server, world);
    },
  );

  test.skipIf(!postgresUrl)(
    'PostgreSQL that takes and never answers: 503 in half a minute, and whole again',
    async () => {
      await using database = await postgresDatabase();
      await using proxy = await openProxy(database.url);
      await using server = await openRealServer({ databaseUrl: proxy.url });
      const world = stageOn(server);
      const session = await world.stage.create();
      await world.stage.say(session);
      proxy.hang();
      const startedAt = performance.now();
      expect(await isRefused(() => world.stage.say(session))).toBe(true);
      expect(performance.now() - startedAt).toBeLessThan(60_000);
      proxy.mend();
      await expectWhole(server, world);
    },
  );

  test.skipIf(!postgresUrl)(
    'PostgreSQL that ends connections again and again: what is acknowledged stays',
    async () => {
      await using database = await postgresDatabase();
      await using server = await openRealServer({ databaseUrl: database.url });
      const world = stageOn(server);
      const name = new URL(database.url).searchParams.get('application_name');
      for (let round = 0; round < 20; round += 1) {
        const ending = runOnPostgres(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}'`,
        );
        await isRefused(async () => {
          const session = await world.stage.create();
          await world.stage.say(session);
        });
        await ending;
      }
      await expectWhole(server, world);
    },
  );
});

describe.concurrent('a process that dies or sleeps', () => {
  test('[rt.durable.deltas] of a long answer all but the last second is kept', async () => {
    await using server = await openRealServer({});
    const answer = await longAnswer(server);
    await answer.until(6_000);
    await server.kill();
    await server.restart();
    await answer.expectKept(server);
  });

  const stallingDatabases = [
    { name: 'SQLite', stalling: stallingSqlite, isThere: true },
    { name: 'PostgreSQL', stalling: stallingPostgres, isThere: postgresUrl !== undefined },
  ];
  for (const { name, stalling, isThere } of stallingDatabases) {
    test.skipIf(!isThere)(
      `[rt.durable.deltas] a stream waits for a database that stalls, and is not ahead of it by more than a second (${name})`,
      async () => {
        await using database = await stalling();
        await using server = await openRealServer({ databaseUrl: database.url });
        const answer = await longAnswer(server);
        await answer.until(2_000);
        database.stall();
        await answer.until(2_000 + 1_000 + slackMs);
        const { length } = answer.text();
        await answer.until(2_000 + 3_500);
        expect(answer.text()).toHaveLength(length);
        await server.kill();
        database.goOn();
        await server.restart();
        await answer.expectKept(server);
      },
    );
  }

  test('[rt.recovery] a hundred running turns are settled five seconds after a restart', async () => {
    await using server = await openRealServer({});
    const { stage, ledger } = stageOn(server);
    const sessions = await Promise.all(Array.from({ length: 100 }, () => stage.create()));
    const turns = sessions.map((session) => stage.say(session, { words: 10_000, paceMs: 20 }).catch(() => undefined));
    const isRunning = () => expect(sessions.every(({ turns: [turn] }) => turn?.state === 'accepted')).toBe(true);
    await vi.waitFor(isRunning, { timeout: 60_000, interval: 100 });
    await server.kill();
    await Promise.all(turns);
    await server.restart();
    await ledger.verifyAll(server.client, performance.now());
    expect(ledger.problems).toEqual([]);
    expect(ledger.longestSettledMs).toBeLessThan(5_000);
  });

  const databases = [
    { name: 'SQLite', open: sqliteDatabase, isThere: true },
    { name: 'PostgreSQL', open: postgresDatabase, isThere: postgresUrl !== undefined },
  ];
  for (const { name, open, isThere } of databases) {
    test.skipIf(!isThere)(
      `[rt.lock.lease] a process that slept through its lease writes nothing any more (${name})`,
      async () => {
        await using database = await open();
        await using sleeper = await openRealServer({ databaseUrl: database.url });
        const { stage, ledger } = stageOn(sleeper);
        const session = await stage.create();
        const cutOff = isRefused(() => stage.say(session, { words: 20_000, paceMs: 2 }));
        await vi.waitFor(() => expect(session.turns.at(-1)?.text).not.toBe(''), { timeout: 60_000 });
        sleeper.child.kill('SIGSTOP');
        await using other = await openRealServer({ databaseUrl: database.url, key: sleeper.key });
        const path = `/api/agent-sessions/${session.id}`;
        const isFree = async () => expect((await other.client.call('GET', path)).body).not.toHaveProperty('execution');
        await vi.waitFor(isFree, { timeout: 60_000, interval: 500 });
        const after = new Stage(other.client, ledger);
        await after.say(session);
        const { body: before } = await other.client.call('GET', path);
        sleeper.child.kill('SIGCONT');
        expect(await cutOff).toBe(true);
        expect((await other.client.call('GET', path)).body).toEqual(before);
        // Both go on working, also on this session.
        await stage.mustWork(session);
        await after.mustWork(session);
        expect(ledger.problems).toEqual([]);
      },
    );
  }
});

/** Turns until one fails: how much still fits is not known. */
async function fillWith(work: () => Promise<unknown>): Promise<void> {
  for (let count = 0; count < 200; count += 1) await work();
}

function fill(path: string): void {
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(path, block, { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Soft and hard limit of the size of files (setrlimit(2), RLIMIT_FSIZE). */
function limitFileSize({ child }: RealServer, limits: string): void {
  execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${limits}`]);
}

function mountTmpfs(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'octavus-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'octavus-test', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What a machine that does other things besides may add to a moment. */
const slackMs = 500;

/** A turn that talks for long, with what its reader had at which moment. */
async function longAnswer(server: RealServer) {
  const { stage } = stageOn(server);
  const session = await stage.create();
  const received: { readonly at: number; readonly length: number }[] = [];
  const turn = stage.say(session, { words: 10_000, paceMs: 5 });
  turn.catch(() => undefined);
  const text = () => session.turns.at(-1)?.text ?? '';
  return {
    text,
    /** Reads until so long after the first word. */
    until: async (ms: number) => {
      while (received.length === 0 || performance.now() - received[0]!.at < ms) {
        if (text().length !== (received.at(-1)?.length ?? 0)) {
          received.push({ at: performance.now(), length: text().length });
        }
        await delay(20);
      }
    },
    /** Of what was sent all is there but for the last second of the stream. */
    expectKept: async ({ client }: RealServer) => {
      const { body } = await client.call('GET', `/api/agent-sessions/${session.id}`);
      const parts: { content?: string }[] = body.messages.at(-1).parts;
      const kept = parts.map(({ content = '' }) => content).join('');
      const endedAt = received.at(-1)!.at;
      const due = received.findLast(({ at }) => at < endedAt - 1_000 - slackMs)!;
      expect(text().startsWith(kept)).toBe(true);
      expect(kept.length).toBeGreaterThanOrEqual(due.length);
    },
  };
}

interface StallingDatabase extends AsyncDisposable {
  readonly url: string;
  /** From here on it takes what is sent and does not answer. */
  stall(): void;
  goOn(): void;
}

async function stallingSqlite(): Promise<StallingDatabase> {
  const database = await sqliteDatabase();
  let other: DatabaseSync | undefined;
  return {
    url: database.url,
    stall: () => {
      other = new DatabaseSync(database.url.slice('file:'.length), { timeout: 5_000 });
      other.exec('begin immediate');
    },
    goOn: () => other?.close(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function stallingPostgres(): Promise<StallingDatabase> {
  const database = await postgresDatabase();
  const proxy = await openProxy(database.url);
  return {
    url: proxy.url,
    stall: proxy.hang,
    goOn: proxy.mend,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
