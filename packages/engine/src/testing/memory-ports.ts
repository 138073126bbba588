import type { LanguageModels, MediaModels } from '@octavus/core';
import type { Clock, EnginePorts, Ids, Images, WebSearch, WorkerAgent } from '../ports.ts';
import { type MemoryFiles, memoryFiles } from './memory-files.ts';
import { scriptedMedia } from './scripted-media.ts';

/** Ports that live in memory and give the same answers on every run. */
export interface MemoryPorts extends EnginePorts {
  readonly clock: ManualClock;
  readonly files: MemoryFiles;
}

export function memoryPorts(options: {
  models: LanguageModels;
  /** Default: none is expected to be called. */
  media?: MediaModels;
  workers?: readonly WorkerAgent[];
  webSearch?: WebSearch;
  images?: Images;
  /** Epoch milliseconds the clock starts at. */
  startMs?: number;
}): MemoryPorts {
  const clock = manualClock(options.startMs ?? Date.UTC(2026, 2, 4, 9, 30));
  const { workers = [] } = options;
  const ids = countingIds(clock);
  return {
    models: options.models,
    media: options.media ?? scriptedMedia(),
    files: memoryFiles(ids),
    ids,
    clock,
    ...(options.webSearch && { webSearch: options.webSearch }),
    ...(options.images && { images: options.images }),
    findWorker: async (slug) => workers.findLast((worker) => worker.definition.slug === slug),
    getWorker: async (agentId, version) => {
      const worker = workers.find((one) => one.agentId === agentId && one.version === version);
      if (!worker) throw new Error(`there is no version ${version} of ${agentId}`);
      return worker;
    },
  };
}

/** A clock that stands still between `advance` and `sleep`; sleeping takes no real time. */
export interface ManualClock extends Clock {
  /** Every sleep that came to its end, in milliseconds. */
  readonly slept: readonly number[];
  advance(ms: number): void;
}

export function manualClock(startMs: number): ManualClock {
  const slept: number[] = [];
  let nowMs = startMs;
  return {
    slept,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    async sleep(ms, signal) {
      // A turn of the event loop: what is ready now comes before any time passes.
      await new Promise(setImmediate);
      if (signal.aborted) return;
      slept.push(ms);
      nowMs += ms;
    },
  };
}

/** Ids in the formats of http-api.md 1.2 that count up from 1, so that expectations can spell them out. */
export function countingIds(clock: Clock): Ids {
  const counts = { execution: 0, message: 0, toolCall: 0, file: 0, resource: 0 };
  const next = (kind: keyof typeof counts, digits: number) => {
    counts[kind] += 1;
    return counts[kind].toString(36).padStart(digits, '0');
  };
  return {
    execution: () => `exec_${next('execution', 24)}`,
    message: () => `${clock.now()}-${next('message', 7)}`,
    toolCall: () => `call_${next('toolCall', 24)}`,
    file: () => `file-${next('file', 24)}`,
    resource: () => `c${next('resource', 23)}`,
  };
}
