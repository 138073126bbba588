import { isAbortError, isTransientTransportError } from '@octavus/core';
import type { ApiConfig } from '../config.ts';
import { defaultMaxRetries, defaultStreamIdleTimeoutMs } from '../constants.ts';
import { delay, orAborted, timerMs } from './abortable.ts';
import { retryAfterSeconds, retryDelayMs } from './retry-delay.ts';

/** A streaming POST. */
export interface StreamRequest {
  url: string;
  /** JSON text. */
  body: string;
  signal: AbortSignal;
}

/** How a streaming request went: an answer of any status, or none because the caller left or nobody answered in time. */
export type OpenedStream = { status: 'answered'; response: Response } | { status: 'aborted' } | { status: 'timed-out' };

/** Answers of a server that is busy or not quite there. */
export const retriedStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/**
 * Sends a streaming POST, again after a busy answer, a broken connection or a silent server, up to `maxRetries` times.
 *
 * @throws what `fetch` throws when the last attempt failed, or at once when another would fail the same way.
 */
export async function openStream(config: ApiConfig, request: StreamRequest): Promise<OpenedStream> {
  const { maxRetries = defaultMaxRetries } = config;
  for (let attempt = 0; ; attempt += 1) {
    // Also for what is no number: it must not mean endless attempts.
    const isLast = !(attempt < maxRetries);
    const outcome = await sendOnce(config, request);
    if (isLast || !mayRetry(outcome)) return settle(outcome);
    const retryAfter = outcome.status === 'answered' ? retryAfterSeconds(outcome.response.headers) : undefined;
    if (outcome.status === 'answered') await outcome.response.body?.cancel().catch(() => undefined);
    await delay(retryDelayMs(attempt, retryAfter), request.signal);
    if (request.signal.aborted) return { status: 'aborted' };
  }
}

type Outcome = OpenedStream | { status: 'failed'; error: unknown };

async function sendOnce(config: ApiConfig, request: StreamRequest): Promise<Outcome> {
  const { fetch = globalThis.fetch, streamIdleTimeoutMs = defaultStreamIdleTimeoutMs } = config;
  // Outside the try: a failing key provider is the application's error, not the network's.
  const headers = await orAborted(Promise.resolve(config.getHeaders()), request.signal);
  if (headers === 'aborted') return { status: 'aborted' };
  const controller = new AbortController();
  const leave = () => controller.abort();
  let isLate = false;
  const timer = streamIdleTimeoutMs > 0 ? setTimeout(expire, timerMs(streamIdleTimeoutMs)) : undefined;
  request.signal.addEventListener('abort', leave);
  if (request.signal.aborted) leave();
  try {
    const init = { method: 'POST', headers, body: request.body, signal: controller.signal };
    return { status: 'answered', response: await fetch(request.url, init) };
  } catch (error) {
    if (request.signal.aborted) return { status: 'aborted' };
    if (isLate) return { status: 'timed-out' };
    return isAbortError(error) ? { status: 'aborted' } : { status: 'failed', error };
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', leave);
  }

  function expire(): void {
    isLate = true;
    controller.abort();
  }
}

function mayRetry(outcome: Outcome): boolean {
  switch (outcome.status) {
    case 'answered':
      return retriedStatuses.has(outcome.response.status);
    case 'timed-out':
      return true;
    case 'failed':
      return isTransientTransportError(outcome.error);
    case 'aborted':
      return false;
  }
}

function settle(outcome: Outcome): OpenedStream {
  if (outcome.status === 'failed') throw outcome.error;
  return outcome;
}
