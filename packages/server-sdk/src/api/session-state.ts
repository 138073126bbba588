import {
  type ChatMessage,
  type ExecutionLogEntry,
  expiredSessionStateSchema,
  logEntrySchema,
  logsSchema,
  safeParseUIMessages,
  sessionStateSchema,
  type UIMessage,
  uiSessionStateSchema,
} from '@octavus/core';
import { z } from 'zod';

export type { ExpiredSessionState } from '@octavus/core';

export type SessionStatus = 'active' | 'expired';

const stateSchema = sessionStateSchema.extend({ sessionId: z.string().optional() });
/** A session in full: stored messages, variables and resources. */
export interface SessionState extends Omit<z.infer<typeof stateSchema>, 'messages'> {
  /** As models read them, hidden content included. */
  messages: ChatMessage[];
}

/** A session as people see it. */
export interface UISessionState extends Omit<z.infer<typeof uiSessionStateSchema>, 'messages'> {
  messages: UIMessage[];
}

/** Any server's messages, `null` in optional keys included. */
export const uiMessagesSchema = z.unknown().transform((value, context): UIMessage[] => {
  const parsed = safeParseUIMessages(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
});

/** What an execution did. */
export interface ExecutionLogsResult {
  sessionId: string;
  /** Oldest first; servers keep the newest 3000. */
  entries: ExecutionLogEntry[];
  total?: number;
  truncated?: boolean;
}

/** The expired shape is tried first, as `status` alone tells it apart. */
export const sessionAnswerSchema = z.union([expiredSessionStateSchema, stateSchema]);
export const uiSessionAnswerSchema = z.union([
  expiredSessionStateSchema,
  uiSessionStateSchema.extend({ messages: uiMessagesSchema }),
]);
/** Entries of newer types pass through: only what every entry has is checked. */
export const logsAnswerSchema = z.union([
  expiredSessionStateSchema,
  logsSchema.extend({
    entries: z.array(logEntrySchema.transform((entry) => entry as unknown as ExecutionLogEntry)),
  }),
]);
