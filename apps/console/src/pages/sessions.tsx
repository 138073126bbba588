import { type SessionStatus, sessionStatuses } from '@octavus/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { query } from '../api/queries.ts';
import { Button } from '../components/controls.tsx';
import { Badge, EmptyState, ErrorNote, Loading, Page, Table } from '../components/layout.tsx';
import { Time } from '../components/time.tsx';
import { useProject } from '../use-project.ts';

const route = getRouteApi('/p/$project/sessions');

export const statusTones = { running: 'good', waiting: 'warn', idle: 'plain', expired: 'plain' } as const;

/** The sessions of the project, newest first. */
export function SessionsPage() {
  const { projectId, slug } = useProject();
  const { agentId, status, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = {
    agentId,
    status: sessionStatuses.find((known) => known === status),
    from: from === undefined ? undefined : new Date(from).toISOString(),
    to: to === undefined ? undefined : new Date(to).toISOString(),
  };
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const agents = useQuery(query('GET /console/api/projects/:projectId/agents', { params: { projectId } }));
  const sessions = useInfiniteQuery({
    queryKey: ['GET /console/api/projects/:projectId/sessions', projectId, filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('GET /console/api/projects/:projectId/sessions', {
        params: { projectId },
        query: { ...filter, ...(pageParam !== '' && { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const rows = sessions.data?.pages.flatMap((page) => page.sessions) ?? [];
  const choose = (change: { agentId?: string; status?: string; from?: string; to?: string }) =>
    navigate({ search: (current) => ({ ...current, ...change }), replace: true });
  const selectClass = 'rounded-md border border-line bg-surface px-2 py-2';
  return (
    <Page title="Sessions">
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <select
          aria-label="Agent"
          className={selectClass}
          value={agentId ?? ''}
          onChange={({ target }) => choose({ agentId: target.value || undefined })}
        >
          <option value="">All agents</option>
          {agents.data?.agents.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label="Status"
          className={selectClass}
          value={filter.status ?? ''}
          onChange={({ target }) => choose({ status: target.value || undefined })}
        >
          <option value="">Any status</option>
          {sessionStatuses.map((known) => (
            <option key={known} value={known}>
              {statusNames[known]}
            </option>
          ))}
        </select>
        <label className="text-sm">
          <span className="mb-1 block text-muted">Created from</span>
          <input
            type="datetime-local"
            className={selectClass}
            value={from ?? ''}
            onChange={({ target }) => choose({ from: target.value || undefined })}
          />
        </label>
        <label className="text-sm">
          <span className="mb-1 block text-muted">Created before</span>
          <input
            type="datetime-local"
            className={selectClass}
            value={to ?? ''}
            onChange={({ target }) => choose({ to: target.value || undefined })}
          />
        </label>
        {isFiltered && <Button onClick={() => navigate({ search: {}, replace: true })}>All sessions</Button>}
        <Button onClick={() => sessions.refetch()} isBusy={sessions.isRefetching}>
          Refresh
        </Button>
      </div>
      {sessions.isError && <ErrorNote error={sessions.error} onRetry={() => sessions.refetch()} />}
      {sessions.isPending && <Loading what="sessions" />}
      {sessions.isSuccess && rows.length === 0 && (
        <EmptyState title={isFiltered ? 'No such sessions' : 'No sessions yet'}>
          {isFiltered
            ? 'No session is of that agent, status and time.'
            : 'A session is one conversation with an agent. Preview an agent, or open one with an API key.'}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Table label="Sessions" columns={['Session', 'Agent', 'Status', 'Created', 'Last activity']}>
          {rows.map((session) => (
            <tr key={session.id}>
              <td>
                <Link
                  to="/p/$project/sessions/$sessionId"
                  params={{ project: slug, sessionId: session.id }}
                  className="font-mono underline"
                >
                  {session.id}
                </Link>
              </td>
              <td>
                {session.agent.name} {session.kind === 'worker' && <Badge>worker run</Badge>}
              </td>
              <td>
                <Badge tone={statusTones[session.status]}>{statusNames[session.status]}</Badge>
              </td>
              <td>
                <Time at={session.createdAt} />
              </td>
              <td>
                <Time at={session.lastActivityAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {sessions.hasNextPage && (
        <div className="mt-4 text-center">
          <Button isBusy={sessions.isFetchingNextPage} onClick={() => sessions.fetchNextPage()}>
            Older sessions
          </Button>
        </div>
      )}
    </Page>
  );
}

export const statusNames: Record<SessionStatus, string> = {
  running: 'running',
  waiting: 'waiting for tool results',
  idle: 'idle',
  expired: 'expired',
};
