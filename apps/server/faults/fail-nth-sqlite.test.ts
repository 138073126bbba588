import { expect, test } from 'vitest';
import { sqliteDatabase } from '../test/databases.ts';
import { breakSqlite } from './break-sqlite.ts';
import { failEveryCall } from './fail-nth.ts';
import { Injector } from './injector.ts';

test('[rt.durable.atomic] every statement of every scenario may fail, and nothing acknowledged is lost (SQLite)', async () => {
  const faults = { before: new Injector(), after: new Injector() };
  breakSqlite(faults);
  await using database = await sqliteDatabase();
  const databaseFaults = { statements: faults.before, 'done statements': faults.after };
  expect(await failEveryCall({ name: 'sqlite', database, databaseFaults })).toEqual([]);
});
