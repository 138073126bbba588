import type { MediaOutcome, ProviderFailure } from '@octavus/core';
import { describeFailure } from '../errors/describe-failure.ts';
import { failureCode, type ProviderIdentity } from '../errors/provider-identity.ts';
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
    if (signal.aborted) return { failure: cancelled(identity) };
    const failure = mediaFailure(silence.signal.aborted ? silence.signal.reason : error, identity);
    if (!failure) throw error;
    return { failure };
  } finally {
    clearTimeout(timer);
    // Lets go of what waits for the signal.
    silence.abort();
  }
}

function cancelled(identity: ProviderIdentity): ProviderFailure {
  const code = failureCode(identity.provider, 'NETWORK');
  return describeFailure('provider_error', code, identity, { message: 'The call was cancelled.' });
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  promise.catch(() => undefined);
  return promise;
}
