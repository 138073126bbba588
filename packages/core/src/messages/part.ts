import { z } from 'zod';
import { displayModeSchema } from '../display-mode.ts';
import { jsonObjectSchema } from '../schema/json.ts';
import { openObject } from '../schema/open-object.ts';
import { fileInfoSchema } from './file-reference.ts';
import { providerMetadataSchema } from './provider-metadata.ts';
import { sourceInfoSchema } from './source-info.ts';
import { todoInfoSchema } from './todo.ts';

/** `pending`: arguments are arriving; `streaming`: called, no result yet; `available`: has a result; `error`: has an error. */
export const toolCallStatusSchema = z.enum(['pending', 'streaming', 'available', 'error']);
export type ToolCallStatus = z.infer<typeof toolCallStatusSchema>;

export const toolCallInfoSchema = openObject({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  arguments: jsonObjectSchema,
  status: toolCallStatusSchema,
  result: z.unknown().optional(),
  error: z.string().optional(),
  display: displayModeSchema.optional(),
  providerMetadata: providerMetadataSchema.optional(),
});
export type ToolCallInfo = z.infer<typeof toolCallInfoSchema>;

/** A block's work that people see as one line, such as "Saving your plan". */
export const operationInfoSchema = openObject({ id: z.string(), name: z.string(), operationType: z.string() });
export type OperationInfo = z.infer<typeof operationInfoSchema>;

/** A value of a protocol type, from structured output or from the user. */
export const objectInfoSchema = openObject({ id: z.string(), typeName: z.string(), value: z.unknown() });
export type ObjectInfo = z.infer<typeof objectInfoSchema>;

const partBase = {
  visible: z.boolean().describe('Whether people see the part.'),
  thread: z.string().optional().describe('Absent for the main thread.'),
  providerMetadata: providerMetadataSchema.optional(),
};

export const textPartSchema = openObject({ type: z.literal('text'), content: z.string(), ...partBase });
export type TextPart = z.infer<typeof textPartSchema>;

export const reasoningPartSchema = openObject({ type: z.literal('reasoning'), content: z.string(), ...partBase });
export type ReasoningPart = z.infer<typeof reasoningPartSchema>;

export const toolCallPartSchema = openObject({
  type: z.literal('tool-call'),
  toolCall: toolCallInfoSchema,
  ...partBase,
});
export type ToolCallPart = z.infer<typeof toolCallPartSchema>;

export const stepStartPartSchema = openObject({ type: z.literal('step-start'), ...partBase });
export type StepStartPart = z.infer<typeof stepStartPartSchema>;

export const operationPartSchema = openObject({
  type: z.literal('operation'),
  operation: operationInfoSchema,
  ...partBase,
});
export type OperationPart = z.infer<typeof operationPartSchema>;

export const sourcePartSchema = openObject({ type: z.literal('source'), source: sourceInfoSchema, ...partBase });
export type SourcePart = z.infer<typeof sourcePartSchema>;

export const filePartSchema = openObject({ type: z.literal('file'), file: fileInfoSchema, ...partBase });
export type FilePart = z.infer<typeof filePartSchema>;

export const objectPartSchema = openObject({ type: z.literal('object'), object: objectInfoSchema, ...partBase });
export type ObjectPart = z.infer<typeof objectPartSchema>;

export const todoPartSchema = openObject({ type: z.literal('todo'), todo: todoInfoSchema, ...partBase });
export type TodoPart = z.infer<typeof todoPartSchema>;

/** Parts that a worker's nested list may hold: all but `worker` and `step-start`. */
export const nestedPartSchema = z.discriminatedUnion('type', [
  textPartSchema,
  reasoningPartSchema,
  toolCallPartSchema,
  operationPartSchema,
  sourcePartSchema,
  filePartSchema,
  objectPartSchema,
  todoPartSchema,
]);

export const workerPartInfoSchema = openObject({
  workerId: z.string(),
  workerSlug: z.string(),
  description: z.string().optional(),
  input: jsonObjectSchema.optional(),
  nestedParts: z.array(nestedPartSchema),
  output: z.unknown().optional(),
  error: z.string().optional(),
  cancelled: z.boolean().optional(),
});
export type WorkerPartInfo = z.infer<typeof workerPartInfoSchema>;

export const workerPartSchema = openObject({ type: z.literal('worker'), worker: workerPartInfoSchema, ...partBase });
export type WorkerPart = z.infer<typeof workerPartSchema>;

/** A typed piece of a stored message (runtime spec 9.2). */
export const messagePartSchema = z.discriminatedUnion('type', [
  ...nestedPartSchema.options,
  stepStartPartSchema,
  workerPartSchema,
]);

export type MessagePartType = z.infer<typeof messagePartSchema>['type'];
type PayloadKey = 'content' | 'toolCall' | 'operation' | 'source' | 'file' | 'object' | 'worker' | 'todo';
type Single<Part> = Part extends unknown ? Part & { [Key in Exclude<PayloadKey, keyof Part>]?: undefined } : never;

/** Narrows on `type`; a payload of another type reads as `undefined`, so `part.toolCall?.name` needs no narrowing. */
export type MessagePart = Single<z.infer<typeof messagePartSchema>>;
export type NestedMessagePart = Single<z.infer<typeof nestedPartSchema>>;
