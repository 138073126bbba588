import {
  toBaseUiMessages,
  workforceAcceptedResponseSchema,
  workforceMessageBodySchema,
  workforceThreadResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import { reachOf } from '../auth.ts';
import { answers, json, type Resource } from './resource.ts';
import { shapeFor } from './stream-answer.ts';

const tags = ['workforce'];
const agentParams = z.object({ agentId: z.string().describe('Id of an interactive agent.') });
const threadParams = agentParams.extend({ threadId: z.string().describe('Id of the thread, which is a session.') });

/** `/api/v1/workforce` (HTTP spec 11). */
export const workforce: Resource = (app, { services: { threads } }) => {
  app.post(
    '/api/v1/workforce/agents/:agentId/threads',
    {
      schema: {
        tags,
        summary: 'Start a thread',
        description: 'Answers when the message is stored; the agent works on it by itself.',
        params: agentParams,
        body: workforceMessageBodySchema,
        response: answers(
          json(201, 'Queued', workforceAcceptedResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    async (request, reply) => {
      const accepted = await threads.start(reachOf(request), request.params.agentId, request.body);
      return reply.code(201).send(accepted);
    },
  );

  app.get(
    '/api/v1/workforce/agents/:agentId/threads/:threadId',
    {
      schema: {
        tags,
        summary: 'Get a thread',
        params: threadParams,
        response: answers(json(200, 'The thread', workforceThreadResponseSchema), 'NOT_FOUND'),
      },
    },
    async (request) => {
      const thread = await threads.get(reachOf(request), request.params);
      if (shapeFor(request) === 'v4') return thread;
      return { ...thread, messages: toBaseUiMessages(thread.messages) };
    },
  );

  app.post(
    '/api/v1/workforce/agents/:agentId/threads/:threadId/messages',
    {
      schema: {
        tags,
        summary: 'Send another message',
        description: 'It runs after those before it.',
        params: threadParams,
        body: workforceMessageBodySchema,
        response: answers(
          json(202, 'Queued', workforceAcceptedResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    async (request, reply) => {
      const accepted = await threads.followUp(reachOf(request), request.params, request.body);
      return reply.code(202).send(accepted);
    },
  );
};
