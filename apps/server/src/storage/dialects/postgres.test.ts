import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { breakPostgres } from '../../../faults/break-postgres.ts';
import { Injector } from '../../../faults/injector.ts';
import { postgresDatabase, postgresUrl, runOnPostgres } from '../../../test/databases.ts';
import { describeStorage } from '../../../test/suites/storage.ts';
import { aChange, aCommit, aProject, now, storedSessions } from '../../../test/suites/storage-fixtures.ts';
import { isOutcomeUnknown } from '../errors.ts';
import { openStorage } from '../open-storage.ts';
import type { Database } from '../schema.ts';
import { openPostgres } from './postgres.ts';

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeStorage('postgres', postgresDatabase);

  test('a connection that the server ends is unavailable once, then replaced', async () => {
    await using database = await postgresDatabase();
    await using storage = await openStorage({ url: database.url });
    await storage.projects.create(aProject());
    const name = new URL(database.url).searchParams.get('application_name');
    await runOnPostgres(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}'`);
    await storage.check().catch((error: unknown) => expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' }));
    await storage.check();
  });

  test('a connection that breaks inside a transaction fails it, and the process lives', async () => {
    await using database = await postgresDatabase();
    const connection = await openPostgres(database.url);
    const own = sql<{ pid: number }>`select pg_backend_pid() as pid`;
    const failed = connection.transaction(async (db) => {
      const { rows } = await own.execute(db);
      await runOnPostgres(`select pg_terminate_backend(${rows[0]!.pid})`);
      // Between two statements nothing waits for the connection: its end is an event, and may come before or with the next statement.
      await delay(50);
      await own.execute(db);
    });
    await expect(failed).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect((await own.execute(connection.read)).rows).toHaveLength(1);
    await connection.close();
  });

  test('[http.idempotency.unknown] a connection that breaks leaves open what became of a write or a commit, and of nothing else', async () => {
    await using database = await postgresDatabase();
    await using storage = await openStorage({ url: database.url });
    await storage.projects.create(aProject());
    const connection = await openPostgres(database.url);
    const injector = new Injector();
    using _broken = breakPostgres(injector, 'after');
    const write = (db: Kysely<Database>, id: string) => db.insertInto('nodes').values({ id, expires_at: 1 }).execute();
    const transaction = (id: string) => connection.transaction((db) => write(db, id));
    const isOpen = async (call: number, work: () => Promise<unknown>) => {
      // The first query of a connection is no statement of ours.
      await sql`select 1`.execute(connection.write);
      injector.arm(call);
      const error = await work().catch((thrown: unknown) => thrown);
      injector.disarm();
      expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      return isOutcomeUnknown(error);
    };
    expect(await isOpen(1, () => write(connection.write, 'a'))).toBe(true);
    expect(await isOpen(1, () => sql`select 1`.execute(connection.read))).toBe(false);
    expect(await isOpen(1, () => transaction('b'))).toBe(false);
    expect(await isOpen(2, () => transaction('c'))).toBe(false);
    expect(await isOpen(3, () => transaction('d'))).toBe(true);
    expect((await storage.nodes.list()).map(({ id }) => id)).toEqual(['a', 'd']);
    await connection.close();
  });

  test('[rt.durable.accepted] a commit whose answer is lost is looked up, stored or not, alone or among others', async () => {
    await using database = await postgresDatabase();
    await using storage = await openStorage({ url: database.url });
    const [one, other] = await storedSessions(storage, 2);
    const injector = new Injector();
    for (const when of ['before', 'after'] as const) {
      using _broken = breakPostgres(injector, when);
      const length = when === 'before' ? 0 : 3;
      const at = (offset: number) => aCommit(one!, { length: length + offset });
      // One statement by itself; two commits of one session take a transaction, whose fourth query is its commit.
      for (const { commits, call } of [
        { commits: [at(0)], call: 1 },
        { commits: [at(1), at(2)], call: 4 },
      ]) {
        await storage.check();
        injector.arm(call);
        const outcomes = await storage.sessions.commit([...commits, aCommit(other!, { length: 7 })]);
        injector.disarm();
        expect(injector.hasFired).toBe(true);
        expect(outcomes).toEqual([...commits.map(() => 'committed'), 'conflict']);
      }
    }
    const changes = Array.from({ length: 6 }, (_, index) => aChange(index));
    expect(await storage.sessions.readChanges(one!.id, 0, 9)).toEqual(changes);
    expect(await storage.sessions.readChanges(other!.id, 0, 9)).toEqual([]);
  });

  test('[rt.durable.accepted] what is committed is on disk, also where the server would be faster', async () => {
    await using database = await postgresDatabase();
    const settingOf = async (option: string) => {
      const url = new URL(database.url);
      url.searchParams.set('options', option);
      const connection = await openPostgres(url.href);
      const setting = sql<{ value: string }>`select current_setting('synchronous_commit') as value`;
      const { rows } = await setting.execute(connection.write);
      await connection.close();
      return rows[0]?.value;
    };
    expect(await settingOf('-c synchronous_commit=off')).toBe('on');
    expect(await settingOf('-c synchronous_commit=remote_apply')).toBe('remote_apply');
  });

  test('a server that stops answering costs a query twenty seconds at most', async () => {
    await using database = await postgresDatabase();
    const connection = await openPostgres(database.url, { answerTimeoutMs: 2000 });
    const error = await sql`select pg_sleep(20)`.execute(connection.read).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    // The connection that is still busy is not used again.
    expect((await sql`select 1 as one`.execute(connection.read)).rows).toEqual([{ one: 1 }]);
    await connection.close();
  });

  test('a transaction that the database gives up for another one is run again', async () => {
    await using database = await postgresDatabase();
    await using storage = await openStorage({ url: database.url });
    const url = new URL(database.url);
    url.searchParams.set('options', `${url.searchParams.get('options')} -c default_transaction_isolation=serializable`);
    await using strict = await openStorage({ url: url.href });
    const [session] = await storedSessions(storage, 1);
    await strict.nodes.renew('node-a', now + 30_000);
    // Claims of one session at once: every loser is either in conflict or, to the database, a transaction to be run again.
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => strict.sessions.commit([aCommit(session!, { length: 0 })])),
    );
    expect(outcomes.flat().filter((outcome) => outcome === 'committed')).toHaveLength(1);
  });

  test('two nodes that write the same sessions in opposite order both get an answer', async () => {
    await using database = await postgresDatabase();
    await using one = await openStorage({ url: database.url });
    await using other = await openStorage({ url: database.url });
    const sessions = await storedSessions(one, 50);
    await one.nodes.renew('node-a', now);
    for (let length = 0; length < 20; length += 1) {
      const commits = sessions.map((session) => aCommit(session, { length }));
      const [first, second] = await Promise.all([
        one.sessions.commit(commits),
        other.sessions.commit(commits.toReversed()),
      ]);
      for (const [index, outcome] of first.entries()) {
        expect([outcome, second.at(-1 - index)].sort()).toEqual(['committed', 'conflict']);
      }
    }
  });

  test('a NUL character in a name is the fault of the request', async () => {
    await using database = await postgresDatabase();
    await using storage = await openStorage({ url: database.url });
    await expect(storage.projects.create(aProject({ name: 'a\0b' }))).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  test('a user who may not create tables is named in one sentence', async () => {
    const url = new URL(postgresUrl!);
    url.searchParams.set('options', '-c search_path=pg_catalog');
    await expect(openStorage({ url: url.href })).rejects.toThrow('does not allow this user to create tables');
  });

  test('a database or user that is refused is named in one sentence', async () => {
    const url = new URL(postgresUrl!);
    url.pathname = '/octavus_no_such_database';
    await expect(openStorage({ url: url.href })).rejects.toThrow('/octavus_no_such_database does not exist');
  });
});

describe('a PostgreSQL server that does not answer', () => {
  test('is named in one sentence, without the password', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `postgres://octavus:s3cret@127.0.0.1:${port}/octavus`;
    const error = await openStorage({ url }).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'StorageOpenError' });
    expect(String(error)).toContain(`The database postgres://127.0.0.1:${port}/octavus does not answer`);
    server.close();
    await once(server, 'close');
    await expect(openStorage({ url })).rejects.toThrow('ECONNREFUSED');
  });
});
