import { agentQuerySchema, executeWorkerBodySchema } from '@octavus/core';
import { z } from 'zod';
import { reachOf } from '../auth.ts';
import { disconnectSignal } from '../disconnect.ts';
import { sendLeg } from '../sse.ts';
import { answers, type Resource } from './resource.ts';
import { isTraced, shapeFor, streamAnswer, streamNote } from './stream-answer.ts';

/** Running worker agents on their own (HTTP spec 8). */
export const workerRuns: Resource = (app, { services, streams, metrics }) => {
  const { executions, logger } = services;

  app.post(
    '/api/agents/:id/execute',
    {
      schema: {
        tags: ['agents'],
        summary: 'Run a worker, or continue a run with tool results',
        description: `${streamNote} The id in \`start\` names the run: it can be read and its log too, like a session.`,
        params: z.object({ id: z.string().describe('Id of the worker agent, or its slug with ?by=slug.') }),
        querystring: agentQuerySchema,
        body: executeWorkerBodySchema,
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
      const { params, query, body, id: requestId } = request;
      const leg = await executions.execute({
        ...reachOf(request),
        agent: { key: params.id, by: query.by ?? 'id' },
        body,
        isTraced: isTraced(request),
        requestId,
        signal: disconnectSignal(reply),
      });
      const shape = shapeFor(request);
      await sendLeg(leg, { request, reply, shape, isWorkerRun: true, streams, metrics, logger });
    },
  );
};
