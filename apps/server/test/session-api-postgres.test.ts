import { describe } from 'vitest';
import { postgresDatabase, postgresUrl } from './databases.ts';
import { describeExecutionApi } from './suites/execution-api.ts';
import { describeIdempotencyKeys } from './suites/idempotency-api.ts';
import { describeSessionApi } from './suites/session-api.ts';
import { describeStartApi } from './suites/start-api.ts';
import { describeSweeper } from './suites/sweeper.ts';

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeSessionApi('postgres', postgresDatabase);
  describeStartApi('postgres', postgresDatabase);
  describeExecutionApi('postgres', postgresDatabase);
  describeSweeper('postgres', postgresDatabase);
  describeIdempotencyKeys('postgres', postgresDatabase);
});
