import type { ErrorEvent } from '@octavus/core';

/** What the stream said about a failure. */
export type WorkerErrorDetails = Partial<
  Pick<ErrorEvent, 'errorType' | 'source' | 'code' | 'retryable' | 'retryAfter' | 'provider'>
>;

/** A worker ended without a result. */
export class WorkerError extends Error {
  /** Session of the run, for the console; absent when it never began. */
  readonly sessionId?: string;
  readonly details?: WorkerErrorDetails;

  constructor(message: string, sessionId?: string, details?: WorkerErrorDetails) {
    super(message);
    this.name = 'WorkerError';
    this.sessionId = sessionId;
    this.details = details;
  }
}
