import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqliteDatabase } from './sqlite-database.ts';
import type { WhenFree } from './sqlite-patience.ts';

/** Kysely over one connection of node:sqlite. Kysely itself lets one user at a time have the connection (`SqliteAdapter`). */
export function sqliteDialect(database: SqliteDatabase, whenFree: WhenFree): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(database, whenFree),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class SqliteDriver implements Driver {
  readonly #database: SqliteDatabase;
  readonly #whenFree: WhenFree;
  readonly #connection: DatabaseConnection;

  constructor(database: SqliteDatabase, whenFree: WhenFree) {
    this.#database = database;
    this.#whenFree = whenFree;
    this.#connection = new SqliteConnection(database, whenFree);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    await this.#whenFree(() => this.#database.begin());
  }

  async commitTransaction(): Promise<void> {
    this.#database.commit();
  }

  async rollbackTransaction(): Promise<void> {
    this.#database.rollback();
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#database.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase;
  readonly #whenFree: WhenFree;

  constructor(database: SqliteDatabase, whenFree: WhenFree) {
    this.#database = database;
    this.#whenFree = whenFree;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#database.returnsRows(sql)) {
      return { rows: await this.#whenFree(() => this.#database.all(sql, parameters) as Row[]) };
    }
    return { rows: [], numAffectedRows: BigInt(await this.#whenFree(() => this.#database.run(sql, parameters))) };
  }

  // biome-ignore lint/correctness/useYield: it refuses
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Rows are read at once, not streamed');
  }
}
