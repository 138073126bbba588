/** What the server knows about an error code. */
export interface ErrorEntry {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Sentence for people; `{name|fallback}` is replaced by the detail of that name. */
  readonly message: string;
}

/** Every error that an endpoint may answer (HTTP spec 3.2). The list a new error is added to. */
export const errorCatalogue = {
  VALIDATION_ERROR: { status: 400, retryable: false, message: 'Invalid request: {reason|see issues}' },
  UNAUTHORIZED: { status: 401, retryable: false, message: 'Missing or invalid API key' },
  QUOTA_EXCEEDED: { status: 402, retryable: false, message: 'The budget set by the operator is used up' },
  FORBIDDEN: { status: 403, retryable: false, message: 'This credential does not allow {action|this request}' },
  NOT_FOUND: { status: 404, retryable: false, message: '{resource|Resource} not found' },
  SESSION_EXPIRED: { status: 404, retryable: false, message: 'This session has expired. Restore it first.' },
  EXECUTION_NOT_FOUND: { status: 404, retryable: false, message: 'Execution not found' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, message: '{method|This method} is not allowed here' },
  CONFLICT: { status: 409, retryable: false, message: '{resource|Resource} already exists' },
  EXECUTION_NOT_RESUMABLE: {
    status: 409,
    retryable: false,
    message: 'This execution is not waiting for these tool results',
  },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, message: 'Payload too large: the limit is {limit|exceeded}' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    message: 'Unsupported content type: expected {expected|the declared one}',
  },
  RANGE_NOT_SATISFIABLE: { status: 416, retryable: false, message: 'The requested range is outside the file' },
  SESSION_BUSY: {
    status: 429,
    retryable: true,
    message: 'This session is still working on an earlier request. Retry shortly.',
  },
  RATE_LIMITED: { status: 429, retryable: true, message: 'Too many requests. Retry shortly.' },
  INTERNAL_ERROR: {
    status: 500,
    retryable: true,
    message: 'An internal error occurred (request {requestId|unknown})',
  },
  SERVICE_UNAVAILABLE: { status: 503, retryable: true, message: 'The service is unavailable. Retry shortly.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Whether `code` is an error of the HTTP catalogue. */
export function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(errorCatalogue, code);
}
