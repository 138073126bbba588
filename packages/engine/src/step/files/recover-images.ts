import type { ModelMessage, ProviderFailure } from '@octavus/core';
import type { Run } from '../../execution/run.ts';
import type { ImageLimits } from '../../state/context-state.ts';
import { logThread } from '../step-reader.ts';
import type { Turn } from '../turn.ts';
import { countImages } from './image-count.ts';

/** Longest side that is tried first when a provider does not say what it takes, in pixels (ours). */
const firstDimension = 2_000;

/**
 * After a provider refused the images of a step: what of them to send instead, remembered for the thread (runtime-semantics.md 8).
 *
 * @param messages of the refused request, with all images in them that were to be sent.
 * @param attempts counts the recoveries of the step from 1.
 * @returns whether there is something to try.
 */
export function recoverImages(
  run: Run,
  turn: Turn,
  { failure, messages, attempts }: { failure: ProviderFailure; messages: readonly ModelMessage[]; attempts: number },
): boolean {
  if (!failure.images) return false;
  const { constraint, limit } = failure.images;
  const known = turn.writer.context?.imageLimits ?? {};
  const sent = Math.min(countImages(messages), known.maxCount ?? Number.POSITIVE_INFINITY);
  const limits = constraint === 'count' ? fewer(sent, limit) : smaller(run, turn, limit);
  if (!limits) return false;
  turn.writer.changeContext({ imageLimits: { ...known, ...limits } });
  const { maxDimension, maxCount } = limits;
  run.log({
    type: 'image-adapted',
    ...logThread(turn),
    source: 'reactive-recovery',
    adaptation: constraint === 'count' ? 'count-elided' : 'downscaled',
    ...(maxDimension !== undefined && { maxImageDimension: maxDimension }),
    ...(maxCount !== undefined && { imagesElided: sent - maxCount }),
    constraint,
    attempts,
  });
  return true;
}

function fewer(sent: number, limit: number | undefined): ImageLimits | undefined {
  const isTold = limit !== undefined && limit < sent;
  const maxCount = isTold ? limit : Math.floor(sent / 2);
  return sent > 0 ? { maxCount } : undefined;
}

/** Nothing can be made smaller without somebody who scales. */
function smaller({ ports }: Run, { settings, writer }: Turn, limit: number | undefined): ImageLimits | undefined {
  if (!ports.images) return undefined;
  const current = writer.context?.imageLimits?.maxDimension ?? settings.maxImageDimension;
  const isTold = limit !== undefined && (current === undefined || limit < current);
  const maxDimension = isTold ? limit : current === undefined ? firstDimension : Math.floor(current / 2);
  return maxDimension > 0 ? { maxDimension } : undefined;
}
