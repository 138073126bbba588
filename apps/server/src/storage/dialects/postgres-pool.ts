import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { fromPostgresError } from './postgres-errors.ts';

const maxConnections = 10;
const connectionTimeoutMs = 5_000;
const statementTimeoutMs = 15_000;
/** Our SQL texts are a fixed set; the bound only guards against one that is built from values. */
const maxPreparedStatements = 200;

/** The pool as Kysely uses it. */
export function openPool(url: string): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'octavus',
    types: { getTypeParser },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const names = new StatementNames();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => translating(async () => toKyselyClient(await pool.connect(), names)),
  };
}

/** Reads `bigint` as a number: times and counts are far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: unknown) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');

function toKyselyClient(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]) =>
    translating(() => client.query({ name: names.nameOf(text, values), text, values: [...values] }));
  // Kysely's other form of `query`, with a cursor, is for streaming, which no repository does.
  return { query: query as never, release: (isBroken) => client.release(isBroken) };
}

/** Names a query with parameters, so that each connection parses and plans it once. */
class StatementNames {
  readonly #names = new Map<string, string>();

  nameOf(text: string, values: readonly unknown[]): string | undefined {
    if (values.length === 0) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size === maxPreparedStatements) return known;
    const name = `octavus_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fromPostgresError(error);
  }
}
