import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openStorage } from '../src/storage/open-storage.ts';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeMigrations } from './suites/migrations.ts';

describeMigrations('sqlite', sqliteDatabase);

// Runs when OCTAVUS_TEST_POSTGRES_URL names a server.
describe.skipIf(!postgresUrl)('PostgreSQL', () => describeMigrations('postgres', postgresDatabase));

test('an SQLite file of another program is refused and left as it is', async () => {
  await using database = await sqliteDatabase();
  const path = database.url.slice('file:'.length);
  {
    using other = new DatabaseSync(path);
    other.exec('create table recipes (name text)');
  }
  await expect(openStorage({ url: database.url })).rejects.toThrow(
    'has tables of another program, such as "recipes": name another one in DATABASE_URL.',
  );
  using other = new DatabaseSync(path);
  expect(other.prepare("select name from sqlite_master where type = 'table'").all()).toEqual([{ name: 'recipes' }]);
});
