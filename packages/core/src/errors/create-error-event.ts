import type { ErrorEvent } from '../events/error.ts';
import type { CreateErrorEventOptions, OctavusError } from './octavus-error.ts';
import { errorTypeOfStatus } from './status.ts';

/** An `error` event from its fields; `retryable` is false unless given. */
export function createErrorEvent(options: CreateErrorEventOptions): ErrorEvent {
  const { errorType, message, source, retryable = false, retryAfter, code, provider, tool } = options;
  return { type: 'error', errorType, message, source, retryable, retryAfter, code, provider, tool };
}

/** The `error` event that says what this error says. */
export function errorToStreamEvent(error: OctavusError): ErrorEvent {
  return createErrorEvent(error);
}

/** An `error` event for a failure of the platform itself, not retryable. */
export function createInternalErrorEvent(message: string): ErrorEvent {
  return createErrorEvent({ errorType: 'internal_error', message, source: 'platform' });
}

/**
 * An `error` event for an HTTP answer of the platform.
 *
 * @param statusCode the HTTP status; 429 and 5xx are retryable.
 * @param extra.code the answer's error code.
 * @param extra.retryAfter seconds, from `Retry-After`.
 */
export function createApiErrorEvent(
  statusCode: number,
  message: string,
  extra: { code?: string; retryAfter?: number } = {},
): ErrorEvent {
  return createErrorEvent({
    errorType: errorTypeOfStatus(statusCode),
    message,
    source: 'platform',
    retryable: statusCode === 429 || statusCode >= 500,
    ...extra,
  });
}
