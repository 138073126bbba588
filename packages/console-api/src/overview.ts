import { z } from 'zod';
import type { ConsoleRoutes } from './route.ts';

/** What an overview covers, up to now, with the width of its buckets. */
export const overviewRanges = {
  '1h': { bucketMs: 5 * 60_000, buckets: 12 },
  '24h': { bucketMs: 60 * 60_000, buckets: 24 },
  '7d': { bucketMs: 6 * 60 * 60_000, buckets: 28 },
  '30d': { bucketMs: 24 * 60 * 60_000, buckets: 30 },
} as const;
export type OverviewRange = keyof typeof overviewRanges;

const figures = {
  executions: z.int().describe('That ended.'),
  errors: z.int().describe('Of these, those that ended with an error.'),
  inputTokens: z.int(),
  cachedInputTokens: z.int().describe('Of `inputTokens`, those read from a cache.'),
  outputTokens: z.int(),
  /** From start to end, waits for tools left out. Absent without executions. */
  latency: z.object({ p50Ms: z.number(), p95Ms: z.number() }).optional(),
};

export const overviewSchema = z.object({
  range: z.enum(Object.keys(overviewRanges) as [OverviewRange, ...OverviewRange[]]),
  bucketMs: z.int(),
  buckets: z.array(z.object({ start: z.string(), ...figures })).describe('Oldest first, empty ones included.'),
  total: z.object(figures),
  /** What the project has, so that an empty overview can say what comes next. */
  has: z.object({ agents: z.boolean(), keys: z.boolean(), sessions: z.boolean() }),
});
export type Overview = z.infer<typeof overviewSchema>;

export const overviewRoutes = {
  'GET /console/api/projects/:projectId/overview': {
    access: 'viewer',
    query: z.object({
      range: z.enum(Object.keys(overviewRanges) as [OverviewRange, ...OverviewRange[]]).default('24h'),
      agentId: z.string().optional(),
    }),
    response: overviewSchema,
  },
} as const satisfies ConsoleRoutes;
