/** Upper bounds of the durations that are counted together, in milliseconds. */
export const durationBounds = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, Number.POSITIVE_INFINITY] as const;

/** Width of a bucket as it is stored, in milliseconds. */
export const usageBucketMs = 5 * 60_000;

/** Sums of what executions came to. */
export interface UsageFigures {
  readonly executions: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Requests by duration, one count for each of `durationBounds`. */
  readonly durations: readonly number[];
}

export interface UsageBucket extends UsageFigures {
  readonly projectId: string;
  readonly agentId: string;
  /** A multiple of `usageBucketMs`. */
  readonly start: number;
}

export interface UsageBuckets {
  /** Adds to what is stored. */
  add(buckets: readonly UsageBucket[]): Promise<void>;
  /** Sums over buckets of `bucketMs`, which start at `from` and multiples of `bucketMs` after it; empty ones are left out. */
  sum(query: {
    readonly projectId: string;
    readonly agentId?: string;
    readonly from: number;
    readonly to: number;
    readonly bucketMs: number;
  }): Promise<(UsageFigures & { readonly start: number })[]>;
  removeOld(before: number): Promise<void>;
}
