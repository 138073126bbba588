import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';
import { breakStatements, type StatementFaults } from './break-statements.ts';

const faultyThread = new URL('./faulty-thread.ts', import.meta.url);

/**
 * Makes the statements of SQLite databases that are opened from here on fail when an injector says so, those of the thread that writes
 * among them: inside transactions, at their commit, and after it.
 */
export function breakSqlite(faults: StatementFaults): void {
  breakStatements(faults);
  const memories = { before: faults.before.memory, after: faults.after.memory };
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(_script: string | URL, options: WorkerOptions = {}) {
      super(faultyThread, { ...options, workerData: { ...options.workerData, faults: memories } });
    }
  };
  syncBuiltinESMExports();
}
