import { expect, test } from 'vitest';
import { sqliteDatabase } from '../test/databases.ts';
import { inspectSqlite } from './journal-check.ts';
import { killRepeatedly } from './killer.ts';

test('[rt.durable.atomic] a server killed at any moment loses nothing it acknowledged (SQLite)', async () => {
  await using database = await sqliteDatabase();
  expect(await killRepeatedly({ name: 'sqlite', database, inspect: inspectSqlite })).toEqual([]);
});
