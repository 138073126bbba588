import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

/** Fees in `currency`. Self-hosted: USD, all fees 0, `byok` true; the estimate only when every model's price is known. */
export const workerExecutionCostSchema = openObject({
  currency: z.string(),
  bandwidthFee: z.number(),
  providerFee: z.number(),
  totalFee: z.number(),
  byok: z.boolean(),
  estimatedProviderFee: z.number().optional(),
});
export type WorkerExecutionCost = z.infer<typeof workerExecutionCostSchema>;

/** Tokens summed over all steps. */
export const workerExecutionTokensSchema = openObject({
  inputTokens: z.number(),
  outputTokens: z.number(),
  totalTokens: z.number(),
});
export type WorkerExecutionTokens = z.infer<typeof workerExecutionTokensSchema>;

/** Last event of a successful standalone worker run; the only event that follows `finish`. */
export const usageEventSchema = openObject({
  type: z.literal('usage'),
  cost: workerExecutionCostSchema,
  tokens: workerExecutionTokensSchema,
});
export type UsageEvent = z.infer<typeof usageEventSchema>;
