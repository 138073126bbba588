import swagger from '@fastify/swagger';
import {
  agentChangedResponseSchema,
  agentDefinitionResponseSchema,
  agentDiagnosticSchema,
  chatMessageSchema,
  createAgentBodySchema,
  createSessionBodySchema,
  errorBodySchema,
  expiredSessionStateSchema,
  listAgentsResponseSchema,
  listModelsResponseSchema,
  pendingToolCallSchema,
  sessionStateSchema,
  streamEventSchema,
  uiMessageJsonSchema,
  uiSessionStateSchema,
  uploadUrlsBodySchema,
  uploadUrlsResponseSchema,
  validateAgentResponseSchema,
} from '@octavus/core';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** Schemas that the document names once and refers to. */
const namedSchemas = {
  Agent: agentDefinitionResponseSchema,
  AgentChanged: agentChangedResponseSchema,
  AgentDiagnostic: agentDiagnosticSchema,
  AgentList: listAgentsResponseSchema,
  AgentValidation: validateAgentResponseSchema,
  ChatMessage: chatMessageSchema,
  CreateAgent: createAgentBodySchema,
  CreateSession: createSessionBodySchema,
  Error: errorBodySchema,
  ExpiredSession: expiredSessionStateSchema,
  ModelList: listModelsResponseSchema,
  PendingToolCall: pendingToolCallSchema,
  Session: sessionStateSchema,
  StreamEvent: streamEventSchema,
  UIMessage: uiMessageJsonSchema,
  UISession: uiSessionStateSchema,
  UploadUrls: uploadUrlsResponseSchema,
  UploadUrlsRequest: uploadUrlsBodySchema,
} as const;

/** Collects the routes that are registered from here on into the OpenAPI 3.1 document of everything under `/api`. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(namedSchemas)) schemaRegistry.add(schema, { id });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Octavus',
        description:
          'API of a self-hosted Octavus server: agents, their sessions, and the event streams of their answers. POST requests that are ' +
          'not answered with an event stream take an `Idempotency-Key` header: sent again within 24 hours, the same request with the ' +
          'same key gets the same answer.',
        version: '1',
      },
      tags: [
        { name: 'agents', description: 'Agent definitions' },
        { name: 'agent-sessions', description: 'Conversations with an agent' },
        { name: 'files', description: 'Uploads and downloads' },
        { name: 'models', description: 'Model providers of this server' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of a project: `oct_sk_…`' },
        },
      },
      security: [{ apiKey: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  });
}
