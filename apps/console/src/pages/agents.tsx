import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { query } from '../api/queries.ts';
import { buttonClass, fieldClass } from '../components/controls.tsx';
import { Badge, EmptyState, ErrorNote, Loading, Page, Table } from '../components/layout.tsx';
import { Time } from '../components/time.tsx';
import { useProject } from '../use-project.ts';

/** The agents of the project. */
export function AgentsPage() {
  const { projectId, slug, may } = useProject();
  const [text, setText] = useState('');
  const search = useDeferredValue(text);
  const agents = useQuery(
    query('GET /console/api/projects/:projectId/agents', { params: { projectId }, query: { search } }),
  );
  const create = may('developer') && (
    <Link
      to="/p/$project/agents/$agentId"
      params={{ project: slug, agentId: 'new' }}
      className={buttonClass('primary')}
    >
      New agent
    </Link>
  );
  return (
    <Page title="Agents" actions={create}>
      <input
        type="search"
        aria-label="Search agents"
        placeholder="Search by name, slug or description"
        maxLength={100}
        className={`${fieldClass} mb-4 w-96`}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {agents.isError && <ErrorNote error={agents.error} onRetry={() => agents.refetch()} />}
      {agents.isPending && <Loading what="agents" />}
      {agents.data?.agents.length === 0 && (
        <EmptyState title={search === '' ? 'No agents yet' : 'Nothing found'} action={search === '' && create}>
          {search === ''
            ? 'An agent is a protocol in YAML with prompts in Markdown. Write one here, or push a folder with the command line.'
            : `No agent has "${search}" in its name, slug or description.`}
        </EmptyState>
      )}
      {agents.data && agents.data.agents.length > 0 && (
        <Table label="Agents" columns={['Name', 'Slug', 'Kind', 'Version', 'Changed']}>
          {agents.data.agents.map((agent) => (
            <tr key={agent.id}>
              <td className="min-w-56">
                <Link
                  to="/p/$project/agents/$agentId"
                  params={{ project: slug, agentId: agent.id }}
                  className="font-medium underline"
                >
                  {agent.name}
                </Link>
                {agent.description !== undefined && <p className="text-muted">{agent.description}</p>}
              </td>
              <td className="min-w-32 font-mono break-all">{agent.slug}</td>
              <td>
                <Badge>{agent.format}</Badge>
              </td>
              <td>{agent.version}</td>
              <td>
                <Time at={agent.updatedAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Page>
  );
}
