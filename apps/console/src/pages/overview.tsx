import { type Overview, type OverviewRange, overviewRanges } from '@octavus/console-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { query } from '../api/queries.ts';
import { BarChart } from '../components/bar-chart.tsx';
import { buttonClass } from '../components/controls.tsx';
import { AgentFilter, FilterSelect, Filters } from '../components/filters.tsx';
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

const route = getRouteApi('/p/$project/');

/** What the project's executions came to. */
export function OverviewPage() {
  const { projectId } = useProject();
  const { range = '24h', agentId = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: { range?: OverviewRange; agentId?: string }) =>
    navigate({ search: (current) => ({ ...current, ...change }), replace: true });
  const overview = useQuery(
    query('GET /console/api/projects/:projectId/overview', { params: { projectId }, query: { range, agentId } }),
  );
  return (
    <Page title="Overview">
      <Filters>
        <AgentFilter value={agentId} onChange={(chosen) => choose({ agentId: chosen || undefined })} />
        <FilterSelect label="Time" value={range} onChange={(chosen) => choose({ range: chosen as OverviewRange })}>
          {(Object.keys(overviewRanges) as OverviewRange[]).map((key) => (
            <option key={key} value={key}>
              {rangeNames[key]}
            </option>
          ))}
        </FilterSelect>
      </Filters>
      {overview.isError && <ErrorNote error={overview.error} onRetry={() => overview.refetch()} />}
      {overview.isPending && <Loading what="figures" />}
      {overview.data && <NextStep has={overview.data.has} />}
      {overview.data && <Charts overview={overview.data} />}
    </Page>
  );
}

function NextStep({ has }: { readonly has: Overview['has'] }) {
  const { slug, may } = useProject();
  const params = { project: slug };
  if (!may('developer')) {
    if (has.sessions) return null;
    return (
      <div className="mb-6">
        <EmptyState title="Nothing ran yet">
          What the agents of this project do appears here. Your role lets you look: trying an agent needs developer or
          owner.
        </EmptyState>
      </div>
    );
  }
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
          label="Median time to the end of an answer over time"
          bars={bars(({ latency: own }) => own?.p50Ms ?? 0)}
          format={formatDuration}
        />
      </Card>
    </div>
  );
}
