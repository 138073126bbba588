import type { ProviderFailure } from '@octavus/core';
import { hasFastMode } from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';

/** One call of a model for a step. */
export interface Attempt {
  readonly modelId: string;
  readonly speed: 'fast' | 'standard';
  /** To wait before it, in milliseconds. */
  readonly waitMs: number;
}

/** Numbers and order: runtime-semantics.md 6.7. */
const repeatWaitsMs = [1000, 2000];
const longestRetryAfterSeconds = 10;
const retryableTypes: ReadonlySet<ProviderFailure['errorType']> = new Set([
  'rate_limit_error',
  'provider_overloaded',
  'provider_timeout',
  'provider_error',
]);

/**
 * Decides what follows the failed attempts of a step. Nothing of the step was sent yet.
 *
 * @param failures of the attempts so far, in order; at least one.
 * @returns the next attempt, or `undefined` to give up.
 */
export function planRetry(
  settings: Pick<ThreadSettings, 'model' | 'backupModel'>,
  attempts: readonly Attempt[],
  failures: readonly ProviderFailure[],
): Attempt | undefined {
  const last = attempts.at(-1)!;
  const failure = failures.at(-1)!;
  const { model, backupModel } = settings;
  if (!retryableTypes.has(failure.errorType)) return undefined;
  if (last.speed === 'fast' && failure.errorType === 'rate_limit_error' && hasFastMode(last.modelId)) {
    return { modelId: last.modelId, speed: 'standard', waitMs: 0 };
  }
  if (backupModel !== undefined) {
    return last.modelId === backupModel ? undefined : { modelId: backupModel, speed: last.speed, waitMs: 0 };
  }
  const repeats = attempts.filter(({ waitMs }) => waitMs > 0).length;
  const usualWaitMs = repeatWaitsMs[repeats];
  if (usualWaitMs === undefined) return undefined;
  return { modelId: model, speed: last.speed, waitMs: waitAfter(failure, usualWaitMs) };
}

/** With a backup the original error is reported, else the newest. */
export function reportedFailure(settings: ThreadSettings, failures: readonly ProviderFailure[]): ProviderFailure {
  return settings.backupModel === undefined ? failures.at(-1)! : failures[0]!;
}

function waitAfter({ retryAfter }: ProviderFailure, usualWaitMs: number): number {
  const isShort = retryAfter !== undefined && retryAfter > 0 && retryAfter <= longestRetryAfterSeconds;
  return isShort ? retryAfter * 1000 : usualWaitMs;
}
