import {
  agentChangedResponseSchema,
  agentDefinitionResponseSchema,
  agentQuerySchema,
  createAgentBodySchema,
  listAgentsResponseSchema,
  updateAgentBodySchema,
  validateAgentBodySchema,
  validateAgentResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import { answers, json, type Resource } from './resource.ts';

const tags = ['agents'];
const params = z.object({ id: z.string().describe('Id of the agent, or its slug with ?by=slug.') });
const one = { params, querystring: agentQuerySchema };

/** `/api/agents` (HTTP spec 5). */
export const agents: Resource = (app, { services }) => {
  app.get(
    '/api/agents',
    {
      schema: {
        tags,
        summary: 'List agents',
        response: answers(json(200, 'The agents of the project, by slug', listAgentsResponseSchema)),
      },
    },
    (request) => services.agents.list(request.projectId),
  );

  app.post(
    '/api/agents',
    {
      schema: {
        tags,
        summary: 'Create an agent',
        body: createAgentBodySchema,
        response: answers(
          json(201, 'Created', agentChangedResponseSchema),
          'VALIDATION_ERROR',
          'CONFLICT',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    async (request, reply) => {
      const created = await services.agents.create(request.projectId, request.body);
      return reply.code(201).send(created);
    },
  );

  app.post(
    '/api/agents/validate',
    {
      schema: {
        tags,
        summary: 'Validate a definition without storing it',
        body: validateAgentBodySchema,
        response: answers(
          json(200, 'What is wrong with it, if anything', validateAgentResponseSchema),
          'VALIDATION_ERROR',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    (request) => services.agents.validate(request.projectId, request.body),
  );

  app.get(
    '/api/agents/:id',
    {
      schema: {
        tags,
        summary: 'Get an agent',
        ...one,
        response: answers(json(200, 'The definition', agentDefinitionResponseSchema), 'VALIDATION_ERROR', 'NOT_FOUND'),
      },
    },
    ({ projectId, params: { id }, query: { by = 'id' } }) => services.agents.get(projectId, id, by),
  );

  app.patch(
    '/api/agents/:id',
    {
      schema: {
        tags,
        summary: 'Update an agent',
        ...one,
        body: updateAgentBodySchema,
        response: answers(
          json(200, 'Updated', agentChangedResponseSchema),
          'VALIDATION_ERROR',
          'NOT_FOUND',
          'CONFLICT',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    },
    ({ projectId, params: { id }, query: { by = 'id' }, body }) => services.agents.update(projectId, id, by, body),
  );

  app.delete(
    '/api/agents/:id',
    {
      schema: {
        tags,
        summary: 'Archive an agent',
        ...one,
        response: answers(json(200, 'Archived', agentChangedResponseSchema), 'VALIDATION_ERROR', 'NOT_FOUND'),
      },
    },
    ({ projectId, params: { id }, query: { by = 'id' } }) => services.agents.archive(projectId, id, by),
  );
};
