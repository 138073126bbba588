import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** First event of every leg. `lastMessageId` is absent, never `null`, on an empty session. */
export const startEventSchema = openObject({
  type: z.literal('start'),
  messageId: z.string().optional().describe('Assistant message this execution writes first.'),
  executionId: z.string().optional().describe('The same on every leg; sent back to continue.'),
  lastMessageId: z.string().optional().describe('Last message before this leg; rollback anchor for a retry.'),
  sessionId: z.string().optional(),
});
export type StartEvent = z.infer<typeof startEventSchema>;

/** `client-tool-calls` comes from the server SDK only; `error` is valid for clients and never sent by the server. */
export const finishReasons = [
  'stop',
  'tool-calls',
  'client-tool-calls',
  'length',
  'content-filter',
  'error',
  'other',
] as const;
export const finishReasonSchema = z.enum(finishReasons);
export type FinishReason = z.infer<typeof finishReasonSchema>;

/** End of a leg: a pause when the reason is `tool-calls` or `client-tool-calls`, else the end of the execution. */
export const finishEventSchema = openObject({
  type: z.literal('finish'),
  finishReason: finishReasonSchema,
  executionId: z.string().optional(),
});
export type FinishEvent = z.infer<typeof finishEventSchema>;
