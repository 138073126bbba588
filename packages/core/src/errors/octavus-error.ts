import type { ErrorSource, ErrorType, ProviderErrorInfo, ToolErrorInfo } from '../events/error.ts';
import { type ErrorCode, errorCatalogue, isErrorCode } from './catalogue.ts';
import { type ErrorDetails, fillTemplate } from './message-template.ts';
import { errorTypeOfStatus } from './status.ts';

const marker = 'octavus.error';

/** One thing wrong with a request body; `path` is dotted and may be empty. */
export interface ErrorIssue {
  path: string;
  message: string;
}

/** What goes with an error thrown by code. */
export interface CodedErrorOptions {
  /** Replaces the sentence of the catalogue; safe to show to people. */
  message?: string;
  issues?: readonly ErrorIssue[];
  cause?: unknown;
  /** Whole seconds for `Retry-After`; may also be given as a detail of that name. */
  retryAfterSeconds?: number;
}

/** The fields of an `error` event. */
export interface CreateErrorEventOptions {
  errorType: ErrorType;
  message: string;
  source: ErrorSource;
  /** Whether the same request may succeed later. Default false. */
  retryable?: boolean;
  /** Seconds. */
  retryAfter?: number;
  code?: string;
  provider?: ProviderErrorInfo;
  tool?: ToolErrorInfo;
}

/** An error described in full, as SDKs build it from an event or an answer. */
export interface OctavusErrorOptions extends CreateErrorEventOptions {
  cause?: unknown;
}

/**
 * The one error class of the platform.
 *
 * `new OctavusError('NOT_FOUND', { resource: 'Agent' })` takes status, text and retryability from the catalogue;
 * `new OctavusError({ errorType, message, source })` carries a failure that came from elsewhere.
 */
export class OctavusError extends Error {
  override readonly name = 'OctavusError';
  readonly errorType: ErrorType;
  readonly source: ErrorSource;
  readonly retryable: boolean;
  /** Seconds to wait before a retry. */
  readonly retryAfter?: number;
  readonly code?: string;
  readonly provider?: ProviderErrorInfo;
  readonly tool?: ToolErrorInfo;
  /** HTTP status: the catalogue's for a known code, else 500. */
  readonly status: number;
  readonly details: ErrorDetails;
  readonly issues?: readonly ErrorIssue[];
  readonly __octavusErrorMarker = marker;

  constructor(code: ErrorCode, details?: ErrorDetails, options?: CodedErrorOptions);
  constructor(options: OctavusErrorOptions);
  constructor(
    codeOrOptions: ErrorCode | OctavusErrorOptions,
    details: ErrorDetails = {},
    extra: CodedErrorOptions = {},
  ) {
    const options = typeof codeOrOptions === 'string' ? fromCode(codeOrOptions, details, extra) : codeOrOptions;
    super(options.message, 'cause' in options ? { cause: options.cause } : undefined);
    this.errorType = options.errorType;
    this.source = options.source;
    this.retryable = options.retryable ?? false;
    this.retryAfter = options.retryAfter;
    this.code = options.code;
    this.provider = options.provider;
    this.tool = options.tool;
    this.status = isErrorCode(options.code) ? errorCatalogue[options.code].status : 500;
    this.details = details;
    this.issues = extra.issues;
    appendCauseStack(this, options.cause);
  }

  /** Seconds for `Retry-After`; the same value as `retryAfter`. */
  get retryAfterSeconds(): number | undefined {
    return this.retryAfter;
  }

  /** Recognises errors of any copy or version of this package, by their marker. */
  static isInstance(value: unknown): value is OctavusError {
    return typeof value === 'object' && value !== null && '__octavusErrorMarker' in value
      ? value.__octavusErrorMarker === marker
      : false;
  }

  toJSON(): Record<string, unknown> {
    const { name, message, errorType, source, retryable, retryAfter, code, provider, tool } = this;
    return { name, message, errorType, source, retryable, retryAfter, code, provider, tool };
  }
}

function fromCode(code: ErrorCode, details: ErrorDetails, extra: CodedErrorOptions): OctavusErrorOptions {
  const entry = errorCatalogue[code];
  const detail = details.retryAfterSeconds;
  return {
    code,
    errorType: errorTypeOfStatus(entry.status),
    source: 'platform',
    retryable: entry.retryable,
    message: extra.message ?? fillTemplate(entry.message, details),
    retryAfter: extra.retryAfterSeconds ?? (typeof detail === 'number' ? detail : undefined),
    ...('cause' in extra && { cause: extra.cause }),
  };
}

function appendCauseStack(error: Error, cause: unknown): void {
  if (cause instanceof Error && cause.stack) error.stack = `${error.stack}\nCaused by: ${cause.stack}`;
}
