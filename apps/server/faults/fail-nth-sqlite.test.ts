import { expect, test } from 'vitest';
import { sqliteDatabase } from '../test/databases.ts';
import { breakSqlite } from './break-sqlite.ts';
import { failEveryCall } from './fail-nth.ts';

test('[rt.durable.atomic] every call of every scenario may fail, and nothing acknowledged is lost (SQLite)', async () => {
  await using database = await sqliteDatabase();
  expect(await failEveryCall({ name: 'sqlite', database, breakDatabase: { database: breakSqlite } })).toEqual([]);
});
