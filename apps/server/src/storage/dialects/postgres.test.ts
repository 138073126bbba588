import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { postgresDatabase, postgresUrl, runOnPostgres } from '../../../test/databases.ts';
import { describeStorage } from '../../../test/suites/storage.ts';
import { aCommit, aProject, now, storedSessions } from '../../../test/suites/storage-fixtures.ts';
import { openStorage } from '../open-storage.ts';

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
