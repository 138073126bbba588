import {
  abortSessionResponseSchema,
  createSessionBodySchema,
  createSessionResponseSchema,
  getSessionResponseSchema,
  sessionQuerySchema,
  streamEventSchema,
  toBaseChatMessages,
  toBaseUiMessages,
  triggerBodySchema,
  type WireShape,
  wireShapeOf,
  wireVersionHeader,
} from '@octavus/core';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SessionService } from '../../sessions/sessions.ts';
import { disconnectSignal } from '../disconnect.ts';
import { sendLeg } from '../sse.ts';
import { answers, json, type Resource } from './resource.ts';

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
      const created = await sessions.create(request.projectId, request.body);
      return reply.code(201).send(created);
    },
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
      const shape = wireShapeOf(textOf(headers[wireVersionHeader]));
      return format === 'ui' ? getForPeople(sessions, projectId, id, shape) : getInFull(sessions, projectId, id, shape);
    },
  );

  app.post(
    '/api/agent-sessions/:id/trigger',
    {
      schema: {
        tags,
        summary: 'Fire a trigger, or continue with tool results',
        description: 'Answers with an event stream: one `data:` line per event, `data: [DONE]` last.',
        params,
        body: triggerBodySchema,
        response: answers(
          { status: 200, description: 'Events', content: { 'text/event-stream': streamEventSchema } },
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
        projectId: request.projectId,
        sessionId: request.params.id,
        body: request.body,
        isTraced: isTraced(request),
        requestId: request.id,
        signal: disconnectSignal(reply),
      });
      const shape = wireShapeOf(textOf(request.headers[wireVersionHeader]));
      await sendLeg(leg, { request, reply, shape, streams, metrics, logger });
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
        ),
      },
    },
    async ({ projectId, params: { id } }) => {
      return { sessionId: id, aborted: await executions.abort({ projectId, sessionId: id }) };
    },
  );
};

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

function isTraced({ headers }: FastifyRequest): boolean {
  return headers['x-octavus-trace'] === 'true';
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
