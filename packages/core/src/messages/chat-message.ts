import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';
import { type MessagePart, messagePartSchema, toolCallInfoSchema } from './part.ts';
import { senderSchema } from './sender.ts';

export const messageRoleSchema = z.enum(['user', 'assistant', 'system']);
export type MessageRole = z.infer<typeof messageRoleSchema>;

/** A stored message, hidden content included (runtime spec 9.1). `parts` is the source of truth. */
export const chatMessageSchema = openObject({
  id: z.string(),
  role: messageRoleSchema,
  parts: z.array(messagePartSchema),
  createdAt: z.string().describe('RFC 3339 time.'),
  content: z.string().describe('Text of the visible text parts; may be empty.'),
  toolCalls: z.array(toolCallInfoSchema).optional().describe('Mirror of the tool-call parts.'),
  sender: senderSchema.optional(),
  visible: z.boolean().optional().describe('Base wire shape only: whether any part is visible.'),
  reasoning: z.string().optional().describe('Base wire shape only: the reasoning text.'),
  reasoningSignature: z.string().optional().describe('Read from old clients, never sent.'),
});
export type ChatMessage = Omit<z.infer<typeof chatMessageSchema>, 'parts'> & { parts: MessagePart[] };
