import { z } from 'zod';

/** Any JSON object: trigger input, tool arguments, variables. */
export const jsonObjectSchema = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof jsonObjectSchema>;
