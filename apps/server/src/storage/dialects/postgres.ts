import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import type { Connection } from '../connection.ts';
import { TransactionConflict, unavailable } from '../errors.ts';
import type { Database } from '../schema.ts';
import { postgresCommit } from './postgres-commit.ts';
import { toOpenError } from './postgres-errors.ts';
import { openPool, type PoolOptions } from './postgres-pool.ts';

/** How often a transaction is run that the database gives up for another one. */
const maxAttempts = 6;
/** Longest pause before the second attempt, in milliseconds; it doubles. A random part of it is taken, so that two do not meet again. */
const firstPauseMs = 10;

/**
 * Opens the database that a `postgres://` URL names.
 *
 * @param options see `openPool`.
 * @throws StorageOpenError with a sentence for the operator.
 */
export async function openPostgres(url: string, options: PoolOptions = {}): Promise<Connection> {
  const pool = openPool(url, options);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const transaction: Connection['transaction'] = (work) => retrying(() => db.transaction().execute(work));
  try {
    await db.selectNoFrom((select) => select.lit(1).as('one')).execute();
  } catch (cause) {
    await pool.end();
    throw toOpenError(url, cause);
  }
  return {
    dialect: 'postgres',
    write: db,
    read: db,
    transaction,
    commit: postgresCommit(db, { transaction, retrying }),
    createSessions: async (rows) => void (await db.insertInto('sessions').values(rows).execute()),
    toOpenError: (cause) => toOpenError(url, cause),
    close: () => pool.end(),
  };
}

async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransactionConflict)) throw error;
      if (attempt === maxAttempts) throw unavailable(error);
      await delay(Math.random() * firstPauseMs * 2 ** (attempt - 1));
    }
  }
}
