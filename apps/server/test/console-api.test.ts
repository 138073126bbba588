import { describe } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeConsoleAccess } from './suites/console-access.ts';
import { describeConsoleApi } from './suites/console-api.ts';
import { describeConsoleWorkers } from './suites/console-workers.ts';

describeConsoleAccess('sqlite', sqliteDatabase);
describeConsoleApi('sqlite', sqliteDatabase);
describeConsoleWorkers('sqlite', sqliteDatabase);

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeConsoleAccess('postgres', postgresDatabase);
  describeConsoleApi('postgres', postgresDatabase);
  describeConsoleWorkers('postgres', postgresDatabase);
});
