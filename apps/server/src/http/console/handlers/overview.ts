import { type Overview, type OverviewRange, overviewRanges } from '@octavus/console-api';
import { toIsoTime } from '../../../iso-time.ts';
import { durationBounds, type UsageFigures } from '../../../storage/usage-storage.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

/** What the executions of a project came to over time. */
export function overviewHandlers({ services }: HandlerContext) {
  const console = () => services.console;
  return {
    'GET /console/api/projects/:projectId/overview': async ({ params: { projectId }, query: { range, agentId } }) => {
      const { storage, clock, usage } = console();
      // What this process counted in the last seconds is shown too.
      await usage.flush();
      const { bucketMs, starts } = bucketsOf(range, clock.now());
      const from = starts[0] ?? 0;
      const sums = await storage.usage.sum({ projectId, agentId, from, to: from + bucketMs * starts.length, bucketMs });
      const byStart = new Map(sums.map(({ start, ...figures }) => [start, figures]));
      return {
        range,
        bucketMs,
        buckets: starts.map((start) => ({ start: toIsoTime(start), ...toFigures(byStart.get(start) ?? nothing) })),
        total: toFigures(sums.reduce<UsageFigures>(plus, nothing)),
        has: await findWhatIsThere(projectId),
      };
    },
  } satisfies Partial<ConsoleHandlers>;

  async function findWhatIsThere(projectId: string): Promise<Overview['has']> {
    const { storage } = console();
    const [agents, keys, sessions] = await Promise.all([
      storage.agents.list(projectId),
      storage.apiKeys.list(projectId),
      storage.sessions.list({ projectId, idleSince: 0, limit: 1 }),
    ]);
    const hasKeys = keys.some(({ revokedAt }) => revokedAt === undefined);
    return { agents: agents.length > 0, keys: hasKeys, sessions: sessions.length > 0 };
  }
}

/** Buckets begin at multiples of their width; the last one holds the present. */
function bucketsOf(range: OverviewRange, now: number): { readonly bucketMs: number; readonly starts: number[] } {
  const { bucketMs, buckets } = overviewRanges[range];
  const last = Math.floor(now / bucketMs) * bucketMs;
  return { bucketMs, starts: Array.from({ length: buckets }, (_, index) => last - (buckets - 1 - index) * bucketMs) };
}

const nothing: UsageFigures = {
  executions: 0,
  errors: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  durations: durationBounds.map(() => 0),
};

function plus(a: UsageFigures, b: UsageFigures): UsageFigures {
  return {
    executions: a.executions + b.executions,
    errors: a.errors + b.errors,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    durations: durationBounds.map((_, index) => (a.durations[index] ?? 0) + (b.durations[index] ?? 0)),
  };
}

function toFigures({ durations, executions, errors, inputTokens, cachedInputTokens, outputTokens }: UsageFigures) {
  const counted = durations.reduce((sum, count) => sum + count, 0);
  const figures = { executions, errors, inputTokens, cachedInputTokens, outputTokens };
  if (counted === 0) return figures;
  return {
    ...figures,
    latency: { p50Ms: quantile(durations, counted * 0.5), p95Ms: quantile(durations, counted * 0.95) },
  };
}

/** Where the request of that rank lies, taken to be spread evenly between the bounds; past the last bound it is that bound. */
function quantile(durations: readonly number[], rank: number): number {
  let below = 0;
  for (const [index, count] of durations.entries()) {
    const lower = durationBounds[index - 1] ?? 0;
    const upper = durationBounds[index] ?? lower;
    if (below + count >= rank && count > 0) {
      if (!Number.isFinite(upper)) return lower;
      return Math.round(lower + ((rank - below) / count) * (upper - lower));
    }
    below += count;
  }
  return 0;
}
