import { type ErrorEvent, errorEvent, type ProviderFailure, type StreamErrorCode } from '@octavus/core';

/** Ends the execution with an `error` event (runtime-semantics.md 12.2). Thrown by blocks and steps, caught once, by the run. */
export class ExecutionFailure extends Error {
  readonly event: ErrorEvent;

  constructor(event: ErrorEvent, options?: ErrorOptions) {
    super(event.message, options);
    this.name = 'ExecutionFailure';
    this.event = event;
  }
}

/** The protocol refers to something that does not exist at run time. */
export function protocolFailure(reason: string): ExecutionFailure {
  return new ExecutionFailure(errorEvent({ code: 'PROTOCOL_ERROR', details: { reason } }));
}

/** A setting or value that a block needs is not acceptable. */
export function validationFailure(message: string): ExecutionFailure {
  return new ExecutionFailure(
    errorEvent({ errorType: 'validation_error', message, source: 'platform', retryable: false }),
  );
}

export function codedFailure(
  code: StreamErrorCode,
  details?: { readonly [name: string]: string | number },
): ExecutionFailure {
  return new ExecutionFailure(errorEvent({ code, ...(details && { details }) }));
}

export function providerFailure(failure: ProviderFailure): ExecutionFailure {
  return new ExecutionFailure(errorEvent(failure));
}
