import type { SessionDetail, Timeline } from '@octavus/console-api';
import { OctavusError } from '@octavus/core';
import { adoptEarlyUploads, createEarlyUploads } from '../../../console/early-uploads.ts';
import { toListedSession } from '../../../sessions/list-sessions.ts';
import type { ListedSession } from '../../../storage/storage.ts';
import { disconnectSignal } from '../../disconnect.ts';
import { sendLeg } from '../../sse.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

/** Sessions: the list, one of them, and using one as the preview does. */
export function sessionHandlers({ services, streams, metrics }: HandlerContext) {
  const console = () => services.console;

  async function getListed(projectId: string, sessionId: string): Promise<ListedSession> {
    const session = await console().storage.sessions.findListed(projectId, sessionId);
    if (!session) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
    return session;
  }

  async function getDetail(projectId: string, sessionId: string): Promise<SessionDetail> {
    const { sessionTtlMs, clock } = console();
    const session = toListedSession(await getListed(projectId, sessionId), { now: clock.now(), sessionTtlMs });
    const [full, forPeople, row] = await Promise.all([
      services.sessions.get(projectId, sessionId, 'full'),
      services.sessions.get(projectId, sessionId, 'ui'),
      console().storage.sessions.find(projectId, sessionId),
    ]);
    const input = row?.input ?? {};
    if (full.status === 'expired' || forPeople.status === 'expired') {
      return { session: { ...session, status: 'expired' }, input };
    }
    const { variables, resources } = full;
    const { messages, execution } = forPeople;
    return { session, input, state: { variables, resources, messages, ...(execution && { execution }) } };
  }

  async function getTimeline(projectId: string, sessionId: string): Promise<Timeline> {
    const logs = await services.sessions.readLogs(projectId, sessionId, { excludeModelRequests: false });
    if (!('entries' in logs)) return { entries: [], total: 0, truncated: false };
    const { entries, total = entries.length, truncated = false } = logs;
    return { entries, total, truncated };
  }

  return {
    'GET /console/api/projects/:projectId/sessions': ({ params: { projectId }, query }) =>
      services.sessions.list(projectId, query),

    'POST /console/api/projects/:projectId/sessions': async ({ params: { projectId }, body }) => {
      const made = await services.sessions.create({ projectId }, body);
      await adoptEarlyUploads({ ...made, input: body.input }, console());
      return made;
    },

    'GET /console/api/projects/:projectId/sessions/:sessionId': ({ params: { projectId, sessionId } }) =>
      getDetail(projectId, sessionId),

    'GET /console/api/projects/:projectId/sessions/:sessionId/timeline': ({ params: { projectId, sessionId } }) =>
      getTimeline(projectId, sessionId),

    'POST /console/api/projects/:projectId/sessions/:sessionId/trigger': async ({ params, body, request, reply }) => {
      const leg = await services.executions.trigger({
        ...params,
        body,
        isTraced: true,
        requestId: request.id,
        signal: disconnectSignal(reply),
      });
      await sendLeg(leg, { request, reply, shape: 'v4', streams, metrics, logger: services.logger });
    },

    'POST /console/api/projects/:projectId/sessions/:sessionId/abort': async ({ params }) => ({
      sessionId: params.sessionId,
      aborted: await services.executions.abort(params),
    }),

    'DELETE /console/api/projects/:projectId/sessions/:sessionId': async ({ params, reply }) => {
      await services.executions.clear({ ...params, signal: disconnectSignal(reply) });
      return { sessionId: params.sessionId, cleared: true };
    },

    'GET /console/api/projects/:projectId/sessions/:sessionId/download': async ({ params, reply }) => {
      const { projectId, sessionId } = params;
      const detail = await getDetail(projectId, sessionId);
      reply.header('content-disposition', `attachment; filename="session-${sessionId}.json"`);
      return { ...detail, timeline: await getTimeline(projectId, sessionId) };
    },

    'POST /console/api/projects/:projectId/files/upload-urls': ({ params: { projectId }, body }) =>
      services.files.createUploads(projectId, body),

    'POST /console/api/projects/:projectId/agents/:agentId/upload-urls': async ({ params, body }) => {
      const agent = await console().storage.agents.find(params.projectId, params.agentId);
      if (!agent || agent.archivedAt !== undefined) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
      return createEarlyUploads(agent, body.files, { ...console(), files: services.files });
    },

    'GET /console/api/find/sessions/:sessionId': async ({ params: { sessionId }, signedIn }) => {
      const { storage } = console();
      for (const { id } of await storage.members.listProjects(signedIn.account.id)) {
        if (await storage.sessions.find(id, sessionId)) return { projectId: id };
      }
      throw new OctavusError('NOT_FOUND', { resource: 'Session' });
    },

    'GET /console/api/find/agents/:agentId': async ({ params: { agentId }, signedIn }) => {
      const { storage } = console();
      for (const { id } of await storage.members.listProjects(signedIn.account.id)) {
        if (await storage.agents.find(id, agentId)) return { projectId: id };
      }
      throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
    },
  } satisfies Partial<ConsoleHandlers>;
}
