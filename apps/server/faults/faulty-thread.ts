import { workerData } from 'node:worker_threads';
import { breakStatements } from './break-statements.ts';
import { Injector } from './injector.ts';

/** What takes the place of the writer's thread: its statements can be made to fail. */
const { before, after } = workerData.faults as Record<'before' | 'after', SharedArrayBuffer>;
breakStatements({ before: new Injector(before), after: new Injector(after) });
await import('../src/storage/dialects/sqlite-thread.ts');
