import { describe } from 'vitest';
import { postgresDatabase, postgresUrl } from './databases.ts';
import { describeWorkerApi } from './suites/worker-api.ts';

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeWorkerApi('postgres', postgresDatabase);
});
