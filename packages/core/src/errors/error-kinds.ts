import { OctavusError } from './octavus-error.ts';

/** Too many requests; `retryAfter` says when to come back. A used-up budget is `isQuotaExceededError`. */
export function isRateLimitError(error: unknown): error is OctavusError {
  return OctavusError.isInstance(error) && error.errorType === 'rate_limit_error';
}

/** A budget is used up: waiting does not help. */
export function isQuotaExceededError(error: unknown): error is OctavusError {
  return OctavusError.isInstance(error) && error.errorType === 'quota_exceeded_error';
}

/** The credential is missing, wrong or not allowed to do this. */
export function isAuthenticationError(error: unknown): error is OctavusError {
  return (
    OctavusError.isInstance(error) &&
    (error.errorType === 'authentication_error' || error.errorType === 'permission_error')
  );
}

/** The model's provider failed. */
export function isProviderError(error: unknown): error is OctavusError {
  return OctavusError.isInstance(error) && error.source === 'provider';
}

/** A tool failed. */
export function isToolError(error: unknown): error is OctavusError {
  return OctavusError.isInstance(error) && (error.source === 'tool' || error.errorType === 'tool_error');
}

/** The request was not acceptable. */
export function isValidationError(error: unknown): error is OctavusError {
  return OctavusError.isInstance(error) && error.errorType === 'validation_error';
}

/** Whether the same request may succeed later; `false` for anything that is not an `OctavusError`. */
export function isRetryableError(error: unknown): boolean {
  return OctavusError.isInstance(error) && error.retryable;
}
