import { Worker } from 'node:worker_threads';
import { SqliteDatabase, type SqliteDatabaseOptions } from './sqlite-database.ts';
import { fromSqliteError } from './sqlite-errors.ts';
import { type SqliteOperations, sqliteOperations } from './sqlite-operations.ts';
import type { ThreadReply, ThreadRequest } from './sqlite-thread.ts';

/**
 * A connection of node:sqlite, in this thread or in one of its own.
 *
 * @throws OctavusError SERVICE_UNAVAILABLE or UniqueViolation from every operation, see `fromSqliteError`.
 */
export type SqliteConnection = {
  readonly [Name in keyof SqliteOperations]: (
    ...parameters: Parameters<SqliteOperations[Name]>
  ) => Promise<ReturnType<SqliteOperations[Name]>>;
};

/** A connection whose operations block this thread while they run: for reading. @throws the error of node:sqlite as it is. */
export function openHere(options: SqliteDatabaseOptions): SqliteConnection {
  const operations = sqliteOperations(new SqliteDatabase(options));
  return toConnection(async ([name, ...parameters]) => {
    try {
      return (operations[name] as (...values: unknown[]) => unknown)(...parameters);
    } catch (error) {
      throw fromSqliteError(error);
    }
  });
}

/**
 * A connection for writing with a thread of its own: a commit waits for the disk, up to tens of milliseconds, in which this thread goes
 * on streaming (`npm run bench`, hold). Operations run in the order of the calls.
 *
 * @throws the error of node:sqlite as it is.
 */
export async function openInThread(options: SqliteDatabaseOptions): Promise<SqliteConnection> {
  const thread = new WriterThread(options);
  await thread.ready;
  return toConnection((request) => thread.ask(request));
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** An error in the thread that is not an operation's own ends the process: nothing could be stored any more. */
class WriterThread {
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  /** Replies come in the order of the requests. */
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(options: SqliteDatabaseOptions) {
    this.#worker = new Worker(new URL('./sqlite-thread-main.js', import.meta.url), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    this.ready = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  ask(request: ThreadRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(fromSqliteError(closedError()));
      // Throws for what cannot be sent, which then waits for no reply.
      this.#worker.postMessage(request);
      if (request[0] === 'close') this.#isClosed = true;
      // A thread that has nothing to do does not keep the process alive.
      if (this.#waiting.length === 0) this.#worker.ref();
      this.#waiting.push({ resolve, reject: (error) => reject(fromSqliteError(error)) });
    });
  }

  #settle(reply: ThreadReply): void {
    const { resolve, reject } = this.#waiting.shift() as Waiting;
    if (this.#waiting.length === 0) this.#worker.unref();
    if ('error' in reply) reject(Object.assign(new Error(reply.error.message), reply.error));
    else resolve(reply.result);
  }
}

/** What node:sqlite says of a closed database. */
function closedError(): Error {
  return Object.assign(new Error('database is not open'), { code: 'ERR_INVALID_STATE' });
}

function toConnection(ask: (request: ThreadRequest) => Promise<unknown>): SqliteConnection {
  return {
    query: (statement) => ask(['query', statement]) as ReturnType<SqliteConnection['query']>,
    begin: () => ask(['begin']) as Promise<void>,
    commit: () => ask(['commit']) as Promise<void>,
    rollback: () => ask(['rollback']) as Promise<void>,
    runBatches: (batches) => ask(['runBatches', batches]) as Promise<boolean[]>,
    close: () => ask(['close']) as Promise<void>,
  };
}
