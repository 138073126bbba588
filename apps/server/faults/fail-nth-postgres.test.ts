import { expect, test } from 'vitest';
import { postgresDatabase, postgresUrl } from '../test/databases.ts';
import { breakPostgres } from './break-postgres.ts';
import { failEveryCall } from './fail-nth.ts';
import type { Injector } from './injector.ts';

const breakDatabase = {
  'cut before': (injector: Injector) => breakPostgres(injector, 'before'),
  'cut after': (injector: Injector) => breakPostgres(injector, 'after'),
};

// Runs when OCTAVUS_TEST_POSTGRES_URL names a server.
test.skipIf(!postgresUrl)(
  '[rt.durable.atomic] every call of every scenario may fail, and nothing acknowledged is lost (PostgreSQL)',
  async () => {
    await using database = await postgresDatabase();
    expect(await failEveryCall({ name: 'postgres', database, breakDatabase })).toEqual([]);
  },
);
