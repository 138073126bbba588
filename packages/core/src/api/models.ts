import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** `GET /api/models` (HTTP spec 12). */
export const listModelsResponseSchema = openObject({
  providers: z.array(openObject({ id: z.string(), configured: z.boolean() })),
  models: z.array(
    openObject({
      id: z.string().describe('provider/model-id.'),
      provider: z.string(),
      name: z.string(),
      capabilities: z.array(z.string()),
    }),
  ),
});
export type ListModelsResponse = z.infer<typeof listModelsResponseSchema>;
