import { expect, test } from 'vitest';
import { postgresDatabase, postgresUrl } from '../test/databases.ts';
import { inspectPostgres } from './journal-check.ts';
import { killRepeatedly } from './killer.ts';

// Runs when OCTAVUS_TEST_POSTGRES_URL names a server.
test.skipIf(!postgresUrl)(
  '[rt.durable.atomic] a server killed at any moment loses nothing it acknowledged (PostgreSQL)',
  async () => {
    await using database = await postgresDatabase();
    expect(await killRepeatedly({ name: 'postgres', database, inspect: inspectPostgres })).toEqual([]);
  },
);
