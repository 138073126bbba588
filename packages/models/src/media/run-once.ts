import type { MediaOutcome } from '@octavus/core';
import type { ProviderIdentity } from '../errors/provider-identity.ts';
import { SilenceError } from '../stream/watchdog.ts';
import { mediaFailure } from './media-failure.ts';

export interface RunOnceOptions {
  readonly identity: ProviderIdentity;
  readonly signal: AbortSignal;
  /** After which the call counts as failed (`provider_timeout`). */
  readonly timeoutMs: number;
}

/** Does one call of a media model within its time (see `MediaModel.run` for the promises it keeps). */
export async function runOnce<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { identity, signal, timeoutMs }: RunOnceOptions,
): Promise<MediaOutcome<Result>> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new SilenceError(timeoutMs)), timeoutMs);
  const either = AbortSignal.any([signal, silence.signal]);
  try {
    // Not every library gives up at once when it is told to.
    return { result: await Promise.race([work(either), rejectOnAbort(either)]) };
  } catch (error) {
    return { failure: mediaFailure(silence.signal.aborted ? silence.signal.reason : error, identity) };
  } finally {
    clearTimeout(timer);
    // Lets go of what waits for the signal.
    silence.abort();
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  promise.catch(() => undefined);
  return promise;
}
