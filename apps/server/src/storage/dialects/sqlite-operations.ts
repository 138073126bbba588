import type { SqliteDatabase } from './sqlite-database.ts';

export interface SqliteStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Statements that belong together: the first that changes no row refuses those after it. */
export type SqliteBatch = readonly SqliteStatement[];

/** What can be asked of a connection, as data, so that it can be asked of one in another thread. */
export interface SqliteOperations {
  /** @returns rows when the statement has columns, otherwise how many rows it changed. */
  query(statement: SqliteStatement): { readonly rows: unknown[] } | { readonly changes: number };
  begin(): void;
  commit(): void;
  rollback(): void;
  /** All batches in one transaction: one sync of the disk. @returns for each batch whether it was accepted. */
  runBatches(batches: readonly SqliteBatch[]): boolean[];
  close(): void;
}

export function sqliteOperations(database: SqliteDatabase): SqliteOperations {
  return {
    query: ({ sql, parameters }) =>
      database.returnsRows(sql) ? { rows: database.all(sql, parameters) } : { changes: database.run(sql, parameters) },
    begin: () => database.begin(),
    commit: () => database.commit(),
    rollback: () => database.rollback(),
    runBatches: (batches) => runBatches(database, batches),
    close: () => database.close(),
  };
}

function runBatches(database: SqliteDatabase, batches: readonly SqliteBatch[]): boolean[] {
  try {
    database.begin();
    const outcomes = batches.map((batch) => batch.every(({ sql, parameters }) => database.run(sql, parameters) > 0));
    database.commit();
    return outcomes;
  } catch (error) {
    database.rollback();
    throw error;
  }
}
