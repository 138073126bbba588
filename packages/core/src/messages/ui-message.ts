import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';
import { senderSchema } from './sender.ts';
import { uiMessagePartSchema, uiPartStatusSchema } from './ui-part.ts';

export const uiMessageRoleSchema = z.enum(['user', 'assistant']);
export type UIMessageRole = z.infer<typeof uiMessageRoleSchema>;

const uiMessageFields = {
  id: z.string(),
  role: uiMessageRoleSchema,
  parts: z.array(uiMessagePartSchema),
  status: uiPartStatusSchema,
  sender: senderSchema.optional(),
};

/** A message for people as it travels in JSON: `createdAt` is an RFC 3339 string. What the server stores and sends. */
export const uiMessageJsonSchema = openObject({ ...uiMessageFields, createdAt: z.string().describe('RFC 3339 time.') });
export type UIMessageJson = z.infer<typeof uiMessageJsonSchema>;

/** A message for people inside an application: `createdAt` is a `Date`, made from anything `new Date()` takes but `null`. */
export const uiMessageSchema = openObject({
  ...uiMessageFields,
  createdAt: z.union([z.string(), z.number(), z.date()]).pipe(z.coerce.date()),
});
export type UIMessage = z.infer<typeof uiMessageSchema>;
