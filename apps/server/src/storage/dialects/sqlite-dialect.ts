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
import type { SqliteConnection } from './sqlite-connection.ts';

/** Kysely over one connection of node:sqlite. Kysely itself lets one user at a time have the connection (`SqliteAdapter`). */
export function sqliteDialect(connection: SqliteConnection): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class SqliteDriver implements Driver {
  readonly #sqlite: SqliteConnection;
  readonly #connection: DatabaseConnection;

  constructor(sqlite: SqliteConnection) {
    this.#sqlite = sqlite;
    this.#connection = new KyselyConnection(sqlite);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  beginTransaction(): Promise<void> {
    return this.#sqlite.begin();
  }

  commitTransaction(): Promise<void> {
    return this.#sqlite.commit();
  }

  rollbackTransaction(): Promise<void> {
    return this.#sqlite.rollback();
  }

  async releaseConnection(): Promise<void> {}

  destroy(): Promise<void> {
    return this.#sqlite.close();
  }
}

class KyselyConnection implements DatabaseConnection {
  readonly #sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.#sqlite = sqlite;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const outcome = await this.#sqlite.query({ sql, parameters });
    if ('rows' in outcome) return { rows: outcome.rows as Row[] };
    return { rows: [], numAffectedRows: BigInt(outcome.changes) };
  }

  // biome-ignore lint/correctness/useYield: it refuses
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Rows are read at once, not streamed');
  }
}
