import type { LogEntry } from '@octavus/core';
import type { Logger } from '../logging.ts';
import type { Storage } from '../storage/storage.ts';
import { durationBounds, type UsageBucket, usageBucketMs } from '../storage/usage-storage.ts';

/** One leg of an execution that was stored to its end. */
export interface EndedLeg {
  readonly projectId: string;
  readonly agentId: string;
  readonly at: number;
  /** undefined: it did not run here, it was ended from outside. */
  readonly durationMs: number | undefined;
  /** `paused`: it waits for tool results; `failed` includes what died with its node. */
  readonly ending: 'completed' | 'failed' | 'paused';
  /** Its log entries of type `step-stats`, which have the tokens. */
  readonly stats: readonly LogEntry[];
}

/** Counts what executions come to, for the console's overview. */
export interface UsageCounter extends AsyncDisposable {
  /** Adds numbers in memory: it costs the turn nothing. */
  count(leg: EndedLeg): void;
  /** Stores what was counted; by itself every ten seconds and when it is disposed. */
  flush(): Promise<void>;
}

interface UsageCounterOptions {
  readonly storage: Pick<Storage, 'usage'>;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What a killed process forgets at most. */
const flushEveryMs = 10_000;

/** The longest range of the overview and a day. */
const keptMs = 31 * 24 * 60 * 60 * 1000;

export function startUsageCounter({ storage, now, logger }: UsageCounterOptions): UsageCounter {
  let buckets = new Map<string, Mutable>();
  let flushing: Promise<void> = Promise.resolve();

  async function store(): Promise<void> {
    if (buckets.size === 0) return;
    const counted = buckets;
    buckets = new Map();
    try {
      await storage.usage.add([...counted.values()]);
    } catch (cause) {
      logger.warn({ err: cause }, 'What executions came to could not be noted and will be missing in the overview');
    }
  }

  const flush = () => {
    flushing = flushing.then(store);
    return flushing;
  };
  const timer = setInterval(flush, flushEveryMs);
  timer.unref();
  storage.usage
    .removeOld(now() - keptMs)
    .catch((cause: unknown) => logger.warn({ err: cause }, 'Old figures of the overview could not be removed'));
  return {
    count: (leg) => {
      const start = Math.floor(leg.at / usageBucketMs) * usageBucketMs;
      const key = `${leg.projectId} ${leg.agentId} ${start}`;
      const bucket = buckets.get(key) ?? emptyBucket(leg.projectId, leg.agentId, start);
      buckets.set(key, bucket);
      addTo(bucket, leg);
    },
    flush,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

type Mutable = { -readonly [Key in keyof UsageBucket]: UsageBucket[Key] } & { durations: number[] };

function emptyBucket(projectId: string, agentId: string, start: number): Mutable {
  const durations = durationBounds.map(() => 0);
  const counts = { executions: 0, errors: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  return { projectId, agentId, start, ...counts, durations };
}

function addTo(bucket: Mutable, { ending, durationMs, stats }: EndedLeg): void {
  if (ending !== 'paused') bucket.executions += 1;
  if (ending === 'failed') bucket.errors += 1;
  if (durationMs !== undefined) {
    const index = durationBounds.findIndex((bound) => durationMs <= bound);
    bucket.durations[index] = (bucket.durations[index] ?? 0) + 1;
  }
  for (const { stepStats } of stats) {
    const { usage = {} } = stepStats as { usage?: Record<string, number | undefined> };
    bucket.inputTokens += usage.inputTokens ?? 0;
    bucket.cachedInputTokens += usage.cachedInputTokens ?? 0;
    bucket.outputTokens += usage.outputTokens ?? 0;
  }
}
