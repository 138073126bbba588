import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { query } from '../../api/queries.ts';
import { EmptyState, Page } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { newAgent, toCopy } from './agent-draft.ts';
import { AgentEditor } from './agent-editor.tsx';
import { UnreadAgent } from './unread-agent.tsx';

const route = getRouteApi('/p/$project/agents/$agentId');

const agentRoute = 'GET /console/api/projects/:projectId/agents/:agentId';

/** One agent, or with the id `new` one that is to be, which may begin as the copy of another. */
export function AgentPage() {
  const { agentId } = route.useParams();
  const { copyOf } = route.useSearch();
  const { may } = useProject();
  if (agentId !== 'new') return <StoredAgent key={agentId} agentId={agentId} />;
  if (!may('developer'))
    return (
      <Page title="New agent">
        <EmptyState title="Your role lets you look">Writing agents needs developer or owner.</EmptyState>
      </Page>
    );
  if (copyOf !== undefined) return <CopiedAgent key={copyOf} agentId={copyOf} />;
  return <AgentEditor key="new" agent={undefined} files={newAgent} />;
}

function CopiedAgent({ agentId }: { readonly agentId: string }) {
  const { projectId } = useProject();
  const stored = useQuery({
    ...query(agentRoute, { params: { projectId, agentId } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!stored.data) return <UnreadAgent title="New agent" read={stored} />;
  return <AgentEditor key={`copy of ${agentId}`} agent={undefined} files={toCopy(stored.data.files)} />;
}

function StoredAgent({ agentId }: { readonly agentId: string }) {
  const { projectId } = useProject();
  const stored = useQuery({
    ...query(agentRoute, { params: { projectId, agentId } }),
  });
  if (!stored.data) return <UnreadAgent title="Agent" read={stored} />;
  const { agent, files }: { agent: ConsoleAgent; files: AgentFiles } = stored.data;
  return <AgentEditor agent={agent} files={files} />;
}
