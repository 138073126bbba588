import { z } from 'zod';
import { jsonObjectBodySchema } from '../schema/json.ts';
import { optionalField } from '../schema/optional-field.ts';
import { dynamicToolSchemasBodySchema, toolResultsBodySchema } from './triggers.ts';

const startWorkerSchema = z.object({
  type: z.literal('start'),
  input: jsonObjectBodySchema.describe('Worker input; may be empty.'),
  dynamicToolSchemas: optionalField(dynamicToolSchemasBodySchema).describe('Kept for all continuations.'),
});

const continueWorkerSchema = z.object({
  type: z.literal('continue'),
  executionId: z.string().min(1).describe('From start of the paused stream.'),
  toolResults: toolResultsBodySchema,
});

/** `POST /api/agents/:id/execute` (HTTP spec 8). */
export const executeWorkerBodySchema = z.discriminatedUnion('type', [startWorkerSchema, continueWorkerSchema]);
export type ExecuteWorkerBody = z.infer<typeof executeWorkerBodySchema>;
