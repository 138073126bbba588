import type { ModelMessage, ProviderFailure } from '@octavus/core';
import type { Run } from '../execution/run.ts';
import { compactAfterOverflow } from './compaction/compact.ts';
import { recoverImages } from './files/recover-images.ts';
import type { Turn } from './turn.ts';

/** How often a step is repeated with less in its prompt (runtime-semantics.md 8). */
const maxRecoveries = 3;

export interface Refusal {
  readonly failure: ProviderFailure;
  readonly modelId: string;
  /** Of the refused request. */
  readonly messages: readonly ModelMessage[];
  /** Recoveries of the step before. */
  readonly recoveries: number;
}

/**
 * Makes a prompt acceptable that a provider refused as too long, or for its images; only for agents with `contextManagement`.
 *
 * @returns `changed` when the step is to be repeated.
 */
export async function recover(
  run: Run,
  turn: Turn,
  { failure, modelId, messages, recoveries }: Refusal,
): Promise<'changed' | 'unchanged' | 'stopped'> {
  if (!turn.contextManagement || recoveries >= maxRecoveries) return 'unchanged';
  if (failure.code === 'CONTEXT_OVERFLOW') return compactAfterOverflow(run, turn, modelId);
  const isRecovered = recoverImages(run, turn, { failure, messages, attempts: recoveries + 1 });
  return isRecovered ? 'changed' : 'unchanged';
}
