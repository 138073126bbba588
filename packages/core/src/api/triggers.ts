import { z } from 'zod';
import { fileReferenceSchema } from '../messages/file-reference.ts';
import { toolSchemaSchema } from '../messages/tool-schema.ts';
import { jsonObjectBodySchema, jsonValueBodySchema } from '../schema/json.ts';
import { optionalField } from '../schema/optional-field.ts';
import { requestObject } from '../schema/request-object.ts';

/** Limits of a trigger or continuation (HTTP spec 6.6); lengths in characters. */
export const triggerLimits = {
  toolResults: 256,
  dynamicTools: 512,
  senderId: 256,
  senderName: 256,
  senderImage: 2048,
  idempotencyKey: 255,
} as const;

export const fileReferenceBodySchema = requestObject(fileReferenceSchema);

export const senderBodySchema = z.object({
  id: optionalField(z.string().max(triggerLimits.senderId)),
  name: optionalField(z.string().max(triggerLimits.senderName)),
  image: optionalField(z.string().max(triggerLimits.senderImage)).describe('Address of a picture.'),
});

/** What clients echo besides these fields is never trusted, so it is not read. */
export const toolResultBodySchema = z.object({
  toolCallId: z.string().describe('The pending call this answers.'),
  toolName: optionalField(z.string()),
  result: jsonValueBodySchema.optional().describe('What the tool returned.'),
  error: optionalField(z.string()).describe('Why the tool failed; wins over the result.'),
  files: optionalField(z.array(fileReferenceBodySchema)).describe('Files the tool produced.'),
});
export type ToolResultBody = z.output<typeof toolResultBodySchema>;

const toolSchemaBodySchema = requestObject(toolSchemaSchema, {
  description: z
    .string()
    .nullish()
    .transform((text) => text ?? ''),
});

export const toolResultsBodySchema = z.array(toolResultBodySchema).min(1).max(triggerLimits.toolResults);

export const dynamicToolSchemasBodySchema = z.array(toolSchemaBodySchema).max(triggerLimits.dynamicTools);

const triggerFields = {
  input: optionalField(jsonObjectBodySchema).describe('Trigger input.'),
  sender: optionalField(senderBodySchema).describe('Author of the turn.'),
  dynamicToolSchemas: optionalField(dynamicToolSchemasBodySchema).describe("Tools in the caller's process."),
};

const triggerOrContinuationSchema = z.object({
  triggerName: optionalField(z.string().min(1)).describe('Declared in the protocol; required for a trigger.'),
  ...triggerFields,
  executionId: optionalField(z.string().min(1)).describe('From start of the paused stream; makes this a continuation.'),
  toolResults: optionalField(toolResultsBodySchema).describe('Required for a continuation.'),
  rollbackAfterMessageId: z
    .string()
    .nullable()
    .optional()
    .describe('History is cut after this message; null cuts everything, absent keeps it.'),
});
type TriggerOrContinuation = z.output<typeof triggerOrContinuationSchema>;

/** A trigger that passed the checks of its body. */
export interface TriggerRequest
  extends Pick<TriggerOrContinuation, 'input' | 'sender' | 'dynamicToolSchemas' | 'rollbackAfterMessageId'> {
  kind: 'trigger';
  triggerName: string;
}

/** The results for a paused execution; without `executionId` the session's only waiting one is meant. */
export interface ContinuationRequest extends Pick<TriggerOrContinuation, 'executionId' | 'dynamicToolSchemas'> {
  kind: 'continuation';
  toolResults: NonNullable<TriggerOrContinuation['toolResults']>;
}

/**
 * `POST /api/agent-sessions/:id/trigger` (HTTP spec 6.6).
 *
 * Decides first which of its two jobs the body asks for and reads only that job's fields, because clients repeat the
 * trigger's fields on each continuation and none of them may be applied twice.
 *
 * @returns a `TriggerRequest` or a `ContinuationRequest`.
 */
export const triggerBodySchema = z
  .preprocess(keepFieldsOfJob, triggerOrContinuationSchema.superRefine(checkJob))
  .transform(toRequest);
export type TriggerBody = z.output<typeof triggerBodySchema>;

/** `POST /api/agent-sessions/start` (HTTP spec 6.8). */
export const startSessionBodySchema = z.object({
  agentId: z.string().min(1).describe('Id of the agent, or its slug.'),
  input: optionalField(jsonObjectBodySchema).describe('Session input.'),
  idempotencyKey: optionalField(z.string().min(1).max(triggerLimits.idempotencyKey)).describe(
    'A later request with the same key never makes a second session.',
  ),
  trigger: z.object({ triggerName: z.string().min(1).describe('Declared in the protocol.'), ...triggerFields }),
});
export type StartSessionBody = z.output<typeof startSessionBodySchema>;

function isContinuation(body: { executionId?: unknown; toolResults?: unknown }): boolean {
  if (typeof body.executionId === 'string' && body.executionId !== '') return true;
  return Array.isArray(body.toolResults) && body.toolResults.length > 0;
}

function keepFieldsOfJob(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  if (!isContinuation(body)) return { ...body, executionId: undefined, toolResults: undefined };
  const { executionId, toolResults, dynamicToolSchemas } = body as Record<string, unknown>;
  return { executionId: executionId === '' ? undefined : executionId, toolResults, dynamicToolSchemas };
}

function checkJob(body: TriggerOrContinuation, context: z.RefinementCtx): void {
  if (body.executionId !== undefined && !body.toolResults) {
    context.addIssue({ code: 'custom', path: ['toolResults'], message: 'Required to continue an execution' });
  } else if (!body.toolResults && body.triggerName === undefined) {
    context.addIssue({ code: 'custom', path: ['triggerName'], message: 'Required' });
  }
}

function toRequest(body: TriggerOrContinuation): TriggerRequest | ContinuationRequest {
  const {
    triggerName = '',
    input,
    sender,
    dynamicToolSchemas,
    rollbackAfterMessageId,
    executionId,
    toolResults,
  } = body;
  return toolResults
    ? { kind: 'continuation', executionId, toolResults, dynamicToolSchemas }
    : { kind: 'trigger', triggerName, input, sender, dynamicToolSchemas, rollbackAfterMessageId };
}
