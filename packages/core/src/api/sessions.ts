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
