import { describe } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeAgentApi } from './suites/agent-api.ts';
import { describeFileApi } from './suites/file-api.ts';
import { describeMessageApi } from './suites/message-api.ts';

describeAgentApi('sqlite', sqliteDatabase);
describeFileApi('sqlite', sqliteDatabase);
describeMessageApi('sqlite', sqliteDatabase);

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeAgentApi('postgres', postgresDatabase);
  describeFileApi('postgres', postgresDatabase);
  describeMessageApi('postgres', postgresDatabase);
});
