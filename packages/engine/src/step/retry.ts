import type { ProviderFailure } from '@octavus/core';
import { hasFastMode } from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';

/** One call of a model for a step. */
export interface Attempt {
  readonly modelId: string;
  readonly speed: 'fast' | 'standard';
  /** To wait before it, in milliseconds. */
  readonly waitMs: number;
  /** It is the one on the backup model, which may be no other than the primary. */
  readonly isBackup?: true;
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
  if (!retryableTypes.has(failure.errorType) || last.isBackup) return undefined;
  if (last.speed === 'fast' && failure.errorType === 'rate_limit_error' && hasFastMode(last.modelId)) {
    return { modelId: last.modelId, speed: 'standard', waitMs: 0 };
  }
  if (backupModel !== undefined) return { modelId: backupModel, speed: last.speed, waitMs: 0, isBackup: true };
  const repeats = attempts.filter(({ waitMs }) => waitMs > 0).length;
  const usualWaitMs = repeatWaitsMs[repeats];
  if (usualWaitMs === undefined) return undefined;
  return { modelId: model, speed: last.speed, waitMs: waitAfter(failure, usualWaitMs) };
}

/** When the backup failed too, what made it necessary is reported; else the newest failure. */
export function reportedFailure(attempts: readonly Attempt[], failures: readonly ProviderFailure[]): ProviderFailure {
  const backupAt = attempts.findIndex(({ isBackup }) => isBackup);
  return backupAt < 0 ? failures.at(-1)! : failures[backupAt - 1]!;
}

function waitAfter({ retryAfter }: ProviderFailure, usualWaitMs: number): number {
  const isShort = retryAfter !== undefined && retryAfter > 0 && retryAfter <= longestRetryAfterSeconds;
  return isShort ? retryAfter * 1000 : usualWaitMs;
}
