import { describe } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeSessionApi } from './suites/session-api.ts';
import { describeStartApi } from './suites/start-api.ts';

describeSessionApi('sqlite', sqliteDatabase);
describeStartApi('sqlite', sqliteDatabase);

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeSessionApi('postgres', postgresDatabase);
  describeStartApi('postgres', postgresDatabase);
});
