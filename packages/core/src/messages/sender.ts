import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** Author of a user turn, as the application names it. */
export const senderSchema = openObject({
  id: z.string().optional(),
  name: z.string().optional(),
  image: z.string().optional().describe('Address of a picture.'),
});
export type Sender = z.infer<typeof senderSchema>;
