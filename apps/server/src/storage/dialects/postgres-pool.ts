import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { OutcomeUnknown } from '../errors.ts';
import { fromPostgresError } from './postgres-errors.ts';

const maxConnections = 10;
const connectionTimeoutMs = 5_000;
const statementTimeoutMs = 15_000;
/** The server ends a transaction that its client left open: what it locked must not stay locked while a frozen process sleeps. */
const idleTransactionTimeoutMs = 20_000;

/** What is committed is on disk (runtime-semantics.md 11), whatever the server's default is; a stronger one stays. */
const ensureDurable = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') in ('off', 'local')`;
/** Our SQL texts are a fixed set; the bound only guards against one that is built from values. */
const maxPreparedStatements = 200;

export interface PoolOptions {
  /** A connection whose server does not answer at all, not even that a statement took too long, is given up after this. Default 20 s. */
  readonly answerTimeoutMs?: number;
}

/** The pool as Kysely uses it. */
export function openPool(url: string, { answerTimeoutMs = 20_000 }: PoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
    keepAlive: true,
    application_name: 'octavus',
    types: { getTypeParser },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', prepareConnection);
  const names = new StatementNames();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => toKyselyClient(await connect(pool), names),
  };
}

/** Reads `bigint` as a number: times and counts are far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: unknown) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');

function prepareConnection(client: pg.PoolClient): void {
  // The query that is under way reports a connection that breaks; between two queries of a transaction only this event does, and without
  // a listener it would end the process.
  client.on('error', () => undefined);
  // Runs before everything else on the connection. When it fails, so does what comes next.
  client.query(ensureDurable).catch(() => undefined);
}

function toKyselyClient(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  let isBroken = false;
  let isInTransaction = false;
  let mayHaveStored = false;
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      const result = await client.query({ name: names.nameOf(text, values), text, values: [...values] });
      isInTransaction = transactionAfter(text, isInTransaction);
      return result;
    } catch (error) {
      if (error instanceof pg.DatabaseError) throw fromPostgresError(error);
      // No answer of the server: what the connection does is unknown, so nobody else gets it.
      isBroken = true;
      // Also when what comes next, such as the rollback, fails as well.
      mayHaveStored ||= stores(text, isInTransaction);
      throw fromPostgresError(mayHaveStored ? new OutcomeUnknown(String(error), { cause: error }) : error);
    }
  };
  // Kysely's other form of `query`, with a cursor, is for streaming, which no repository does.
  return { query: query as never, release: (isUnusable) => client.release(isUnusable || isBroken) };
}

function transactionAfter(text: string, isInTransaction: boolean): boolean {
  return /^(begin|start transaction)/i.test(text) || (isInTransaction && !/^(commit|rollback)/i.test(text));
}

/** Inside a transaction nothing is stored before its end; of reading nothing is stored at all. */
function stores(text: string, isInTransaction: boolean): boolean {
  return isInTransaction ? /^commit/i.test(text) : !/^(select|begin|start transaction)/i.test(text);
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

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw fromPostgresError(error);
  }
}
