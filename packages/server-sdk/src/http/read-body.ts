import { isAbortError, isTransientTransportError } from '@octavus/core';
import { timerMs } from './abortable.ts';

/** How a body ended: whole, because the caller left, or because the connection fell silent or broke. */
export type BodyEnd = 'complete' | 'aborted' | 'dropped';

export interface ReadBodyOptions {
  signal: AbortSignal;
  /** Longest silence in milliseconds; 0 for none. */
  idleTimeoutMs: number;
}

/**
 * Reads a body chunk by chunk. However it ends, the body is cancelled, so that its connection is free.
 *
 * @throws what reading throws, unless it is an abort or a broken connection.
 */
export async function* readBody(
  body: ReadableStream<Uint8Array>,
  { signal, idleTimeoutMs }: ReadBodyOptions,
): AsyncGenerator<Uint8Array, BodyEnd> {
  const reader = body.getReader();
  let end: BodyEnd = 'complete';
  // A cancelled body answers a waiting read at once.
  const stop = (reason: BodyEnd) => {
    end = reason;
    reader.cancel().catch(() => undefined);
  };
  const leave = () => stop('aborted');
  signal.addEventListener('abort', leave);
  try {
    for (;;) {
      if (signal.aborted) return 'aborted';
      const timer = idleTimeoutMs > 0 ? setTimeout(() => stop('dropped'), timerMs(idleTimeoutMs)) : undefined;
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return end;
      yield value;
    }
  } catch (error) {
    if (signal.aborted || isAbortError(error)) return 'aborted';
    if (isTransientTransportError(error)) return 'dropped';
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
    reader.cancel().catch(() => undefined);
  }
}
