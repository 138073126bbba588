import type { Timeline as Log } from '@octavus/console-api';
import { Disclosure } from '../../components/disclosure.tsx';
import { Json } from '../../components/json.tsx';
import { Badge } from '../../components/layout.tsx';
import { formatDuration } from '../../components/time.tsx';
import { type Entry, type Execution, type Span, toExecutions, type Usage, usageOf } from './timeline-spans.ts';

const number = new Intl.NumberFormat();

/** What each execution did, on an axis of its own time. */
export function Timeline({ timeline }: { readonly timeline: Log }) {
  if (timeline.entries.length === 0) return <p className="text-muted">Nothing ran yet.</p>;
  return (
    <>
      {timeline.truncated && <p className="mb-3 text-warn">Only the newest of {timeline.total} entries are shown.</p>}
      {toExecutions(timeline.entries).map((execution) => (
        <ExecutionRows key={execution.spans[0]?.entry.id} execution={execution} />
      ))}
    </>
  );
}

const rowClass = 'grid grid-cols-[1fr_auto] items-center gap-x-4 md:grid-cols-[18rem_1fr_9rem]';

function ExecutionRows({ execution }: { readonly execution: Execution }) {
  const { spans, durationMs, usage, errors } = execution;
  const name = nameOf(spans[0]?.entry);
  return (
    <section aria-label={name} className="mb-6 rounded-lg border border-line bg-surface">
      <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 text-sm">
        <span className="font-semibold">{name}</span>
        <span className="text-muted">{formatDuration(durationMs)}</span>
        <span className="text-muted">{tokensOf(usage)}</span>
        {errors > 0 && <Badge tone="bad">{`${errors} ${errors === 1 ? 'error' : 'errors'}`}</Badge>}
      </h2>
      <div
        className={`${rowClass} hidden border-b border-line px-3 py-1 text-xs text-muted md:grid`}
        aria-hidden="true"
      >
        <span />
        <span className="flex justify-between">
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <span key={part}>{formatDuration(part * durationMs)}</span>
          ))}
        </span>
        <span />
      </div>
      <ol className="divide-y divide-line">
        {spans.map((span) => (
          <SpanRow key={span.entry.id} span={span} totalMs={Math.max(1, durationMs)} />
        ))}
      </ol>
    </section>
  );
}

function SpanRow({ span: { entry, startMs, durationMs }, totalMs }: { readonly span: Span; readonly totalMs: number }) {
  const { id: _, timestamp: __, type, ...facts } = entry;
  const summary = (
    <span className={rowClass}>
      <span className={`flex min-w-0 items-center gap-2 ${entry.workerId === undefined ? '' : 'pl-4'}`}>
        <svg viewBox="0 0 12 12" className="size-3 shrink-0 text-muted group-open:rotate-90" aria-hidden="true">
          <path d="M4 2l4 4-4 4" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </svg>
        <Badge tone={type === 'error' ? 'bad' : 'plain'}>{type}</Badge>
        <span className={`min-w-0 text-sm ${type === 'error' ? 'break-words' : 'truncate'}`}>{summaryOf(entry)}</span>
      </span>
      <svg className="hidden h-3 w-full md:block" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        <rect
          x={(startMs / totalMs) * 99}
          y="0"
          width={Math.max(0.5, (durationMs / totalMs) * 99)}
          height="3"
          className={type === 'error' ? 'fill-danger' : 'fill-accent'}
        />
      </svg>
      <span className="text-right text-xs whitespace-nowrap text-muted">
        {durationMs > 0 && <span className="text-ink">{formatDuration(durationMs)} </span>}at {formatDuration(startMs)}
      </span>
    </span>
  );
  return (
    <li>
      <Disclosure
        className="group px-3 py-1"
        summaryClassName="list-none [&::-webkit-details-marker]:hidden"
        summary={summary}
      >
        <div className="mt-2">
          <Json value={facts} />
        </div>
      </Disclosure>
    </li>
  );
}

function nameOf(entry: Entry | undefined): string {
  if (entry?.type === 'trigger' && typeof entry.triggerName === 'string') return entry.triggerName;
  return entry?.type === 'worker-execution' ? `Run of ${entry.workerSlug}` : 'Earlier';
}

/** The one fact of an entry that says most. */
function summaryOf(entry: Entry): string {
  const facts = entry as Record<string, unknown>;
  const text = (name: string) => (typeof facts[name] === 'string' ? (facts[name] as string) : '');
  switch (entry.type) {
    case 'trigger':
      return text('triggerName');
    case 'model-request':
      return entry.model ?? (fieldOf(facts.modelRequest, 'model') as string | undefined) ?? '';
    case 'step-stats':
      return tokensOf(usageOf(entry));
    case 'tool-call':
    case 'tool-result':
      return text('toolName');
    case 'message':
      return `${text('role')}: ${text('content').slice(0, 60)}`;
    case 'llm-response':
    case 'llm-tool-request':
      return text('response').slice(0, 60);
    case 'block-operation':
      return `${text('operationType')} ${entry.blockName ?? ''}`;
    case 'worker-execution':
    case 'worker-output':
      return entry.workerSlug ?? '';
    case 'error':
      return String(fieldOf(facts.error, 'message') ?? '');
    case 'compaction':
      return text('reason');
    case 'abort':
      return text('abortedAtBlock');
    default:
      return entry.blockName ?? entry.thread ?? '';
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return ((value ?? {}) as Record<string, unknown>)[name];
}

function tokensOf({ inputTokens, cachedInputTokens, outputTokens }: Usage): string {
  const cached = cachedInputTokens > 0 ? ` (${number.format(cachedInputTokens)} cached)` : '';
  return `${number.format(inputTokens)} tokens in${cached}, ${number.format(outputTokens)} out`;
}
