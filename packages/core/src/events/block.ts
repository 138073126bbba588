import { z } from 'zod';
import { displayModeSchema } from '../display-mode.ts';
import { openObject } from '../schema/open-object.ts';

/** A visible block begins; hidden blocks are not announced. */
export const blockStartEventSchema = openObject({
  type: z.literal('block-start'),
  blockId: z.string().describe('Unique in the execution, stable across legs.'),
  blockName: z.string().describe('Key of the block in the protocol.'),
  blockType: z.string().describe('Value of the block key, such as next-message.'),
  display: displayModeSchema,
  description: z.string().optional().describe('The description; the title when display is title.'),
  outputToChat: z.boolean().optional().describe('On next-message: false when independent.'),
  thread: z.string().optional().describe('Absent for the main thread.'),
  workerId: z.string().optional(),
});
export type BlockStartEvent = z.infer<typeof blockStartEventSchema>;

export const blockEndEventSchema = openObject({
  type: z.literal('block-end'),
  blockId: z.string(),
  summary: z.string().optional(),
  workerId: z.string().optional(),
});
export type BlockEndEvent = z.infer<typeof blockEndEventSchema>;
