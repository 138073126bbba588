import type { ErrorSource, ErrorType } from '../events/error.ts';

/** An error type that the server sends; `unsupported_error` is dropped by every client's schema. */
export type SentErrorType = Exclude<ErrorType, 'unsupported_error'>;

/** What the server knows about an error that ends a stream. */
export interface StreamErrorEntry {
  readonly errorType: SentErrorType;
  readonly source: ErrorSource;
  readonly retryable: boolean;
  /** Sentence for people; `{name|fallback}` is replaced by the detail of that name. */
  readonly message: string;
}

/** Codes of `error` events, besides those named after a provider's answer (stream spec 6). */
export const streamErrorCatalogue = {
  PROVIDER_NOT_CONFIGURED: {
    errorType: 'authentication_error',
    source: 'platform',
    retryable: false,
    message: 'No API key is configured for the provider {provider|of this model}',
  },
  CONTEXT_OVERFLOW: {
    errorType: 'validation_error',
    source: 'provider',
    retryable: false,
    message: "The conversation exceeds the model's context length",
  },
  UNSUPPORTED_INPUT: {
    errorType: 'validation_error',
    source: 'provider',
    retryable: false,
    message: 'The model does not support this input: {reason|unsupported content}',
  },
  QUOTA_EXCEEDED: {
    errorType: 'quota_exceeded_error',
    source: 'platform',
    retryable: false,
    message: 'The budget set by the operator is used up',
  },
  INVALID_STRUCTURED_OUTPUT: {
    errorType: 'execution_error',
    source: 'platform',
    retryable: false,
    message: 'The model did not produce a valid {responseType|structured output}',
  },
  EXECUTION_CANCELLED: {
    errorType: 'execution_error',
    source: 'platform',
    retryable: true,
    message: 'The execution was cancelled',
  },
  BLOCK_FAILED: {
    errorType: 'execution_error',
    source: 'platform',
    retryable: false,
    message: 'The block "{block|unknown}" failed',
  },
  MCP_UNAVAILABLE: {
    errorType: 'tool_error',
    source: 'tool',
    retryable: true,
    message: 'The tool source "{name|unknown}" is unavailable',
  },
  PROTOCOL_ERROR: {
    errorType: 'protocol_error',
    source: 'platform',
    retryable: false,
    message: "The agent's protocol is broken: {reason|it refers to something that does not exist}",
  },
  INTERNAL_ERROR: {
    errorType: 'internal_error',
    source: 'platform',
    retryable: false,
    message: 'An internal error occurred (request {requestId|unknown})',
  },
  SERVER_SHUTDOWN: {
    errorType: 'internal_error',
    source: 'platform',
    retryable: true,
    message: 'The server is shutting down. Retry shortly.',
  },
} as const satisfies Record<string, StreamErrorEntry>;

export type StreamErrorCode = keyof typeof streamErrorCatalogue;
