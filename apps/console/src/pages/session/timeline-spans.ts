import type { Timeline } from '@octavus/console-api';

export type Entry = Timeline['entries'][number];

/** An entry of the log with the time that what it tells of took; most tell of a moment. */
export interface Span {
  readonly entry: Entry;
  /** Since the execution began. */
  readonly startMs: number;
  /** 0 for a moment, and for what has not ended. */
  readonly durationMs: number;
}

/** What one trigger led to, pauses for tools included. */
export interface Execution {
  readonly spans: readonly Span[];
  readonly durationMs: number;
  readonly usage: Usage;
  readonly errors: number;
}

/** Tokens of all model requests of an execution. */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** Each trigger begins an execution; what stands before the first one, of a log whose beginning is cut off, is one as well. */
export function toExecutions(entries: readonly Entry[]): Execution[] {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    if (entry.type === 'trigger' || groups.length === 0) groups.push([]);
    groups.at(-1)?.push(entry);
  }
  return groups.map(toExecution);
}

function toExecution(entries: readonly Entry[]): Execution {
  const startedAt = timeOf(entries[0]);
  const durationMs = timeOf(entries.at(-1)) - startedAt;
  const ends = findEnds(entries);
  const spans = entries.map((entry, index) => {
    const startMs = timeOf(entry) - startedAt;
    const endMs = entry.type === 'trigger' ? durationMs : timeOf(ends.get(index) ?? entry) - startedAt;
    return { entry, startMs, durationMs: endMs - startMs };
  });
  return { spans, durationMs, usage: sumUsage(entries), errors: entries.filter(({ type }) => type === 'error').length };
}

/** What ends what: entries of these types, of the same worker and thread, in the order in which they began. */
const endings: Readonly<Record<string, { readonly types: readonly string[]; readonly key: (entry: Entry) => string }>> =
  {
    'model-request': {
      types: ['step-stats', 'llm-response', 'llm-tool-request', 'error'],
      key: ({ workerId, thread }) => `model ${workerId} ${thread}`,
    },
    'tool-call': { types: ['tool-result'], key: ({ workerId, toolName }) => `tool ${workerId} ${toolName}` },
    'worker-execution': { types: ['worker-output'], key: ({ workerId }) => `worker ${workerId}` },
  };

/** @returns by the place of an entry the one that ended what it began. */
function findEnds(entries: readonly Entry[]): ReadonlyMap<number, Entry> {
  const ends = new Map<number, Entry>();
  const open = new Map<string, number[]>();
  for (const [index, entry] of entries.entries()) {
    for (const { types, key } of Object.values(endings)) {
      if (!types.includes(entry.type)) continue;
      const began = open.get(key(entry))?.shift();
      if (began !== undefined) ends.set(began, entry);
    }
    const own = endings[entry.type];
    if (own) open.set(own.key(entry), [...(open.get(own.key(entry)) ?? []), index]);
  }
  return ends;
}

function timeOf(entry: Entry | undefined): number {
  return Date.parse(entry?.timestamp ?? '');
}

function sumUsage(entries: readonly Entry[]): Usage {
  const sum = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  for (const entry of entries) {
    const usage = usageOf(entry);
    sum.inputTokens += usage.inputTokens;
    sum.cachedInputTokens += usage.cachedInputTokens;
    sum.outputTokens += usage.outputTokens;
  }
  return sum;
}

/** Of one entry; nothing unless it is of type `step-stats`. */
export function usageOf({ stepStats }: Entry): Usage {
  const { usage = {} } = (stepStats ?? {}) as { usage?: Partial<Usage> };
  const { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 } = usage;
  return { inputTokens, cachedInputTokens, outputTokens };
}
