import { OctavusError } from '@octavus/core';
import pg from 'pg';
import { rootCause, StorageOpenError, TransactionConflict, UniqueViolation, unavailable } from '../errors.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html; classes by their first two characters. */
const unavailableClasses = new Set(['08', '53', '57', '58', 'XX']);
const unavailableCodes = new Set([
  '25006', // read-only transaction: a replica
  '55P03', // lock timeout
]);
const conflictCodes = new Set(['40001', '40P01']);

/** What the rest of the server sees of an error of pg. */
export function fromPostgresError(error: unknown): unknown {
  // A TypeError is a bug of ours.
  if (!(error instanceof Error) || error instanceof TypeError) return error;
  const state = sqlState(error);
  // pg reports a connection that broke, or was not made in time, by a message alone or with the code of the system call.
  if (state === undefined) return unavailable(error);
  if (state === '23505') return new UniqueViolation(error.message, { cause: error });
  if (conflictCodes.has(state)) return new TransactionConflict(error.message, { cause: error });
  if (state === '22021')
    return new OctavusError('VALIDATION_ERROR', { reason: 'text must not hold NUL characters' }, { cause: error });
  return unavailableCodes.has(state) || unavailableClasses.has(state.slice(0, 2)) ? unavailable(error) : error;
}

/** The sentence an operator reads when the database cannot be used at start. `url` is shown without its password. */
export function toOpenError(url: string, cause: unknown): StorageOpenError {
  return new StorageOpenError(`The database ${withoutSecrets(url)} ${describe(rootCause(cause))}.`, { cause });
}

function describe(error: Error): string {
  const state = sqlState(error);
  if (state === '3D000') return 'does not exist: create it, then start again';
  if (state?.startsWith('28')) return 'refuses the user or password in DATABASE_URL';
  if (state === '42501') return 'does not allow this user to create tables';
  return `does not answer: ${error.message || (error as NodeJS.ErrnoException).code}`;
}

function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function sqlState(error: Error): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
