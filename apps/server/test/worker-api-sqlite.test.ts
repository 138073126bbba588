import { sqliteDatabase } from './databases.ts';
import { describeExampleWorkers, describeWorkerApi } from './suites/worker-api.ts';

describeWorkerApi('sqlite', sqliteDatabase);
describeExampleWorkers('sqlite', sqliteDatabase);
