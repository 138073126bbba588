import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { OctavusError } from '@octavus/core';
import { toIsoTime } from '../../../iso-time.ts';
import type { Agent, AgentVersion } from '../../../storage/storage.ts';
import { disconnectSignal } from '../../disconnect.ts';
import { sendLeg } from '../../sse.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

const versionsPerPage = 100;

/** Agents, their versions, and what an editor needs. */
export function agentHandlers({ services, streams, metrics }: HandlerContext) {
  const storage = () => services.console.storage;

  async function getAgent(projectId: string, agentId: string): Promise<Agent> {
    const agent = await storage().agents.find(projectId, agentId);
    if (!agent) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
    return agent;
  }

  async function getVersion(agent: Agent, number: string): Promise<AgentVersion> {
    if (!/^[1-9]\d{0,8}$/.test(number)) throw new OctavusError('NOT_FOUND', { resource: 'Agent version' });
    return storage().agents.getVersion(agent.id, Number(number));
  }

  return {
    'GET /console/api/projects/:projectId/agents': async ({
      params: { projectId },
      query: { search = '', include },
    }) => {
      const agents = await storage().agents.list(projectId, { withArchived: include === 'archived' });
      const wanted = search.trim().toLowerCase();
      const found = agents.filter(({ slug, name, description = '' }) =>
        [slug, name, description].some((text) => text.toLowerCase().includes(wanted)),
      );
      return { agents: found.map(toAgent) };
    },

    'POST /console/api/projects/:projectId/agents': async ({ params: { projectId }, body }) => {
      const { agentId, warnings = [] } = await services.agents.create(projectId, body);
      return { agent: toAgent(await getAgent(projectId, agentId)), warnings };
    },

    'POST /console/api/projects/:projectId/agents/validate': ({ params: { projectId }, body }) =>
      services.agents.validate(projectId, body),

    'GET /console/api/projects/:projectId/agents/:agentId': async ({ params: { projectId, agentId } }) => {
      const agent = await getAgent(projectId, agentId);
      return { agent: toAgent(agent), files: toFiles(await storage().agents.getVersion(agent.id, agent.version)) };
    },

    'PUT /console/api/projects/:projectId/agents/:agentId': async ({ params: { projectId, agentId }, body }) => {
      const { baseVersion, ...files } = body;
      const { warnings = [] } = await services.agents.replace(projectId, agentId, baseVersion, files);
      return { agent: toAgent(await getAgent(projectId, agentId)), warnings };
    },

    'DELETE /console/api/projects/:projectId/agents/:agentId': async ({ params: { projectId, agentId } }) => {
      await services.agents.archive(projectId, agentId, 'id');
      return { archived: true };
    },

    'POST /console/api/projects/:projectId/agents/:agentId/execute': async ({ params, body, request, reply }) => {
      const leg = await services.executions.execute({
        projectId: params.projectId,
        agent: { key: params.agentId, by: 'id' },
        body,
        isTraced: true,
        requestId: request.id,
        signal: disconnectSignal(reply),
      });
      const { logger } = services;
      await sendLeg(leg, { request, reply, shape: 'v4', isWorkerRun: true, streams, metrics, logger });
    },

    'GET /console/api/projects/:projectId/agents/:agentId/versions': async ({ params, query: { before } }) => {
      const { id } = await getAgent(params.projectId, params.agentId);
      const found = await storage().agents.listVersions(id, { before, limit: versionsPerPage + 1 });
      return {
        versions: found
          .slice(0, versionsPerPage)
          .map(({ version, createdAt }) => ({ version, createdAt: toIsoTime(createdAt) })),
        hasMore: found.length > versionsPerPage,
      };
    },

    'GET /console/api/projects/:projectId/agents/:agentId/versions/:version': async ({ params }) => {
      const found = await getVersion(await getAgent(params.projectId, params.agentId), params.version);
      return { version: found.version, createdAt: toIsoTime(found.createdAt), files: toFiles(found) };
    },

    'POST /console/api/projects/:projectId/agents/:agentId/versions/:version/restore': async ({ params }) => {
      const { projectId, agentId } = params;
      const agent = await getAgent(projectId, agentId);
      const old = toFiles(await getVersion(agent, params.version));
      const { warnings = [] } = await services.agents.replace(projectId, agentId, agent.version, old);
      return { agent: toAgent(await getAgent(projectId, agentId)), warnings };
    },

    'GET /console/api/projects/:projectId/models': async () => services.listModels(),
  } satisfies Partial<ConsoleHandlers>;
}

function toAgent({
  id,
  slug,
  name,
  description,
  format,
  version,
  createdAt,
  updatedAt,
  archivedAt,
}: Agent): ConsoleAgent {
  return {
    id,
    slug,
    name,
    ...(description !== undefined && { description }),
    format,
    version,
    createdAt: toIsoTime(createdAt),
    updatedAt: toIsoTime(updatedAt),
    ...(archivedAt !== undefined && { archivedAt: toIsoTime(archivedAt) }),
  };
}

function toFiles({ settings, protocol, prompts, references }: AgentVersion): AgentFiles {
  const { slug, name, description, format } = settings;
  return {
    settings: { slug, name, ...(description !== undefined && { description }), format },
    protocol,
    prompts: [...prompts],
    references: [...references],
  };
}
