import { z } from 'zod';
import { jsonObjectSchema } from '../schema/json.ts';
import { openObject } from '../schema/open-object.ts';

/** The model began to write a worker's arguments. */
export const workerInputStartEventSchema = openObject({
  type: z.literal('worker-input-start'),
  workerId: z.string(),
  workerSlug: z.string(),
  description: z.string().optional(),
});
export type WorkerInputStartEvent = z.infer<typeof workerInputStartEventSchema>;

/** A piece of the JSON text of the input. */
export const workerInputDeltaEventSchema = openObject({
  type: z.literal('worker-input-delta'),
  workerId: z.string(),
  delta: z.string(),
});
export type WorkerInputDeltaEvent = z.infer<typeof workerInputDeltaEventSchema>;

export const workerInputReadyEventSchema = openObject({
  type: z.literal('worker-input-ready'),
  workerId: z.string(),
  input: jsonObjectSchema,
});
export type WorkerInputReadyEvent = z.infer<typeof workerInputReadyEventSchema>;

/** `input` is there with display `stream` and on standalone runs. */
export const workerStartEventSchema = openObject({
  type: z.literal('worker-start'),
  workerId: z.string(),
  workerSlug: z.string(),
  description: z.string().optional(),
  input: jsonObjectSchema.optional(),
});
export type WorkerStartEvent = z.infer<typeof workerStartEventSchema>;

/** An aborted worker has both `cancelled` and `error`, as older readers drop `cancelled`. */
export const workerResultEventSchema = openObject({
  type: z.literal('worker-result'),
  workerId: z.string(),
  output: z.unknown().optional(),
  error: z.string().optional(),
  cancelled: z.boolean().optional(),
});
export type WorkerResultEvent = z.infer<typeof workerResultEventSchema>;
