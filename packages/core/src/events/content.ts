import { z } from 'zod';
import { fileReferenceSchema } from '../messages/file-reference.ts';
import { sourceDocumentInfoSchema, sourceUrlInfoSchema } from '../messages/source-info.ts';
import { todoItemSchema } from '../messages/todo.ts';
import { openObject } from '../schema/open-object.ts';

const workerId = z.string().optional();

export const sourceUrlEventSchema = openObject({
  type: z.literal('source'),
  ...sourceUrlInfoSchema.shape,
  workerId,
});
export type SourceUrlEvent = z.infer<typeof sourceUrlEventSchema>;

export const sourceDocumentEventSchema = openObject({
  type: z.literal('source'),
  ...sourceDocumentInfoSchema.shape,
  workerId,
});
export type SourceDocumentEvent = z.infer<typeof sourceDocumentEventSchema>;

export const sourceEventSchema = z.discriminatedUnion('sourceType', [sourceUrlEventSchema, sourceDocumentEventSchema]);
export type SourceEvent = z.infer<typeof sourceEventSchema>;

/** A file exists: made by a server-run tool or media block, or handed in with a tool result. */
export const fileAvailableEventSchema = openObject({
  type: z.literal('file-available'),
  ...fileReferenceSchema.pick({ id: true, mediaType: true, url: true, filename: true, size: true }).shape,
  toolCallId: z.string().optional(),
  workerId,
});
export type FileAvailableEvent = z.infer<typeof fileAvailableEventSchema>;

/** The whole task list as it stands. */
export const todoUpdateEventSchema = openObject({
  type: z.literal('todo-update'),
  todos: z.array(todoItemSchema),
  workerId,
});
export type TodoUpdateEvent = z.infer<typeof todoUpdateEventSchema>;

/** Data for the application, sent whatever the block's display mode. The key `value` is always sent. */
export const resourceUpdateEventSchema = openObject({
  type: z.literal('resource-update'),
  name: z.string(),
  value: z.unknown(),
});
export type ResourceUpdateEvent = z.infer<typeof resourceUpdateEventSchema>;
