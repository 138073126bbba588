import type { ErrorEvent, ErrorSource, ProviderErrorInfo, ToolErrorInfo } from '../events/error.ts';
import { type ErrorDetails, fillTemplate } from './message-template.ts';
import {
  type SentErrorType,
  type StreamErrorCode,
  type StreamErrorEntry,
  streamErrorCatalogue,
} from './stream-catalogue.ts';

interface ErrorEventExtras {
  /** Seconds, from the provider. */
  retryAfter?: number;
  provider?: ProviderErrorInfo;
  tool?: ToolErrorInfo;
}

/** An error of the catalogue; what is given replaces the catalogue's value. */
export interface CodedErrorEvent extends ErrorEventExtras {
  code: StreamErrorCode;
  details?: ErrorDetails;
  message?: string;
  errorType?: SentErrorType;
  source?: ErrorSource;
  retryable?: boolean;
}

/** An error described in full, such as a provider's answer with the code `ANTHROPIC_529`. */
export interface DescribedErrorEvent extends ErrorEventExtras {
  code?: string;
  errorType: SentErrorType;
  message: string;
  source: ErrorSource;
  retryable: boolean;
}

/** Builds an `error` event in which absent fields have no key (stream spec 6). */
export function errorEvent(options: CodedErrorEvent | DescribedErrorEvent): ErrorEvent {
  const entry = entryOf(options.code);
  const details = 'details' in options ? options.details : undefined;
  return {
    type: 'error',
    errorType: options.errorType ?? entry.errorType,
    message: options.message ?? fillTemplate(entry.message, details),
    retryable: options.retryable ?? entry.retryable,
    source: options.source ?? entry.source,
    ...(options.retryAfter !== undefined && { retryAfter: options.retryAfter }),
    ...(options.code !== undefined && { code: options.code }),
    ...(options.provider && { provider: options.provider }),
    ...(options.tool && { tool: options.tool }),
  };
}

function entryOf(code: string | undefined): StreamErrorEntry {
  if (code === undefined || !Object.hasOwn(streamErrorCatalogue, code)) return streamErrorCatalogue.INTERNAL_ERROR;
  return streamErrorCatalogue[code as StreamErrorCode];
}
