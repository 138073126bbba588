import { z } from 'zod';
import { displayModeSchema } from '../display-mode.ts';
import { jsonObjectSchema } from '../schema/json.ts';
import { openObject } from '../schema/open-object.ts';
import { fileInfoSchema } from './file-reference.ts';
import { sourceDocumentInfoSchema, sourceUrlInfoSchema } from './source-info.ts';
import { todoItemSchema } from './todo.ts';

export const uiPartStatusSchema = z.enum(['streaming', 'done']);
export type UIPartStatus = z.infer<typeof uiPartStatusSchema>;

export const uiToolCallStatusSchema = z.enum(['pending', 'running', 'done', 'error', 'cancelled']);
export type UIToolCallStatus = z.infer<typeof uiToolCallStatusSchema>;

export const uiOperationStatusSchema = z.enum(['running', 'done', 'cancelled']);
export type UIOperationStatus = z.infer<typeof uiOperationStatusSchema>;

export const uiObjectStatusSchema = z.enum(['streaming', 'done', 'error']);
export type UIObjectStatus = z.infer<typeof uiObjectStatusSchema>;

export const uiWorkerStatusSchema = z.enum(['running', 'done', 'error', 'cancelled']);
export type UIWorkerStatus = z.infer<typeof uiWorkerStatusSchema>;

const thread = z.string().optional().describe('Absent for the main thread.');

export const uiTextPartSchema = openObject({
  type: z.literal('text'),
  text: z.string(),
  status: uiPartStatusSchema,
  thread,
});
export type UITextPart = z.infer<typeof uiTextPartSchema>;

export const uiReasoningPartSchema = openObject({
  type: z.literal('reasoning'),
  text: z.string(),
  status: uiPartStatusSchema,
  thread,
  providerMetadata: jsonObjectSchema.optional(),
});
export type UIReasoningPart = z.infer<typeof uiReasoningPartSchema>;

export const uiToolCallPartSchema = openObject({
  type: z.literal('tool-call'),
  toolCallId: z.string(),
  toolName: z.string(),
  displayName: z.string().optional(),
  args: jsonObjectSchema,
  status: uiToolCallStatusSchema,
  result: z.unknown().optional(),
  error: z.string().optional(),
  display: displayModeSchema.optional(),
  providerMetadata: jsonObjectSchema.optional(),
  thread,
});
export type UIToolCallPart = z.infer<typeof uiToolCallPartSchema>;

export const uiOperationPartSchema = openObject({
  type: z.literal('operation'),
  operationId: z.string(),
  name: z.string(),
  operationType: z.string(),
  status: uiOperationStatusSchema,
  thread,
});
export type UIOperationPart = z.infer<typeof uiOperationPartSchema>;

export const uiSourceUrlPartSchema = openObject({ type: z.literal('source'), ...sourceUrlInfoSchema.shape, thread });
export type UISourceUrlPart = z.infer<typeof uiSourceUrlPartSchema>;

export const uiSourceDocumentPartSchema = openObject({
  type: z.literal('source'),
  ...sourceDocumentInfoSchema.shape,
  thread,
});
export type UISourceDocumentPart = z.infer<typeof uiSourceDocumentPartSchema>;

export const uiSourcePartSchema = z.discriminatedUnion('sourceType', [
  uiSourceUrlPartSchema,
  uiSourceDocumentPartSchema,
]);
export type UISourcePart = z.infer<typeof uiSourcePartSchema>;

export const uiFilePartSchema = openObject({ type: z.literal('file'), ...fileInfoSchema.shape, thread });
export type UIFilePart = z.infer<typeof uiFilePartSchema>;

export const uiObjectPartSchema = openObject({
  type: z.literal('object'),
  id: z.string(),
  typeName: z.string(),
  status: uiObjectStatusSchema,
  partial: z.unknown().optional(),
  object: z.unknown().optional(),
  error: z.string().optional(),
  thread,
});
export type UIObjectPart = z.infer<typeof uiObjectPartSchema>;

export const uiTodoPartSchema = openObject({
  type: z.literal('todo'),
  todos: z.array(todoItemSchema),
  status: uiPartStatusSchema,
  thread,
});
export type UITodoPart = z.infer<typeof uiTodoPartSchema>;

/** A boundary between two model steps; never rendered. */
export const uiStepStartPartSchema = openObject({ type: z.literal('step-start'), thread });
export type UIStepStartPart = z.infer<typeof uiStepStartPartSchema>;

/** Parts that a worker may hold: all but `worker`. */
export const uiNestedPartSchema = z.discriminatedUnion('type', [
  uiTextPartSchema,
  uiReasoningPartSchema,
  uiToolCallPartSchema,
  uiOperationPartSchema,
  uiSourcePartSchema,
  uiFilePartSchema,
  uiObjectPartSchema,
  uiTodoPartSchema,
  uiStepStartPartSchema,
]);
export type UINestedPart = z.infer<typeof uiNestedPartSchema>;

export const uiWorkerPartSchema = openObject({
  type: z.literal('worker'),
  workerId: z.string(),
  workerSlug: z.string(),
  description: z.string().optional(),
  input: jsonObjectSchema.optional(),
  parts: z.array(uiNestedPartSchema),
  output: z.unknown().optional(),
  error: z.string().optional(),
  status: uiWorkerStatusSchema,
  thread,
});
export type UIWorkerPart = z.infer<typeof uiWorkerPartSchema>;

/** A typed piece of a message as people see it (HTTP spec 4.3). */
export const uiMessagePartSchema = z.discriminatedUnion('type', [...uiNestedPartSchema.options, uiWorkerPartSchema]);
export type UIMessagePart = z.infer<typeof uiMessagePartSchema>;
