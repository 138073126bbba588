import { StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { ThreadReply } from '../src/storage/dialects/sqlite-thread.ts';
import type { Injector } from './injector.ts';

/** Result codes (https://www.sqlite.org/rescode.html) of faults that a file system causes. */
const faults = [
  { errcode: 13, message: 'database or disk is full' },
  { errcode: 10, message: 'disk I/O error' },
  { errcode: 8, message: 'attempt to write a readonly database' },
] as const;

/** Stands in for a request that is to fail, so that replies keep their order. */
const harmless = ['query', { sql: 'select 1', parameters: [] }] as const;

/**
 * Makes statements of the reading connection, and requests to the thread that writes, fail in this process, every kind of fault in its turn.
 * What fails is not done. Dispose to mend them.
 */
export function breakSqlite(injector: Injector): Disposable {
  let next = 0;
  const aFault = () => ({ ...faults[next++ % faults.length]!, code: 'ERR_SQLITE_ERROR' });
  const mendReader = breakStatements(() => {
    if (!injector.hit()) return;
    const { message, ...codes } = aFault();
    throw Object.assign(new Error(message), codes);
  });
  const mendWriter = breakThreads(() => (injector.hit() ? { error: aFault() } : undefined));
  return {
    [Symbol.dispose]: () => {
      mendReader();
      mendWriter();
    },
  };
}

function breakStatements(mayThrow: () => void): () => void {
  const { run, all } = StatementSync.prototype;
  const failing = (original: (...values: never[]) => unknown) =>
    function (this: StatementSync, ...values: never[]) {
      mayThrow();
      return original.apply(this, values);
    };
  StatementSync.prototype.run = failing(run) as typeof run;
  StatementSync.prototype.all = failing(all) as typeof all;
  return () => Object.assign(StatementSync.prototype, { run, all });
}

/** @param decide what a request is answered instead of being done; undefined: it is done. */
function breakThreads(decide: () => ThreadReply | undefined): () => void {
  const { postMessage, emit } = Worker.prototype;
  /** For each request under way, in order, what takes the place of its reply. */
  const instead = new WeakMap<Worker, (ThreadReply | undefined)[]>();
  Worker.prototype.postMessage = function (this: Worker, message: unknown) {
    const fault = decide();
    const waiting = instead.get(this) ?? [];
    instead.set(this, [...waiting, fault]);
    postMessage.call(this, fault ? harmless : message);
  };
  Worker.prototype.emit = function (this: Worker, name: string, ...values: unknown[]) {
    const waiting = name === 'message' ? (instead.get(this) ?? []) : [];
    instead.set(this, waiting.length > 0 ? waiting.slice(1) : (instead.get(this) ?? []));
    return Reflect.apply(emit, this, [name, ...(waiting[0] ? [waiting[0]] : values)]) as boolean;
  } as typeof emit;
  return () => {
    Worker.prototype.postMessage = postMessage;
    Worker.prototype.emit = emit;
  };
}
