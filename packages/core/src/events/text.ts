import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** Opens a text. With `responseType` the deltas concatenate to one JSON object of that protocol type. */
export const textStartEventSchema = openObject({
  type: z.literal('text-start'),
  id: z.string(),
  responseType: z.string().optional(),
  workerId: z.string().optional(),
});
export type TextStartEvent = z.infer<typeof textStartEventSchema>;

export const textDeltaEventSchema = openObject({
  type: z.literal('text-delta'),
  id: z.string(),
  delta: z.string(),
  workerId: z.string().optional(),
});
export type TextDeltaEvent = z.infer<typeof textDeltaEventSchema>;

export const textEndEventSchema = openObject({
  type: z.literal('text-end'),
  id: z.string(),
  workerId: z.string().optional(),
});
export type TextEndEvent = z.infer<typeof textEndEventSchema>;
