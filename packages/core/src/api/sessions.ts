import { z } from 'zod';
import { pendingToolCallSchema } from '../events/tool.ts';
import { chatMessageSchema } from '../messages/chat-message.ts';
import { restoreMessagesSchema } from '../messages/restore.ts';
import { uiMessageJsonSchema } from '../messages/ui-message.ts';
import { jsonObjectBodySchema, jsonObjectSchema } from '../schema/json.ts';
import { openObject } from '../schema/open-object.ts';
import { optionalField } from '../schema/optional-field.ts';

/** `POST /api/agent-sessions` (HTTP spec 6.2). */
export const createSessionBodySchema = z.object({
  agentId: z.string().min(1).describe('Id of the agent, or its slug.'),
  input: optionalField(jsonObjectBodySchema).describe('Values for the inputs the agent declares.'),
});
export type CreateSessionBody = z.infer<typeof createSessionBodySchema>;

export const createSessionResponseSchema = openObject({ sessionId: z.string() });
export type CreateSessionResponse = z.infer<typeof createSessionResponseSchema>;

/** `running` and `waiting` (for tool results) say what its execution does; an `idle` session has none. */
export const sessionStatuses = ['running', 'waiting', 'idle', 'expired'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

export const sessionPageLimits = { default: 50, max: 100 } as const;

const time = z.iso.datetime({ offset: true, error: 'Expected a time such as 2026-03-04T09:30:00Z' });

/** Which sessions a list shows, of which page. */
export const sessionListQuerySchema = z.object({
  agentId: z.string().min(1).optional().describe('Id of an agent, or its slug.'),
  status: z
    .enum([...sessionStatuses, 'active'])
    .optional()
    .describe('active: not expired.'),
  from: time.optional().describe('Created then or later.'),
  to: time.optional().describe('Created before.'),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(sessionPageLimits.max).default(sessionPageLimits.default),
});
export type SessionListQuery = z.infer<typeof sessionListQuerySchema>;

/** What a list shows of a session. */
export const listedSessionSchema = openObject({
  id: z.string(),
  agent: openObject({ id: z.string(), slug: z.string(), name: z.string(), isArchived: z.boolean() }),
  kind: z.enum(['interactive', 'worker']),
  status: z.enum(sessionStatuses),
  createdAt: z.string(),
  lastActivityAt: z.string(),
});
export type ListedSession = z.infer<typeof listedSessionSchema>;

/** `GET /api/agent-sessions`: newest first. `nextCursor` is absent on the last page. */
export const listSessionsResponseSchema = openObject({
  sessions: z.array(listedSessionSchema),
  nextCursor: z.string().optional(),
});
export type ListSessionsResponse = z.infer<typeof listSessionsResponseSchema>;

/** `GET /api/agent-sessions/:id` query (HTTP spec 6.3). */
export const sessionQuerySchema = z.object({
  format: z.enum(['ui']).optional().describe('ui: messages for people, hidden content left out.'),
});
export type SessionQuery = z.infer<typeof sessionQuerySchema>;

/** The execution that is under way; `toolCalls` only when it waits. */
export const sessionExecutionSchema = openObject({
  executionId: z.string(),
  status: z.enum(['running', 'waiting']),
  toolCalls: z.array(pendingToolCallSchema).optional(),
});
export type SessionExecution = z.infer<typeof sessionExecutionSchema>;

/** A session in full: stored messages, hidden content included. */
export const sessionStateSchema = openObject({
  id: z.string(),
  sessionId: z.string(),
  agentId: z.string(),
  status: z.literal('active').optional(),
  input: jsonObjectSchema,
  variables: jsonObjectSchema,
  resources: jsonObjectSchema,
  messages: z.array(chatMessageSchema),
  createdAt: z.string(),
  updatedAt: z.string(),
  execution: sessionExecutionSchema.optional(),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

/** A session as people see it (`format=ui`). */
export const uiSessionStateSchema = openObject({
  sessionId: z.string(),
  agentId: z.string(),
  status: z.literal('active').optional(),
  messages: z.array(uiMessageJsonSchema),
  execution: sessionExecutionSchema.optional(),
});
export type UISessionStateJson = z.infer<typeof uiSessionStateSchema>;

/** What is left of an expired session, in both formats and for logs: exactly these keys. */
export const expiredSessionStateSchema = z.object({
  sessionId: z.string(),
  agentId: z.string(),
  status: z.literal('expired'),
  createdAt: z.string(),
});
export type ExpiredSessionState = z.infer<typeof expiredSessionStateSchema>;

export const getSessionResponseSchema = z.union([expiredSessionStateSchema, sessionStateSchema, uiSessionStateSchema]);

/** `POST /api/agent-sessions/:id/restore` (HTTP spec 6.4). */
export const restoreSessionBodySchema = z.object({
  messages: restoreMessagesSchema,
  input: optionalField(jsonObjectBodySchema).describe('Omitted: the input the session was created with.'),
});
export type RestoreSessionBody = z.infer<typeof restoreSessionBodySchema>;

export const restoreSessionResponseSchema = openObject({
  sessionId: z.string(),
  restored: z.boolean().describe('false: the session was active and nothing changed.'),
});
export type RestoreSessionResponse = z.infer<typeof restoreSessionResponseSchema>;

/** `DELETE /api/agent-sessions/:id` (HTTP spec 6.5). */
export const clearSessionResponseSchema = openObject({ sessionId: z.string(), cleared: z.boolean() });
export type ClearSessionResponse = z.infer<typeof clearSessionResponseSchema>;

/** `POST /api/agent-sessions/:id/abort` (HTTP spec 6.7). */
export const abortSessionResponseSchema = openObject({
  sessionId: z.string(),
  aborted: z.boolean().describe('false: nothing was running.'),
});
export type AbortSessionResponse = z.infer<typeof abortSessionResponseSchema>;
