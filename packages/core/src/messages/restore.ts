import { z } from 'zod';
import { optionalField } from '../schema/optional-field.ts';
import { requestObject } from '../schema/request-object.ts';
import { senderSchema } from './sender.ts';
import { todoItemSchema } from './todo.ts';
import { uiMessageJsonSchema } from './ui-message.ts';
import {
  uiFilePartSchema,
  uiObjectPartSchema,
  uiOperationPartSchema,
  uiReasoningPartSchema,
  uiSourceDocumentPartSchema,
  uiSourceUrlPartSchema,
  uiStepStartPartSchema,
  uiTextPartSchema,
  uiTodoPartSchema,
  uiToolCallPartSchema,
  uiWorkerPartSchema,
} from './ui-part.ts';

/** Most messages that one restore takes (HTTP spec 6.4). */
export const maxRestoreMessages = 2000;

const nestedPartSchema = z.discriminatedUnion('type', [
  requestObject(uiTextPartSchema),
  requestObject(uiReasoningPartSchema),
  requestObject(uiToolCallPartSchema),
  requestObject(uiOperationPartSchema),
  z.discriminatedUnion('sourceType', [requestObject(uiSourceUrlPartSchema), requestObject(uiSourceDocumentPartSchema)]),
  requestObject(uiFilePartSchema),
  requestObject(uiObjectPartSchema),
  requestObject(uiTodoPartSchema, { todos: z.array(requestObject(todoItemSchema)) }),
  requestObject(uiStepStartPartSchema),
]);

const partSchema = z.discriminatedUnion('type', [
  ...nestedPartSchema.options,
  requestObject(uiWorkerPartSchema, { parts: z.preprocess(dropUnknownParts, z.array(nestedPartSchema)) }),
]);

const createdAtSchema = z
  .union([z.string(), z.number()])
  .refine((value) => !Number.isNaN(new Date(value).getTime()), { error: 'Invalid date' })
  .transform((value) => new Date(value).toISOString());

/**
 * Messages that rebuild an expired session (HTTP spec 6.4): part types we do not know are dropped, malformed parts that we
 * know are an error, `createdAt` may be a string or epoch milliseconds and comes out as an RFC 3339 string.
 */
export const restoreMessagesSchema = z
  .array(
    requestObject(uiMessageJsonSchema, {
      parts: z.preprocess(dropUnknownParts, z.array(partSchema)),
      createdAt: createdAtSchema,
      sender: optionalField(requestObject(senderSchema)),
    }),
  )
  .max(maxRestoreMessages)
  .describe('Messages in the shape of format=ui.');

const knownTypes: ReadonlySet<unknown> = new Set([
  'text',
  'reasoning',
  'tool-call',
  'operation',
  'source',
  'file',
  'object',
  'todo',
  'step-start',
  'worker',
]);

function dropUnknownParts(parts: unknown): unknown {
  return Array.isArray(parts) ? parts.filter((part) => !hasUnknownType(part)) : parts;
}

function hasUnknownType(part: unknown): boolean {
  if (typeof part !== 'object' || part === null || !('type' in part)) return false;
  return typeof part.type === 'string' && !knownTypes.has(part.type);
}
