import { parentPort, workerData } from 'node:worker_threads';
import { FoldWhenQuiet } from './fold-when-quiet.ts';
import { SqliteDatabase, type SqliteDatabaseOptions } from './sqlite-database.ts';
import { type SqliteOperations, sqliteOperations } from './sqlite-operations.ts';

/** An error as it passes between threads: of an `Error` the cloning keeps the message alone. */
export interface ThreadError {
  readonly message: string;
  readonly code?: string;
  readonly errcode?: number;
}

export type ThreadRequest = {
  readonly [Name in keyof SqliteOperations]: readonly [name: Name, ...Parameters<SqliteOperations[Name]>];
}[keyof SqliteOperations];

export type ThreadReply = { readonly result: unknown } | { readonly error: ThreadError };

/** The writer's thread (`openInThread`): answers requests in their order, the first reply tells whether the file could be opened. */
function serve(port: NonNullable<typeof parentPort>, options: SqliteDatabaseOptions): void {
  const opened = attempt(() => new SqliteDatabase(options));
  if ('error' in opened) return void port.postMessage(opened satisfies ThreadReply);
  const database = opened.result as SqliteDatabase;
  const operations = sqliteOperations(database);
  const folding = new FoldWhenQuiet(database, options.path);
  port.on('message', ([name, ...parameters]: ThreadRequest) => {
    const operation = operations[name] as (...values: unknown[]) => unknown;
    port.postMessage(attempt(() => operation(...parameters)));
    if (name !== 'close') return folding.touch();
    folding.stop();
    port.close();
  });
  // A process that was killed may have left a long log.
  folding.touch();
  port.postMessage({ result: undefined } satisfies ThreadReply);
}

function attempt(work: () => unknown): ThreadReply {
  try {
    return { result: work() };
  } catch (error) {
    const { message, code, errcode } = error as Error & Omit<ThreadError, 'message'>;
    return { error: { message, code, errcode } };
  }
}

if (parentPort) serve(parentPort, workerData as SqliteDatabaseOptions);
