import {
  agentDiagnosticSchema,
  agentFormatSchema,
  createAgentBodySchema,
  executeWorkerBodySchema,
  listModelsResponseSchema,
  validateAgentBodySchema,
  validateAgentResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import type { ConsoleRoutes } from './route.ts';

export const consoleAgentSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string().optional(),
  format: agentFormatSchema,
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  archivedAt: z.string().optional(),
});
export type ConsoleAgent = z.infer<typeof consoleAgentSchema>;

/** What a version holds: everything that was posted, byte for byte. */
export const agentFilesSchema = z.object({
  settings: z.object({
    slug: z.string(),
    name: z.string(),
    description: z.string().optional(),
    format: agentFormatSchema,
  }),
  protocol: z.string(),
  prompts: z.array(z.object({ name: z.string(), content: z.string() })),
  references: z.array(z.object({ name: z.string(), description: z.string(), content: z.string() })),
});
export type AgentFiles = z.infer<typeof agentFilesSchema>;

export const agentVersionSchema = z.object({ version: z.int(), createdAt: z.string() });
export type AgentVersionSummary = z.infer<typeof agentVersionSchema>;

const saved = z.object({
  agent: consoleAgentSchema,
  warnings: z.array(agentDiagnosticSchema),
});

export const agentRoutes = {
  /** By slug. `search` is looked for in slugs, names and descriptions, whatever its case. Archived ones on request: they have sessions. */
  'GET /console/api/projects/:projectId/agents': {
    access: 'viewer',
    query: z.object({ search: z.string().max(100).optional(), include: z.literal('archived').optional() }),
    response: z.object({ agents: z.array(consoleAgentSchema) }),
  },
  'POST /console/api/projects/:projectId/agents': {
    access: 'developer',
    body: createAgentBodySchema,
    response: saved,
  },
  /** Stores nothing. For the diagnostics of an editor. */
  'POST /console/api/projects/:projectId/agents/validate': {
    access: 'developer',
    body: validateAgentBodySchema,
    response: validateAgentResponseSchema,
  },
  /** Also an archived one: its sessions can still be looked at. */
  'GET /console/api/projects/:projectId/agents/:agentId': {
    access: 'viewer',
    response: z.object({ agent: consoleAgentSchema, files: agentFilesSchema }),
  },
  /** Makes a new version. CONFLICT when `baseVersion`, the one that was edited, is not the current one any more. */
  'PUT /console/api/projects/:projectId/agents/:agentId': {
    access: 'developer',
    body: createAgentBodySchema.extend({ baseVersion: z.int().min(1) }),
    response: saved,
  },
  'DELETE /console/api/projects/:projectId/agents/:agentId': {
    access: 'developer',
    response: z.object({ archived: z.literal(true) }),
  },
  /** Runs a worker agent, or continues a run with tool results, as `POST /api/agents/:id/execute` does. */
  'POST /console/api/projects/:projectId/agents/:agentId/execute': {
    access: 'developer',
    body: executeWorkerBodySchema,
    response: 'events',
  },
  /** Newest first, a hundred at a time; `before` is the smallest number seen so far. */
  'GET /console/api/projects/:projectId/agents/:agentId/versions': {
    access: 'viewer',
    query: z.object({ before: z.coerce.number().int().min(1).optional() }),
    response: z.object({ versions: z.array(agentVersionSchema), hasMore: z.boolean() }),
  },
  'GET /console/api/projects/:projectId/agents/:agentId/versions/:version': {
    access: 'viewer',
    response: agentVersionSchema.extend({ files: agentFilesSchema }),
  },
  /** Makes a new version with the files of an old one. */
  'POST /console/api/projects/:projectId/agents/:agentId/versions/:version/restore': {
    access: 'developer',
    response: saved,
  },
  'GET /console/api/projects/:projectId/models': { access: 'viewer', response: listModelsResponseSchema },
} as const satisfies ConsoleRoutes;
