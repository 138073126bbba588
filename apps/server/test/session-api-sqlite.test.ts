import { sqliteDatabase } from './databases.ts';
import { describeExecutionApi } from './suites/execution-api.ts';
import { describeIdempotencyKeys } from './suites/idempotency-api.ts';
import { describeSessionApi } from './suites/session-api.ts';
import { describeStartApi } from './suites/start-api.ts';
import { describeSweeper } from './suites/sweeper.ts';

describeSessionApi('sqlite', sqliteDatabase);
describeStartApi('sqlite', sqliteDatabase);
describeExecutionApi('sqlite', sqliteDatabase);
describeSweeper('sqlite', sqliteDatabase);
describeIdempotencyKeys('sqlite', sqliteDatabase);
