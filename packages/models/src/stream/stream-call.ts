import type { ModelStreamPart, ProviderFailure } from '@octavus/core';
import type { Timeouts } from '../config.ts';
import { PartQueue } from './part-queue.ts';
import { tokenSlices } from './time-slices.ts';
import { Watchdog } from './watchdog.ts';

/** How long a finished answer may take to close its connection, so that the next call can use it again. */
const closingMs = 1_000;

/**
 * Sends the call and connects its answer to `queue`.
 *
 * @returns once the provider has answered with success. Whatever ends the answer before its `finish` goes to `queue.fail`.
 */
export type OpenCall = (queue: PartQueue, signal: AbortSignal) => Promise<void>;

export interface StreamCallOptions {
  readonly timeouts: Timeouts;
  /** @returns `undefined` for what is no failure of the provider. */
  readonly classify: (error: unknown) => ProviderFailure | undefined;
}

/**
 * Runs one model call to its end (see `LanguageModel.stream` for the promises it keeps).
 *
 * @param signal when aborted, the request is cancelled at once and the parts end without `finish` or `error`.
 * @throws what `classify` does not know: a fault of ours, or of a library.
 */
export async function* streamCall(
  open: OpenCall,
  signal: AbortSignal,
  options: StreamCallOptions,
): AsyncGenerator<readonly ModelStreamPart[], void, undefined> {
  if (signal.aborted) return;
  const request = new AbortController();
  const queue = new PartQueue();
  using _membership = tokenSlices.join();
  const stop = (reason: unknown): void => {
    queue.fail(reason);
    request.abort(reason);
  };
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const watchdog = new Watchdog(queue, options.timeouts, stop);
  let isFinished = false;
  try {
    // A failed opening reaches the consumer through the queue, as does a stop before it is over.
    open(queue, request.signal).catch((error: unknown) => queue.fail(error));
    for (;;) {
      const batch = await queue.next();
      if (signal.aborted) return;
      if (batch === undefined) throw new ClosedEarlyError();
      isFinished = batch.at(-1)?.type === 'finish';
      if (isFinished) {
        watchdog.stop();
        yield batch;
        return;
      }
      yield batch;
    }
  } catch (error) {
    if (signal.aborted) return;
    const failure = options.classify(error);
    if (!failure) throw error;
    yield [{ type: 'error', failure }];
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
    if (isFinished) closeSoon(queue, request);
    else request.abort();
  }
}

/** The answer ended before its finish. */
export class ClosedEarlyError extends Error {
  override readonly name = 'ClosedEarlyError';

  constructor() {
    super('connection closed early');
  }
}

/** Reads what follows the finish, so that the connection returns to the pool; gives up after a second. */
function closeSoon(queue: PartQueue, request: AbortController): void {
  const timer = setTimeout(() => request.abort(), closingMs);
  timer.unref();
  const drain = async (): Promise<void> => {
    while ((await queue.next()) !== undefined);
  };
  drain()
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}
