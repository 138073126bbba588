import { expect, test } from 'vitest';
import { postgresDatabase, postgresUrl } from '../test/databases.ts';
import { breakPostgres } from './break-postgres.ts';
import { failEveryCall } from './fail-nth.ts';
import { Injector } from './injector.ts';

// Runs when OCTAVUS_TEST_POSTGRES_URL names a server.
test.skipIf(!postgresUrl)(
  '[rt.durable.atomic] every call of every scenario may fail, and nothing acknowledged is lost (PostgreSQL)',
  async () => {
    const databaseFaults = { 'cut before': new Injector(), 'cut after': new Injector() };
    using _before = breakPostgres(databaseFaults['cut before'], 'before');
    using _after = breakPostgres(databaseFaults['cut after'], 'after');
    await using database = await postgresDatabase();
    expect(await failEveryCall({ name: 'postgres', database, databaseFaults })).toEqual([]);
  },
);
