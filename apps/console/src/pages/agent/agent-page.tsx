import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { query } from '../../api/queries.ts';
import { ErrorNote, Loading } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { newAgent, toCopy } from './agent-draft.ts';
import { AgentEditor } from './agent-editor.tsx';

const route = getRouteApi('/p/$project/agents/$agentId');

const agentRoute = 'GET /console/api/projects/:projectId/agents/:agentId';

/** One agent, or with the id `new` one that is to be, which may begin as the copy of another. */
export function AgentPage() {
  const { agentId } = route.useParams();
  const { copyOf } = route.useSearch();
  if (agentId !== 'new') return <StoredAgent key={agentId} agentId={agentId} />;
  if (copyOf !== undefined) return <CopiedAgent key={copyOf} agentId={copyOf} />;
  return <AgentEditor key="new" agent={undefined} files={newAgent} />;
}

function CopiedAgent({ agentId }: { readonly agentId: string }) {
  const { projectId } = useProject();
  const stored = useQuery({
    ...query(agentRoute, { params: { projectId, agentId } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (stored.isError) return <ErrorNote error={stored.error} onRetry={() => stored.refetch()} />;
  if (!stored.data) return <Loading what="the agent" />;
  return <AgentEditor key={`copy of ${agentId}`} agent={undefined} files={toCopy(stored.data.files)} />;
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
