import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

export const reasoningStartEventSchema = openObject({
  type: z.literal('reasoning-start'),
  id: z.string(),
  workerId: z.string().optional(),
});
export type ReasoningStartEvent = z.infer<typeof reasoningStartEventSchema>;

export const reasoningDeltaEventSchema = openObject({
  type: z.literal('reasoning-delta'),
  id: z.string(),
  delta: z.string(),
  workerId: z.string().optional(),
});
export type ReasoningDeltaEvent = z.infer<typeof reasoningDeltaEventSchema>;

export const reasoningEndEventSchema = openObject({
  type: z.literal('reasoning-end'),
  id: z.string(),
  workerId: z.string().optional(),
});
export type ReasoningEndEvent = z.infer<typeof reasoningEndEventSchema>;
