import {
  abortSessionResponseSchema,
  clearSessionResponseSchema,
  createSessionResponseSchema,
  jsonObjectBodySchema,
  jsonObjectSchema,
  logEntrySchema,
  optionalField,
  sessionExecutionSchema,
  triggerBodySchema,
  uiMessageJsonSchema,
  uploadUrlsBodySchema,
  uploadUrlsResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import type { ConsoleRoutes } from './route.ts';

/** `running` and `waiting` (for tool results) say what its execution does; `idle` sessions have none. */
export const sessionStatuses = ['running', 'waiting', 'idle', 'expired'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

export const sessionPageLimits = { default: 50, max: 100 } as const;

export const consoleSessionSchema = z.object({
  id: z.string(),
  agent: z.object({ id: z.string(), slug: z.string(), name: z.string(), isArchived: z.boolean() }),
  kind: z.enum(['interactive', 'worker']),
  status: z.enum(sessionStatuses),
  createdAt: z.string(),
  lastActivityAt: z.string(),
});
export type ConsoleSession = z.infer<typeof consoleSessionSchema>;

const time = z.iso.datetime({ offset: true, error: 'Expected a time such as 2026-03-04T09:30:00Z' });

export const listSessionsQuerySchema = z.object({
  agentId: z.string().optional(),
  status: z
    .enum([...sessionStatuses, 'active'])
    .optional()
    .describe('active: not expired.'),
  from: time.optional().describe('Created then or later.'),
  to: time.optional().describe('Created before.'),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(sessionPageLimits.max).default(sessionPageLimits.default),
});

export const sessionDetailSchema = z.object({
  session: consoleSessionSchema,
  input: jsonObjectSchema,
  /** Absent when the session has expired. */
  state: z
    .object({
      variables: jsonObjectSchema,
      resources: jsonObjectSchema,
      messages: z.array(uiMessageJsonSchema).describe('As people saw them.'),
      execution: sessionExecutionSchema.optional(),
    })
    .optional(),
});
export type SessionDetail = z.infer<typeof sessionDetailSchema>;

/** The execution log (runtime spec 17), oldest first; empty when the session has expired. */
export const timelineSchema = z.object({
  entries: z.array(logEntrySchema),
  total: z.int(),
  truncated: z.boolean().describe('There are older entries that are not in the answer.'),
});
export type Timeline = z.infer<typeof timelineSchema>;

export const sessionRoutes = {
  /** Newest first. */
  'GET /console/api/projects/:projectId/sessions': {
    access: 'viewer',
    query: listSessionsQuerySchema,
    response: z.object({ sessions: z.array(consoleSessionSchema), nextCursor: z.string().optional() }),
  },
  /** Starts a session, as the preview does. */
  'POST /console/api/projects/:projectId/sessions': {
    access: 'developer',
    body: z.object({ agentId: z.string().min(1), input: optionalField(jsonObjectBodySchema) }),
    response: createSessionResponseSchema,
  },
  'GET /console/api/projects/:projectId/sessions/:sessionId': { access: 'viewer', response: sessionDetailSchema },
  'GET /console/api/projects/:projectId/sessions/:sessionId/timeline': { access: 'viewer', response: timelineSchema },
  /** Fires a trigger or continues with tool results, as `POST /api/agent-sessions/:id/trigger` does. */
  'POST /console/api/projects/:projectId/sessions/:sessionId/trigger': {
    access: 'developer',
    body: triggerBodySchema,
    response: 'events',
  },
  'POST /console/api/projects/:projectId/sessions/:sessionId/abort': {
    access: 'developer',
    response: abortSessionResponseSchema,
  },
  'DELETE /console/api/projects/:projectId/sessions/:sessionId': {
    access: 'developer',
    response: clearSessionResponseSchema,
  },
  /** Everything there is of a session, as a file. */
  'GET /console/api/projects/:projectId/sessions/:sessionId/download': {
    access: 'viewer',
    response: sessionDetailSchema.extend({ timeline: timelineSchema }),
  },
  'POST /console/api/projects/:projectId/files/upload-urls': {
    access: 'developer',
    body: uploadUrlsBodySchema,
    response: uploadUrlsResponseSchema,
  },
  /** Finds a session of any of the caller's projects, for addresses that name no project (HTTP spec 8). */
  'GET /console/api/find/sessions/:sessionId': {
    access: 'account',
    response: z.object({ projectId: z.string() }),
  },
  'GET /console/api/find/agents/:agentId': {
    access: 'account',
    response: z.object({ projectId: z.string() }),
  },
} as const satisfies ConsoleRoutes;
