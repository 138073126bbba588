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
  listSessionsResponseSchema,
  mintTokenBodySchema,
  mintTokenResponseSchema,
  pendingToolCallSchema,
  revokeTokenBodySchema,
  revokeTokenResponseSchema,
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
  MintedToken: mintTokenResponseSchema,
  MintToken: mintTokenBodySchema,
  ModelList: listModelsResponseSchema,
  SessionList: listSessionsResponseSchema,
  PendingToolCall: pendingToolCallSchema,
  RevokeToken: revokeTokenBodySchema,
  RevokedToken: revokeTokenResponseSchema,
  Session: sessionStateSchema,
  StreamEvent: streamEventSchema,
  UIMessage: uiMessageJsonSchema,
  UISession: uiSessionStateSchema,
  UploadUrls: uploadUrlsResponseSchema,
  UploadUrlsRequest: uploadUrlsBodySchema,
} as const;

/** What routes ask for that tokens may call too. */
export const keyOrToken: Record<string, string[]>[] = [{ apiKey: [] }, { token: [] }];

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
        { name: 'tokens', description: 'Credentials to hand on, that expire' },
        { name: 'skills', description: 'Folders of instructions and scripts for agents' },
        { name: 'models', description: 'Model providers of this server' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of a project: `oct_sk_…`' },
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'An ephemeral token, for one agent or one session of it: `oct_et_…`',
          },
        },
      },
      security: [{ apiKey: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  });
}
