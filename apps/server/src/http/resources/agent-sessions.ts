import {
  abortSessionResponseSchema,
  clearSessionResponseSchema,
  createSessionBodySchema,
  createSessionResponseSchema,
  getSessionResponseSchema,
  listSessionsResponseSchema,
  logsQuerySchema,
  logsResponseSchema,
  maxLogEntries,
  OctavusError,
  restoreSessionBodySchema,
  restoreSessionResponseSchema,
  sessionListQuerySchema,
  sessionQuerySchema,
  startSessionBodySchema,
  toBaseChatMessages,
  toBaseUiMessages,
  triggerBodySchema,
  type WireShape,
} from '@octavus/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Leg } from '../../executions/executions.ts';
import type { SessionService } from '../../sessions/sessions.ts';
import { reachOf } from '../auth.ts';
import { disconnectSignal } from '../disconnect.ts';
import { sendLeg } from '../sse.ts';
import { answers, json, type Resource } from './resource.ts';
import { isTraced, shapeFor, streamAnswer, streamNote } from './stream-answer.ts';

const tags = ['agent-sessions'];
const params = z.object({ id: z.string().describe('Id of the session.') });

/** `/api/agent-sessions` (HTTP spec 6). */
export const agentSessions: Resource = (app, { services, streams, metrics }) => {
  const { sessions, executions, logger } = services;

  app.post(
    '/api/agent-sessions',
    {
      schema: {
        tags,
        summary: 'Create a session',
        body: createSessionBodySchema,
        response: answers(
          json(201, 'Created', createSessionResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    async (request, reply) => {
      const created = await sessions.create(reachOf(request), request.body);
      return reply.code(201).send(created);
    },
  );

  app.get(
    '/api/agent-sessions',
    {
      schema: {
        tags,
        summary: 'List sessions',
        description: 'Newest first, a page at a time. `agentId` takes a slug, too.',
        querystring: sessionListQuerySchema,
        response: answers(json(200, 'A page', listSessionsResponseSchema), 'VALIDATION_ERROR', 'NOT_FOUND'),
      },
    },
    ({ projectId, query }) => sessions.list(projectId, query),
  );

  app.get(
    '/api/agent-sessions/:id',
    {
      schema: {
        tags,
        summary: 'Get a session',
        description: 'An expired session answers with its id, agent and creation time only.',
        params,
        querystring: sessionQuerySchema,
        response: answers(json(200, 'The session', getSessionResponseSchema), 'VALIDATION_ERROR', 'NOT_FOUND'),
      },
    },
    ({ projectId, params: { id }, query: { format }, headers }) => {
      const shape = shapeFor({ headers });
      return format === 'ui' ? getForPeople(sessions, projectId, id, shape) : getInFull(sessions, projectId, id, shape);
    },
  );

  app.delete(
    '/api/agent-sessions/:id',
    {
      schema: {
        tags,
        summary: 'Clear a session',
        description: 'What runs is stopped, the state is removed; the session is expired and can be restored.',
        params,
        response: answers(
          json(200, 'Expired', clearSessionResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'SESSION_BUSY',
        ),
      },
    },
    async ({ projectId, params: { id } }, reply) => {
      await executions.clear({ projectId, sessionId: id, signal: disconnectSignal(reply) });
      return { sessionId: id, cleared: true };
    },
  );

  app.post(
    '/api/agent-sessions/:id/restore',
    {
      schema: {
        tags,
        summary: 'Restore an expired session',
        description: 'Rebuilds the conversation from the messages that people saw of it.',
        params,
        body: restoreSessionBodySchema,
        response: answers(
          json(200, 'Restored, or active already', restoreSessionResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'PAYLOAD_TOO_LARGE',
          'SESSION_BUSY',
        ),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const signal = disconnectSignal(reply);
      const restore = { ...reachOf(request), sessionId: id, body: request.body, signal };
      return { sessionId: id, restored: await executions.restore(restore) };
    },
  );

  app.post(
    '/api/agent-sessions/start',
    {
      schema: {
        tags,
        summary: 'Create a session and fire its first trigger',
        description: `${streamNote} With an idempotency key a repeated request gets the turn of the first one.`,
        body: startSessionBodySchema,
        response: answers(
          streamAnswer,
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'EXECUTION_NOT_RESUMABLE',
          'PAYLOAD_TOO_LARGE',
          'SESSION_BUSY',
          'SERVICE_UNAVAILABLE',
        ),
      },
    },
    async (request, reply) => {
      const { body, id: requestId } = request;
      const signal = disconnectSignal(reply);
      const start = { ...reachOf(request), body, isTraced: isTraced(request), requestId, signal };
      const leg = await executions.start(start).catch((error: unknown) => {
        throw namingSession(error, reply);
      });
      await send(leg, request, reply);
    },
  );

  app.post(
    '/api/agent-sessions/:id/trigger',
    {
      schema: {
        tags,
        summary: 'Fire a trigger, or continue with tool results',
        description: streamNote,
        params,
        body: triggerBodySchema,
        response: answers(
          streamAnswer,
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'SESSION_EXPIRED',
          'EXECUTION_NOT_FOUND',
          'EXECUTION_NOT_RESUMABLE',
          'PAYLOAD_TOO_LARGE',
          'SESSION_BUSY',
          'SERVICE_UNAVAILABLE',
        ),
      },
    },
    async (request, reply) => {
      const leg = await executions.trigger({
        ...reachOf(request),
        sessionId: request.params.id,
        body: request.body,
        isTraced: isTraced(request),
        requestId: request.id,
        signal: disconnectSignal(reply),
      });
      await send(leg, request, reply);
    },
  );

  app.post(
    '/api/agent-sessions/:id/abort',
    {
      schema: {
        tags,
        summary: 'Stop what runs or waits',
        params,
        response: answers(
          json(200, 'Stopped, or nothing was running', abortSessionResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'SESSION_EXPIRED',
          'SESSION_BUSY',
        ),
      },
    },
    async ({ projectId, params: { id } }) => {
      return { sessionId: id, aborted: await executions.abort({ projectId, sessionId: id }) };
    },
  );

  app.get(
    '/api/agent-sessions/:id/logs',
    {
      schema: {
        tags,
        summary: 'Get the execution log of a session',
        description: `Oldest first, at most the ${maxLogEntries} newest entries.`,
        params,
        querystring: logsQuerySchema,
        response: answers(json(200, 'The log', logsResponseSchema), 'VALIDATION_ERROR', 'NOT_FOUND'),
      },
    },
    ({ projectId, params: { id }, query }) =>
      sessions.readLogs(projectId, id, { excludeModelRequests: query.excludeModelRequests === 'true' }),
  );

  function send(leg: Leg, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return sendLeg(leg, { request, reply, shape: shapeFor(request), streams, metrics, logger });
  }
};

/** A caller that is refused because the session it started is busy learns which one that is (HTTP spec 6.8). */
function namingSession(error: unknown, reply: FastifyReply): unknown {
  const { sessionId } = OctavusError.isInstance(error) ? error.details : {};
  if (typeof sessionId === 'string') reply.header('x-octavus-session-id', sessionId);
  return error;
}

async function getInFull(sessions: SessionService, projectId: string, id: string, shape: WireShape) {
  const session = await sessions.get(projectId, id, 'full');
  if (shape === 'v4' || session.status === 'expired') return session;
  return { ...session, messages: toBaseChatMessages(session.messages) };
}

async function getForPeople(sessions: SessionService, projectId: string, id: string, shape: WireShape) {
  const session = await sessions.get(projectId, id, 'ui');
  if (shape === 'v4' || session.status === 'expired') return session;
  return { ...session, messages: toBaseUiMessages(session.messages) };
}
