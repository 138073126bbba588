import { OctavusError } from '@octavus/core';

/** The database cannot be used as it is configured; the message is one sentence for the operator. */
export class StorageOpenError extends Error {
  override readonly name = 'StorageOpenError';
}

/** A unique index refused a row. Repositories turn it into CONFLICT with the name of what exists. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
}

/** The database gave the transaction up in favour of another one; the same work may succeed at once. */
export class TransactionConflict extends Error {
  override readonly name = 'TransactionConflict';
}

/** The database does not answer, or cannot store. The cause stays on the server. */
export function unavailable(cause: unknown): OctavusError {
  return new OctavusError('SERVICE_UNAVAILABLE', {}, { cause });
}

/** The connection broke, or the disk failed, while something was being stored: it may be stored, or not. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** Whether it cannot be said of the failed work that nothing of it was stored. */
export function isOutcomeUnknown(error: unknown): boolean {
  if (error instanceof OutcomeUnknown) return true;
  return error instanceof Error && error.cause !== undefined && isOutcomeUnknown(error.cause);
}

/** The error that everything else was made from. */
export function rootCause(error: unknown): Error {
  if (error instanceof Error && error.cause !== undefined) return rootCause(error.cause);
  return error instanceof Error ? error : new Error(String(error));
}

/** Whether a text can be in the database at all. PostgreSQL keeps no NUL, so nothing there has a name with one. */
export function isStorable(text: string): boolean {
  return !text.includes('\0');
}

/** Runs `work`; a value that the database says exists becomes CONFLICT. */
export async function refuseDuplicates<T>(resource: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof UniqueViolation)) throw cause;
    throw new OctavusError('CONFLICT', { resource }, { cause });
  }
}
