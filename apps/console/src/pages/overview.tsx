import { type Overview, type OverviewRange, overviewRanges } from '@octavus/console-api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { query } from '../api/queries.ts';
import { BarChart } from '../components/bar-chart.tsx';
import { buttonClass } from '../components/controls.tsx';
import { Card, EmptyState, ErrorNote, Loading, Page } from '../components/layout.tsx';
import { formatDuration } from '../components/time.tsx';
import { useProject } from '../use-project.ts';

const number = new Intl.NumberFormat();
const rangeNames: Record<OverviewRange, string> = {
  '1h': 'Last hour',
  '24h': 'Last day',
  '7d': 'Last week',
  '30d': 'Last 30 days',
};

/** What the project's executions came to. */
export function OverviewPage() {
  const { projectId } = useProject();
  const [range, setRange] = useState<OverviewRange>('24h');
  const [agentId, setAgentId] = useState('');
  const agents = useQuery(query('GET /console/api/projects/:projectId/agents', { params: { projectId } }));
  const overview = useQuery(
    query('GET /console/api/projects/:projectId/overview', { params: { projectId }, query: { range, agentId } }),
  );
  return (
    <Page
      title="Overview"
      actions={
        <>
          <select
            aria-label="Agent"
            className="max-w-full rounded-md border border-line bg-surface px-2 py-2"
            value={agentId}
            onChange={({ target }) => setAgentId(target.value)}
          >
            <option value="">All agents</option>
            {agents.data?.agents.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <select
            aria-label="Time"
            className="rounded-md border border-line bg-surface px-2 py-2"
            value={range}
            onChange={({ target }) => setRange(target.value as OverviewRange)}
          >
            {(Object.keys(overviewRanges) as OverviewRange[]).map((key) => (
              <option key={key} value={key}>
                {rangeNames[key]}
              </option>
            ))}
          </select>
        </>
      }
    >
      {overview.isError && <ErrorNote error={overview.error} onRetry={() => overview.refetch()} />}
      {overview.isPending && <Loading what="figures" />}
      {overview.data && <NextStep has={overview.data.has} />}
      {overview.data && <Charts overview={overview.data} />}
    </Page>
  );
}

function NextStep({ has }: { readonly has: Overview['has'] }) {
  const { slug } = useProject();
  const params = { project: slug };
  if (!has.agents) {
    return (
      <EmptyState
        title="Write an agent first"
        action={
          <Link
            to="/p/$project/agents/$agentId"
            params={{ ...params, agentId: 'new' }}
            className={buttonClass('primary')}
          >
            New agent
          </Link>
        }
      >
        Nothing can run before there is an agent.
      </EmptyState>
    );
  }
  if (has.sessions) return null;
  return (
    <div className="mb-6">
      <EmptyState
        title="Try an agent"
        action={
          <Link to="/p/$project/agents" params={params} className={buttonClass('primary')}>
            To the agents
          </Link>
        }
      >
        Open an agent and preview it, or call it from your own program with an API key. Its sessions and figures appear
        here.
      </EmptyState>
    </div>
  );
}

function Charts({ overview: { buckets, total, bucketMs } }: { readonly overview: Overview }) {
  const format = new Intl.DateTimeFormat(
    undefined,
    bucketMs < 24 * 3_600_000 ? { dateStyle: 'short', timeStyle: 'short' } : { dateStyle: 'medium' },
  );
  const labels = buckets.map(({ start }) => format.format(new Date(start)));
  const bars = (read: (bucket: Overview['buckets'][number]) => number) =>
    buckets.map((bucket, index) => ({ label: labels[index] ?? '', value: read(bucket) }));
  const latency = total.latency;
  return (
    <div className="grid gap-x-6 lg:grid-cols-2">
      <Card title="Executions">
        <p className="mb-2 text-3xl font-semibold">{number.format(total.executions)}</p>
        <BarChart label="Executions over time" bars={bars(({ executions }) => executions)} />
      </Card>
      <Card title="Errors">
        <p className="mb-2 text-3xl font-semibold">{number.format(total.errors)}</p>
        <BarChart label="Errors over time" bars={bars(({ errors }) => errors)} tone="bad" />
      </Card>
      <Card title="Tokens">
        <p className="mb-2 text-3xl font-semibold">{number.format(total.inputTokens + total.outputTokens)}</p>
        <p className="mb-2 text-muted">
          {number.format(total.inputTokens)} in, {number.format(total.cachedInputTokens)} of them cached,{' '}
          {number.format(total.outputTokens)} out
        </p>
        <BarChart label="Tokens over time" bars={bars(({ inputTokens, outputTokens }) => inputTokens + outputTokens)} />
      </Card>
      <Card title="Time to the end of an answer">
        <p className="mb-2 text-3xl font-semibold">{latency ? formatDuration(latency.p50Ms) : '–'}</p>
        <p className="mb-2 text-muted">
          {latency
            ? `half are faster; 95 of 100 take at most ${formatDuration(latency.p95Ms)}`
            : 'Nothing ran in this time'}
        </p>
        <BarChart
          label="Median time to the end of an answer, in milliseconds"
          bars={bars(({ latency: own }) => own?.p50Ms ?? 0)}
        />
      </Card>
    </div>
  );
}
