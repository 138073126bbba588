import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** How long a statement waits for another process, such as an operator command, to finish its transaction. */
const defaultPatienceMs = 5_000;
const maxStatements = 200;

interface CachedStatement {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

export interface SqliteDatabaseOptions {
  readonly path: string;
  readonly isReadOnly: boolean;
  /** How long a statement waits while another process writes, in milliseconds. Default 5 s. */
  readonly patienceMs?: number;
}

/** Result code of a statement that found the file locked (https://www.sqlite.org/rescode.html#busy). */
const busyCode = 5;

/**
 * One connection of node:sqlite with its prepared statements. Every call is synchronous and throws what node:sqlite throws.
 *
 * This file and what it imports are loaded by the writer's thread too, so they know nothing of the rest of the server.
 */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  /** By SQL text, in order of use: the first is dropped first. */
  readonly #statements = new Map<string, CachedStatement>();
  readonly #patienceMs: number;
  #isPatient = true;

  constructor({ path, isReadOnly, patienceMs = defaultPatienceMs }: SqliteDatabaseOptions) {
    this.#patienceMs = patienceMs;
    this.#database = new DatabaseSync(path, {
      readOnly: isReadOnly,
      timeout: defaultPatienceMs,
      enableForeignKeyConstraints: true,
    });
    try {
      this.#configure(isReadOnly);
      this.#wait(patienceMs);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  all(sql: string, parameters: readonly unknown[] = []): unknown[] {
    return this.#prepare(sql).statement.all(...(parameters as SQLInputValue[]));
  }

  /** @returns the number of rows changed. */
  run(sql: string, parameters: readonly unknown[] = []): number {
    const { statement } = this.#prepare(sql);
    try {
      const { changes } = statement.run(...(parameters as SQLInputValue[]));
      if (!this.#isPatient) this.#setPatient(true);
      return Number(changes);
    } catch (error) {
      if (this.#isPatient && isBusy(error)) this.#setPatient(false);
      throw error;
    }
  }

  returnsRows(sql: string): boolean {
    return this.#prepare(sql).returnsRows;
  }

  /** Takes the write lock at once, so that no statement of the transaction finds it taken. When this throws there is no transaction. */
  begin(): void {
    try {
      this.run('begin immediate');
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** When it fails, for example because the disk is full, nothing of the transaction is stored. */
  commit(): void {
    this.run('commit');
  }

  /**
   * Does nothing without a transaction: SQLite rolls back by itself after some errors. Tried twice, because what is written next would
   * become part of a transaction that stays open, and nobody would commit it.
   */
  rollback(): void {
    for (let left = 2; this.#isInTransaction; left -= 1) {
      try {
        this.run('rollback');
      } catch (error) {
        if (left === 1) throw error;
      }
    }
  }

  /**
   * Moves what is in the write-ahead log into the file and empties the log, without waiting for anybody.
   *
   * @returns false when somebody still reads from the log, writes to it, or is in a transaction here.
   */
  fold(): boolean {
    if (this.#isInTransaction) return false;
    this.#wait(0);
    try {
      const [outcome] = this.all('pragma wal_checkpoint(truncate)') as { readonly busy: number }[];
      return outcome?.busy === 0;
    } finally {
      this.#wait(this.#isPatient ? this.#patienceMs : 0);
    }
  }

  get #isInTransaction(): boolean {
    return this.#database.isOpen && this.#database.isTransaction;
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

  /** After one wait in vain the statements behind it are refused at once, until the lock can be had again: a queue must not wait many times. */
  #setPatient(isPatient: boolean): void {
    this.#isPatient = isPatient;
    this.#wait(isPatient ? this.#patienceMs : 0);
  }

  #wait(milliseconds: number): void {
    this.#database.exec(`pragma busy_timeout = ${milliseconds}`);
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

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && ((error.errcode as number) & 0xff) === busyCode;
}
