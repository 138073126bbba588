import { sqliteDatabase } from './databases.ts';
import { describeExampleWorkers } from './suites/example-workers.ts';
import { describeWorkerApi } from './suites/worker-api.ts';

describeWorkerApi('sqlite', sqliteDatabase);
describeExampleWorkers('sqlite', sqliteDatabase);
