import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useProject } from '../../use-project.ts';
import type { Draft } from './use-draft.ts';

const agentRoute = 'GET /console/api/projects/:projectId/agents/:agentId';

/** Saves a draft as the next version of its agent, or as a new agent, and goes there. */
export function useSave(agent: ConsoleAgent | undefined, { baseVersion, rebase }: Draft) {
  const { projectId, slug } = useProject();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (files: AgentFiles) =>
      agent
        ? call('PUT /console/api/projects/:projectId/agents/:agentId', {
            params: { projectId, agentId: agent.id },
            body: { ...files, baseVersion },
          })
        : call('POST /console/api/projects/:projectId/agents', { params: { projectId }, body: files }),
    onSuccess: async (result, files) => {
      rebase({ version: result.agent.version, files });
      await refresh('GET /console/api/projects/:projectId/agents', agentRoute);
      await refresh('GET /console/api/projects/:projectId/agents/:agentId/versions');
      if (agent) return;
      const params = { project: slug, agentId: result.agent.id };
      await navigate({ to: '/p/$project/agents/$agentId', params, ignoreBlocker: true, replace: true });
    },
    // Another version may have come between.
    onError: () => (agent ? refresh(agentRoute) : undefined),
  });
}
