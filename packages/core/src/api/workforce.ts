import { z } from 'zod';
import { uiMessageJsonSchema } from '../messages/ui-message.ts';
import { openObject } from '../schema/open-object.ts';
import { optionalField } from '../schema/optional-field.ts';
import { fileReferenceBodySchema } from './triggers.ts';

/** Limits of a workforce message (HTTP spec 11.1); lengths in characters. */
export const workforceLimits = { messageLength: 100_000, files: 20 } as const;

/** `completed`, `failed` and `cancelled` are final until the next message. */
export const workforceStatusSchema = z.enum([
  'idle',
  'pending',
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
]);
export type WorkforceStatus = z.infer<typeof workforceStatusSchema>;

/** Body of `POST …/threads` and `POST …/threads/:threadId/messages`. */
export const workforceMessageBodySchema = z.object({
  message: z.string().min(1).max(workforceLimits.messageLength),
  files: optionalField(z.array(fileReferenceBodySchema).max(workforceLimits.files)),
});
export type WorkforceMessageBody = z.infer<typeof workforceMessageBodySchema>;

export const workforceAcceptedResponseSchema = openObject({ threadId: z.string(), status: workforceStatusSchema });
export type WorkforceAcceptedResponse = z.infer<typeof workforceAcceptedResponseSchema>;

export const workforceThreadResponseSchema = openObject({
  threadId: z.string(),
  status: workforceStatusSchema,
  failureReason: z.string().nullable().describe('null unless the status is failed.'),
  messages: z.array(uiMessageJsonSchema),
});
export type WorkforceThreadResponse = z.infer<typeof workforceThreadResponseSchema>;
