import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { fromSqliteError } from './sqlite-errors.ts';

/** How long opening waits for another process that opens or closes the file, in milliseconds. */
const openTimeoutMs = 5_000;
/** Afterwards SQLite itself waits no longer than this, as it stops the whole process meanwhile; `createPatience` does the waiting. */
const busyTimeoutMs = 5;
const maxStatements = 200;

interface CachedStatement {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

interface SqliteDatabaseOptions {
  readonly path: string;
  readonly isReadOnly: boolean;
}

/**
 * One connection of node:sqlite with its prepared statements. Every call is synchronous.
 *
 * @throws OctavusError SERVICE_UNAVAILABLE or UniqueViolation from every method, see `fromSqliteError`.
 */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  /** By SQL text, in order of use: the first is dropped first. */
  readonly #statements = new Map<string, CachedStatement>();

  /** @throws the error of node:sqlite as it is; the caller knows what was being opened. */
  constructor({ path, isReadOnly }: SqliteDatabaseOptions) {
    this.#database = new DatabaseSync(path, {
      readOnly: isReadOnly,
      timeout: openTimeoutMs,
      enableForeignKeyConstraints: true,
    });
    try {
      this.#configure(isReadOnly);
      this.#database.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  all(sql: string, parameters: readonly unknown[] = []): unknown[] {
    return translating(() => this.#prepare(sql).statement.all(...(parameters as SQLInputValue[])));
  }

  /** @returns the number of rows changed. */
  run(sql: string, parameters: readonly unknown[] = []): number {
    return translating(() => Number(this.#prepare(sql).statement.run(...(parameters as SQLInputValue[])).changes));
  }

  returnsRows(sql: string): boolean {
    return translating(() => this.#prepare(sql).returnsRows);
  }

  /** Takes the write lock at once, so that no statement of the transaction finds it taken. */
  begin(): void {
    this.run('begin immediate');
  }

  /** When it fails, for example because the disk is full, nothing of the transaction is stored. */
  commit(): void {
    this.run('commit');
  }

  /** Does nothing without a transaction: SQLite rolls back by itself after some errors. */
  rollback(): void {
    if (this.#database.isOpen && this.#database.isTransaction) this.run('rollback');
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #configure(isReadOnly: boolean): void {
    this.#database.exec('pragma cache_size = -32000; pragma temp_store = memory; pragma trusted_schema = off');
    if (isReadOnly) {
      this.#database.exec('pragma mmap_size = 134217728');
      return;
    }
    // runtime-semantics.md 11: what is committed survives the power going off.
    this.#database.exec('pragma journal_mode = wal; pragma synchronous = full');
  }

  #prepare(sql: string): CachedStatement {
    const cached = this.#statements.get(sql) ?? this.#compile(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, cached);
    if (this.#statements.size > maxStatements) this.#statements.delete(this.#statements.keys().next().value as string);
    return cached;
  }

  #compile(sql: string): CachedStatement {
    const statement = this.#database.prepare(sql);
    return { statement, returnsRows: statement.columns().length > 0 };
  }
}

function translating<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fromSqliteError(error);
  }
}
