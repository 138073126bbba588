import type { Timeline as Log } from '@octavus/console-api';
import { Json } from '../../components/json.tsx';
import { Badge } from '../../components/layout.tsx';
import { formatDuration } from '../../components/time.tsx';

type Entry = Log['entries'][number];

interface Execution {
  readonly entries: readonly Entry[];
  readonly startMs: number;
  readonly durationMs: number;
}

/** What each execution did, on an axis of its own time. */
export function Timeline({ timeline }: { readonly timeline: Log }) {
  if (timeline.entries.length === 0) return <p className="text-muted">Nothing ran yet.</p>;
  return (
    <>
      {timeline.truncated && <p className="mb-3 text-warn">Only the newest of {timeline.total} entries are shown.</p>}
      {toExecutions(timeline.entries).map((execution) => (
        <ol
          key={execution.entries[0]?.id}
          className="mb-6 divide-y divide-line rounded-lg border border-line bg-surface"
        >
          {execution.entries.map((entry, index) => (
            <EntryRow key={entry.id} entry={entry} next={execution.entries[index + 1]} execution={execution} />
          ))}
        </ol>
      ))}
    </>
  );
}

/** Each trigger begins an execution. */
function toExecutions(entries: readonly Entry[]): Execution[] {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    if (entry.type === 'trigger' || groups.length === 0) groups.push([]);
    groups.at(-1)?.push(entry);
  }
  return groups.map((group) => {
    const startMs = Date.parse(group[0]?.timestamp ?? '');
    return { entries: group, startMs, durationMs: Math.max(1, Date.parse(group.at(-1)?.timestamp ?? '') - startMs) };
  });
}

interface EntryRowProps {
  readonly entry: Entry;
  readonly next: Entry | undefined;
  readonly execution: Execution;
}

/** The bar begins when the entry was written and ends at the next one. */
function EntryRow({ entry, next, execution: { startMs, durationMs } }: EntryRowProps) {
  const offsetMs = Date.parse(entry.timestamp) - startMs;
  const lengthMs = next ? Date.parse(next.timestamp) - Date.parse(entry.timestamp) : 0;
  const left = (offsetMs / durationMs) * 99;
  const { id: _, timestamp: __, type, ...facts } = entry;
  return (
    <li>
      <details className="px-3 py-2">
        <summary className="grid cursor-pointer grid-cols-[1fr_auto] items-center gap-x-4 md:grid-cols-[18rem_1fr_6rem]">
          <span className="flex flex-wrap items-center gap-2">
            <Badge tone={type === 'error' ? 'bad' : 'plain'}>{type}</Badge>
            <span className="text-sm">{summaryOf(entry)}</span>
          </span>
          <svg className="hidden h-3 w-full md:block" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
            <rect
              x={left}
              y="0"
              width={Math.max(0.5, (lengthMs / durationMs) * 99)}
              height="3"
              className={type === 'error' ? 'fill-danger' : 'fill-accent'}
            />
          </svg>
          <span className="text-right text-xs text-muted">+{formatDuration(offsetMs)}</span>
        </summary>
        <div className="mt-2">
          <Json value={facts} />
        </div>
      </details>
    </li>
  );
}

/** The one fact of an entry that says most. */
function summaryOf(entry: Entry): string {
  const facts = entry as Record<string, unknown>;
  const text = (name: string) => (typeof facts[name] === 'string' ? (facts[name] as string) : '');
  switch (entry.type) {
    case 'trigger':
      return text('triggerName');
    case 'model-request':
      return entry.model ?? modelOf(facts.modelRequest);
    case 'step-stats':
      return tokensOf(facts.stepStats);
    case 'tool-call':
    case 'tool-result':
      return text('toolName');
    case 'message':
      return `${text('role')}: ${text('content').slice(0, 60)}`;
    case 'llm-response':
    case 'llm-tool-request':
      return text('response').slice(0, 60);
    case 'block-operation':
      return text('operationType');
    case 'error':
      return text('message') || text('errorMessage');
    default:
      return entry.blockName ?? entry.thread ?? '';
  }
}

function modelOf(request: unknown): string {
  const { model } = (request ?? {}) as { model?: string };
  return model ?? '';
}

function tokensOf(stats: unknown): string {
  const { usage = {} } = (stats ?? {}) as { usage?: Record<string, number> };
  const cached = usage.cachedInputTokens ? `, ${usage.cachedInputTokens} cached` : '';
  return `${usage.inputTokens ?? 0} tokens in${cached}, ${usage.outputTokens ?? 0} out`;
}
