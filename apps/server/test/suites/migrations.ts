import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/storage/connection.ts';
import { openConnection } from '../../src/storage/dialects/index.ts';
import { migrations } from '../../src/storage/migrations/index.ts';
import { dialectDifferences } from '../../src/storage/migrations/migration.ts';
import { migrateStorage, openStorage } from '../../src/storage/open-storage.ts';
import { type Row, rowsByVersion } from './old-rows.ts';
import type { TestDatabase } from './storage.ts';
import { now } from './storage-fixtures.ts';

/** Brings a database to an old version as the release of that time did, and puts its rows in. */
async function makeOld(connection: Connection, version: number): Promise<void> {
  const differences = dialectDifferences[connection.dialect];
  const { write } = connection;
  await sql`create table schema_version (version integer primary key, name text not null)`.execute(write);
  for (const [index, { name, up }] of migrations.slice(0, version).entries()) {
    await connection.transaction(async (db) => {
      await up(db, differences);
      await db
        .insertInto('schema_version')
        .values({ version: index + 1, name })
        .execute();
    });
    for (const [table, rows] of Object.entries(rowsByVersion[index + 1] ?? {})) {
      await write
        .insertInto(table as 'projects')
        .values(rows as never)
        .execute();
    }
  }
}

async function rowsOf(connection: Connection, table: string): Promise<Row[]> {
  const { rows } = await sql<Row>`select * from ${sql.table(table)}`.execute(connection.read);
  return rows;
}

async function tablesWithRows(connection: Connection, version: number): Promise<Map<string, Row[]>> {
  const tables = Array.from({ length: version }, (_, index) => Object.keys(rowsByVersion[index + 1] ?? {})).flat();
  return new Map(await Promise.all(tables.map(async (table) => [table, await rowsOf(connection, table)] as const)));
}

/** Every schema that the project has had, brought up to date. */
export function describeMigrations(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`migrations: ${name}`, () => {
    test.each(migrations.map((migration, index) => ({ name: migration.name, version: index + 1 })))(
      'a database of version $version ($name) keeps every row',
      async ({ version }) => {
        await using database = await openDatabase();
        const old = await openConnection(database.url);
        await makeOld(old, version);
        const before = await tablesWithRows(old, version);
        await old.close();

        expect(await migrateStorage(database.url)).toEqual(
          migrations.slice(version).map((migration) => migration.name),
        );
        const current = await openConnection(database.url);
        for (const [table, rows] of before) {
          const after = await rowsOf(current, table);
          expect(after, table).toHaveLength(rows.length);
          for (const row of rows) expect(after, table).toContainEqual(expect.objectContaining(row));
        }
        await current.close();
        await expectUsable(database.url);
      },
    );

    test('every table that there is has rows of the version that brought it', async () => {
      await using database = await openDatabase();
      await migrateStorage(database.url);
      const connection = await openConnection(database.url);
      const tables = await connection.read.introspection.getTables();
      await connection.close();
      const ours = name === 'postgres' ? schemaOf(database.url) : undefined;
      const found = tables.filter(({ schema }) => schema === ours).map((table) => table.name);
      const known = Object.values(rowsByVersion).flatMap((rows) => Object.keys(rows));
      expect(found.filter((table) => table !== 'schema_version').toSorted()).toEqual(known.toSorted());
    });

    test('a newer schema is refused, told by its number, and left as it is', async () => {
      await using database = await openDatabase();
      await (await openStorage({ url: database.url }))[Symbol.asyncDispose]();
      await changeVersions(database.url, (version) => sql`insert into schema_version values (${version + 1}, 'later')`);
      const next = migrations.length + 1;
      const message = `schema version ${next}, this release knows ${migrations.length}: it was used by a newer release, start that one.`;
      for (const migrate of [true, false]) {
        await expect(openStorage({ url: database.url, migrate })).rejects.toThrow(message);
      }
      await expect(migrateStorage(database.url)).rejects.toThrow(message);
      const connection = await openConnection(database.url);
      expect(await rowsOf(connection, 'schema_version')).toHaveLength(next);
      await connection.close();
    });

    test.each([
      { what: 'a step of another name', change: sql`update schema_version set name = '0002-other' where version = 2` },
      { what: 'a step that is missing', change: sql`delete from schema_version where version = 2` },
      { what: 'no steps at all', change: sql`delete from schema_version` },
    ])('a schema with $what is refused, never begun anew', async ({ change }) => {
      await using database = await openDatabase();
      await (await openStorage({ url: database.url }))[Symbol.asyncDispose]();
      await changeVersions(database.url, () => change);
      await expect(openStorage({ url: database.url })).rejects.toThrow(
        'it was used by another edition, start that one',
      );
    });
  });
}

/** The schema that `postgresDatabase` made. */
function schemaOf(url: string): string | undefined {
  return /search_path=(\w+)/.exec(decodeURIComponent(url))?.[1];
}

async function changeVersions(url: string, change: (version: number) => ReturnType<typeof sql>): Promise<void> {
  const connection = await openConnection(url);
  await change(migrations.length).execute(connection.write);
  await connection.close();
}

/** The session of the old release is read and written by this one. */
async function expectUsable(url: string): Promise<void> {
  await using storage = await openStorage({ url, migrate: false });
  const session = await storage.sessions.find('p1', 's1');
  expect(session).toMatchObject({
    journalLength: 12,
    input: { NAME: 'Ada' },
    agent: { version: 1, isArchived: false },
  });
  const changes = await storage.sessions.readChanges('s1', 0, 12);
  expect(changes.map((change) => 'value' in change && change.value)).toEqual(Array.from({ length: 12 }, (_, n) => n));
  const commit = {
    ...{ sessionId: 's1', expectedLength: 12, changes, log: [], set: { updatedAt: now + 1 } },
    lease: { kind: 'once' as const, nodeId: 'node', now },
  };
  expect(await storage.sessions.commit([commit])).toEqual(['committed']);
  expect(await storage.sessions.readChanges('s1', 12, 13)).toHaveLength(12);
}
