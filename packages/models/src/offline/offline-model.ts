import { setTimeout as delay } from 'node:timers/promises';
import type { LanguageModel, ModelRequest, ModelStreamPart } from '@octavus/core';
import type { OfflinePace } from '../config.ts';
import { planAnswer } from './plan.ts';

/** Between two pieces at a human pace, in milliseconds. */
const pieceMs = 30;

/**
 * A model without a network and without a neural network: it answers, calls tools and fills schemas by rule, and says so. Any
 * `offline/…` id is it; ids that end in `instant` do not pause between words.
 */
export class OfflineModel implements LanguageModel {
  readonly provider = 'offline';
  readonly id: string;
  readonly #pace: OfflinePace;

  /** @param pace of ids that do not settle it themselves. */
  constructor(modelId: string, pace: OfflinePace) {
    this.id = `offline/${modelId}`;
    this.#pace = /(?:^|-)instant$/.test(modelId) ? 'instant' : pace;
  }

  async *stream(
    request: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ModelStreamPart[], void, undefined> {
    if (signal.aborted) return;
    const parts = planAnswer(request, this.id);
    if (this.#pace === 'instant') {
      yield parts;
      return;
    }
    for (const batch of batches(parts)) {
      if (!(await pause(signal))) return;
      yield batch;
    }
  }

  describeRequest(request: ModelRequest): unknown {
    const { system, messages, tools, toolChoice, responseFormat, settings } = request;
    const withoutBytes = (_key: string, value: unknown): unknown =>
      value instanceof Uint8Array ? `[${value.length} bytes]` : value;
    return JSON.parse(
      JSON.stringify({ model: this.id, system, messages, tools, toolChoice, responseFormat, settings }, withoutBytes),
    );
  }
}

/** One delta a batch, together with the parts around it that are not deltas. */
function batches(parts: readonly ModelStreamPart[]): ModelStreamPart[][] {
  const split: ModelStreamPart[][] = [[]];
  for (const part of parts) {
    const last = split.at(-1) as ModelStreamPart[];
    if (isDelta(part) && last.some(isDelta)) split.push([part]);
    else last.push(part);
  }
  return split;
}

function isDelta(part: ModelStreamPart): boolean {
  return 'delta' in part;
}

/** @returns false when the call was aborted meanwhile. */
async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await delay(pieceMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
