import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { query } from '../../api/queries.ts';
import { ErrorNote, Loading, Page } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { Preview } from './preview.tsx';

const route = getRouteApi('/p/$project/agents/$agentId/preview');

/** Tries an agent in a session of its own. */
export function PreviewPage() {
  const { projectId, slug } = useProject();
  const { agentId } = route.useParams();
  const stored = useQuery({
    ...query('GET /console/api/projects/:projectId/agents/:agentId', { params: { projectId, agentId } }),
    // A conversation is not begun anew because somebody saved the agent meanwhile.
    refetchOnWindowFocus: false,
  });
  if (stored.isError) return <ErrorNote error={stored.error} onRetry={() => stored.refetch()} />;
  if (!stored.data) return <Loading what="the agent" />;
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
      <Preview key={agent.version} agentId={agent.id} files={files} />
    </Page>
  );
}
