import type { Kysely, Transaction } from 'kysely';
import type { StorageOpenError } from './errors.ts';
import type { Database, SessionsTable } from './schema.ts';
import type { Sessions, Storage } from './storage.ts';

/**
 * What a dialect gives to the repositories. Errors of the database arrive as OctavusError SERVICE_UNAVAILABLE, UniqueViolation, or as
 * they are when they are bugs of ours.
 */
export interface Connection {
  readonly dialect: Storage['dialect'];
  /** Single statements that change something. */
  readonly write: Kysely<Database>;
  /** Single queries; they never see an open transaction. */
  readonly read: Kysely<Database>;
  /** All of `work` or nothing. It runs again from its start when the database gave it up in favour of another transaction. */
  transaction<T>(work: (transaction: Transaction<Database>) => Promise<T>): Promise<T>;
  /** `Sessions.commit`: the one operation written per dialect, as its cost is the cost of a turn. */
  readonly commit: Sessions['commit'];
  /** Adds the rows of sessions that do not exist yet, in one transaction. */
  readonly createSessions: (rows: readonly SessionsTable[]) => Promise<void>;
  /** What an operator reads when the schema cannot be brought up to date because of `cause`. */
  toOpenError(cause: unknown): StorageOpenError;
  close(): Promise<void>;
}
