import { describe } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeConsoleAccess } from './suites/console-access.ts';
import { describeConsoleApi } from './suites/console-api.ts';

describeConsoleAccess('sqlite', sqliteDatabase);
describeConsoleApi('sqlite', sqliteDatabase);

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeConsoleAccess('postgres', postgresDatabase);
  describeConsoleApi('postgres', postgresDatabase);
});
