import {
  abortSessionResponseSchema,
  clearSessionResponseSchema,
  createSessionResponseSchema,
  jsonObjectBodySchema,
  jsonObjectSchema,
  listedSessionSchema,
  listSessionsResponseSchema,
  logEntrySchema,
  optionalField,
  sessionExecutionSchema,
  sessionListQuerySchema,
  triggerBodySchema,
  uiMessageJsonSchema,
  uploadUrlsBodySchema,
  uploadUrlsResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import type { ConsoleRoutes } from './route.ts';

export const sessionDetailSchema = z.object({
  session: listedSessionSchema,
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
    query: sessionListQuerySchema,
    response: listSessionsResponseSchema,
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
  /** For the input of a session or a run of that agent that is about to begin. */
  'POST /console/api/projects/:projectId/agents/:agentId/upload-urls': {
    access: 'developer',
    body: uploadUrlsBodySchema.pick({ files: true }),
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
