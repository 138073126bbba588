import { describe } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeReach } from './suites/reach-api.ts';

describeReach('sqlite', sqliteDatabase);

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeReach('postgres', postgresDatabase);
});
