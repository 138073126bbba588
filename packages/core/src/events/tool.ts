import { z } from 'zod';
import { displayModeSchema } from '../display-mode.ts';
import { providerMetadataSchema } from '../messages/provider-metadata.ts';
import { toolResultSchema } from '../messages/tool-result.ts';
import { jsonObjectSchema } from '../schema/json.ts';
import { openObject } from '../schema/open-object.ts';

const workerId = z.string().optional();

/** Precedes every other event of its call. */
export const toolInputStartEventSchema = openObject({
  type: z.literal('tool-input-start'),
  toolCallId: z.string(),
  toolName: z.string(),
  title: z.string().optional().describe('Label for people.'),
  display: displayModeSchema.optional(),
  workerId,
});
export type ToolInputStartEvent = z.infer<typeof toolInputStartEventSchema>;

/** A piece of the JSON text of the arguments. */
export const toolInputDeltaEventSchema = openObject({
  type: z.literal('tool-input-delta'),
  toolCallId: z.string(),
  inputTextDelta: z.string(),
  workerId,
});
export type ToolInputDeltaEvent = z.infer<typeof toolInputDeltaEventSchema>;

export const toolInputEndEventSchema = openObject({
  type: z.literal('tool-input-end'),
  toolCallId: z.string(),
  workerId,
});
export type ToolInputEndEvent = z.infer<typeof toolInputEndEventSchema>;

/** The arguments are complete. The key `input` is always sent. */
export const toolInputAvailableEventSchema = openObject({
  type: z.literal('tool-input-available'),
  toolCallId: z.string(),
  toolName: z.string(),
  input: z.unknown(),
  workerId,
});
export type ToolInputAvailableEvent = z.infer<typeof toolInputAvailableEventSchema>;

/** A tool answered. The key `output` is always sent, `null` for nothing. */
export const toolOutputAvailableEventSchema = openObject({
  type: z.literal('tool-output-available'),
  toolCallId: z.string(),
  output: z.unknown(),
  workerId,
});
export type ToolOutputAvailableEvent = z.infer<typeof toolOutputAvailableEventSchema>;

/** A tool failed; the stream goes on. */
export const toolOutputErrorEventSchema = openObject({
  type: z.literal('tool-output-error'),
  toolCallId: z.string(),
  error: z.string(),
  workerId,
});
export type ToolOutputErrorEvent = z.infer<typeof toolOutputErrorEventSchema>;

/** A call that waits for its executor (stream spec 3.3). `args` is complete whatever the display mode. */
export const pendingToolCallSchema = openObject({
  toolCallId: z.string(),
  toolName: z.string(),
  args: jsonObjectSchema,
  source: z.enum(['llm', 'block']).optional(),
  outputVariable: z.string().optional().describe('Block calls with an output.'),
  blockIndex: z.number().optional().describe('Block calls: index in the handler, hidden blocks counted.'),
  thread: z.string().optional().describe('Absent for the main thread.'),
  workerId,
  providerMetadata: providerMetadataSchema.optional(),
});
export type PendingToolCall = z.infer<typeof pendingToolCallSchema>;

/** Every external call of a pausing step; at most one such event per leg. */
export const toolRequestEventSchema = openObject({
  type: z.literal('tool-request'),
  toolCalls: z.array(pendingToolCallSchema),
  workerId: workerId.describe('Set when all calls belong to that worker.'),
});
export type ToolRequestEvent = z.infer<typeof toolRequestEventSchema>;

/** Sent by the server SDK: the calls it has no handler for, with the results of the same batch it already has. */
export const clientToolRequestEventSchema = openObject({
  type: z.literal('client-tool-request'),
  executionId: z.string(),
  toolCalls: z.array(pendingToolCallSchema),
  serverToolResults: z.array(toolResultSchema).optional(),
});
export type ClientToolRequestEvent = z.infer<typeof clientToolRequestEventSchema>;
