import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { query } from '../../api/queries.ts';
import { EmptyState, Page } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { UnreadAgent } from '../agent/unread-agent.tsx';
import { Preview } from './preview.tsx';

const route = getRouteApi('/p/$project/agents/$agentId/preview');

/** Tries an agent in a session of its own. */
export function PreviewPage() {
  const { projectId, slug, may } = useProject();
  const { agentId } = route.useParams();
  const stored = useQuery({
    ...query('GET /console/api/projects/:projectId/agents/:agentId', { params: { projectId, agentId } }),
    // A conversation is not begun anew because somebody saved the agent meanwhile.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (!stored.data) return <UnreadAgent title="Preview" read={stored} />;
  const { agent, files } = stored.data;
  return (
    <Page
      title={`Preview of ${agent.name}`}
      actions={
        <Link to="/p/$project/agents/$agentId" params={{ project: slug, agentId }} className="underline">
          Back to its files
        </Link>
      }
    >
      {!may('developer') && (
        <EmptyState title="Your role lets you look">
          Trying an agent needs developer or owner: ask an owner of the project. What others tried is in the list of
          sessions.
        </EmptyState>
      )}
      {may('developer') && agent.archivedAt !== undefined && (
        <EmptyState title="This agent is archived">
          It starts no new sessions. Copy it to go on with its files.
        </EmptyState>
      )}
      {may('developer') && agent.archivedAt === undefined && (
        <Preview key={agent.version} agentId={agent.id} files={files} />
      )}
    </Page>
  );
}
