import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { query } from '../../api/queries.ts';
import { ErrorNote, Loading } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { newAgent } from './agent-draft.ts';
import { AgentEditor } from './agent-editor.tsx';

const route = getRouteApi('/p/$project/agents/$agentId');

const agentRoute = 'GET /console/api/projects/:projectId/agents/:agentId';

/** One agent, or with the id `new` one that is to be. */
export function AgentPage() {
  const { agentId } = route.useParams();
  return agentId === 'new' ? (
    <AgentEditor key="new" agent={undefined} files={newAgent} />
  ) : (
    <StoredAgent key={agentId} agentId={agentId} />
  );
}

function StoredAgent({ agentId }: { readonly agentId: string }) {
  const { projectId } = useProject();
  const stored = useQuery({
    ...query(agentRoute, { params: { projectId, agentId } }),
    // What somebody else saves meanwhile is found out by saving, not by losing what is being written.
    refetchOnWindowFocus: false,
  });
  if (stored.isError) return <ErrorNote error={stored.error} onRetry={() => stored.refetch()} />;
  if (!stored.data) return <Loading what="the agent" />;
  const { agent, files }: { agent: ConsoleAgent; files: AgentFiles } = stored.data;
  return <AgentEditor key={agent.version} agent={agent} files={files} />;
}
