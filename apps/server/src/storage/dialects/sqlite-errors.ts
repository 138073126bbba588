import { OutcomeUnknown, rootCause, StorageOpenError, UniqueViolation, unavailable } from '../errors.ts';

/** When the sync of a commit fails, the commit is in the log all the same: it is gone, unless the power goes off next. */
const ioErrorCode = 10;

/** Primary result codes (https://www.sqlite.org/rescode.html) that say that the file, not the query, is the problem. */
const unavailableCodes = new Set([
  5, // BUSY
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  ioErrorCode,
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  26, // NOTADB
]);

/** Extended codes CONSTRAINT_UNIQUE and CONSTRAINT_PRIMARYKEY. */
const uniqueCodes = new Set([2067, 1555]);

interface SqliteError extends Error {
  readonly code: string;
  readonly errcode: number;
}

/** What the rest of the server sees of an error of node:sqlite. */
export function fromSqliteError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  // The database was closed while the request was on its way.
  if (error.code === 'ERR_INVALID_STATE') return unavailable(error);
  if (!isSqliteError(error)) return error;
  if (uniqueCodes.has(error.errcode)) return new UniqueViolation(error.message, { cause: error });
  if (primaryCode(error) === ioErrorCode) return unavailable(new OutcomeUnknown(error.message, { cause: error }));
  return unavailableCodes.has(primaryCode(error)) ? unavailable(error) : error;
}

/** The sentence an operator reads when the file cannot be opened. */
export function toOpenError(path: string, cause: unknown): StorageOpenError {
  return new StorageOpenError(`The database file ${path} ${describe(rootCause(cause))}.`, { cause });
}

function describe(cause: Error): string {
  if (!isSqliteError(cause)) return `cannot be opened: ${cause.message}`;
  switch (primaryCode(cause)) {
    case 5:
    case 6:
      return 'is locked by another program: stop that one, then start again';
    case 8:
      return 'cannot be written: check its permissions and those of its directory';
    case 13:
      return 'cannot be written: the disk is full';
    case 26:
      return 'is not an SQLite database: name another one in DATABASE_URL';
    default:
      return `cannot be opened: ${cause.message}`;
  }
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error;
}

function primaryCode({ errcode }: SqliteError): number {
  return errcode & 0xff;
}
