import { describe } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from './databases.ts';
import { describeSkillApi } from './suites/skill-api.ts';

describeSkillApi('sqlite', sqliteDatabase);

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeSkillApi('postgres', postgresDatabase);
});
