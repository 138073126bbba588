import type { ErrorType } from '../events/error.ts';

const typeByStatus: Record<number, ErrorType> = {
  400: 'validation_error',
  401: 'authentication_error',
  402: 'quota_exceeded_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  503: 'provider_overloaded',
  504: 'provider_timeout',
};

/** The error type that a client sees for an HTTP answer of the platform (HTTP spec 3.1). */
export function errorTypeOfStatus(status: number): ErrorType {
  return typeByStatus[status] ?? (status >= 500 ? 'internal_error' : 'unknown_error');
}
