import { describe } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeGeneratedFiles } from './suites/generated-files.ts';

describeGeneratedFiles('sqlite', sqliteDatabase);

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeGeneratedFiles('postgres', postgresDatabase);
});
