import { type SessionStatus, sessionStatuses } from '@octavus/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { query } from '../api/queries.ts';
import { Button, buttonClass } from '../components/controls.tsx';
import { AgentFilter, FilterSelect, Filters, TimeFilter } from '../components/filters.tsx';
import { Badge, EmptyState, ErrorNote, Loading, Page, Table } from '../components/layout.tsx';
import { Time } from '../components/time.tsx';
import { useProject } from '../use-project.ts';

const route = getRouteApi('/p/$project/sessions');

export const statusTones = { running: 'good', waiting: 'warn', idle: 'plain', expired: 'plain' } as const;

type Search = ReturnType<typeof route.useSearch>;

/** The sessions of the project, newest first, a page at a time: however many there are, each page costs the same. */
export function SessionsPage() {
  const { projectId, slug } = useProject();
  const { agentId, status, from, to, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = {
    agentId,
    status: sessionStatuses.find((known) => known === status),
    from: from === undefined ? undefined : new Date(from).toISOString(),
    to: to === undefined ? undefined : new Date(to).toISOString(),
  };
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const sessions = useQuery(
    query('GET /console/api/projects/:projectId/sessions', { params: { projectId }, query: { ...filter, cursor } }),
  );
  const { sessions: rows = [], nextCursor } = sessions.data ?? {};
  const choose = (change: { agentId?: string; status?: string; from?: string; to?: string }) =>
    navigate({ search: ({ cursor: _, ...current }) => ({ ...current, ...change }), replace: true });
  return (
    <Page title="Sessions">
      <Filters>
        <AgentFilter value={agentId ?? ''} onChange={(chosen) => choose({ agentId: chosen || undefined })} />
        <FilterSelect
          label="Status"
          value={filter.status ?? ''}
          onChange={(chosen) => choose({ status: chosen || undefined })}
        >
          <option value="">Any status</option>
          {sessionStatuses.map((known) => (
            <option key={known} value={known}>
              {statusNames[known]}
            </option>
          ))}
        </FilterSelect>
        <TimeFilter label="Created from" value={from ?? ''} onChange={(time) => choose({ from: time || undefined })} />
        <TimeFilter label="Created before" value={to ?? ''} onChange={(time) => choose({ to: time || undefined })} />
        {isFiltered && <Button onClick={() => navigate({ search: {}, replace: true })}>All sessions</Button>}
        <Button onClick={() => sessions.refetch()} isBusy={sessions.isRefetching}>
          Refresh
        </Button>
      </Filters>
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
              <td className="min-w-48">
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
      {(cursor !== undefined || nextCursor !== undefined) && (
        <nav aria-label="Pages of the list" className="mt-4 flex justify-center gap-3">
          {cursor !== undefined && (
            <Link to="." search={({ cursor: _, ...current }: Search) => current} className={buttonClass()}>
              Newest sessions
            </Link>
          )}
          {nextCursor !== undefined && (
            <Link
              to="."
              search={(current: Search) => ({ ...current, cursor: nextCursor })}
              className={buttonClass()}
              disabled={sessions.isPlaceholderData}
            >
              Older sessions
            </Link>
          )}
        </nav>
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
