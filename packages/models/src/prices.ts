import type { ModelUsage } from '@octavus/core';

/** USD per million tokens. */
interface Price {
  readonly input: number;
  /** Input that the provider had in its cache. */
  readonly cachedInput: number;
  /** Input that the provider put into its cache; absent: at the price of input. */
  readonly cacheWrite?: number;
  readonly output: number;
}

const free: Price = { input: 0, cachedInput: 0, output: 0 };

/** Cache reads at a tenth of the input price, writes for five minutes at five quarters of it. */
function claude(input: number, output: number): Price {
  return { input, cachedInput: input * 0.1, cacheWrite: input * 1.25, output };
}

function plain(input: number, cachedInput: number, output: number): Price {
  return { input, cachedInput, output };
}

/**
 * List prices of standard requests with prompts of up to 200,000 tokens; an estimate, not a bill. Longer prompts, one-hour cache writes
 * and regional endpoints cost more than it says.
 *
 * Source: the table of list prices that GitHub publishes (github/docs, data/tables/copilot/models-and-pricing.yml), read in November 2026.
 * A model that is not in it has no estimate: a wrong price is worse than none.
 */
const prices: ReadonlyMap<string, Price> = new Map([
  ['offline/default', free],
  ['offline/instant', free],
  ['anthropic/claude-opus-5', claude(5, 25)],
  ['anthropic/claude-opus-4-8', claude(5, 25)],
  ['anthropic/claude-opus-4-7', claude(5, 25)],
  ['anthropic/claude-opus-4-6', claude(5, 25)],
  ['anthropic/claude-opus-4-5', claude(5, 25)],
  ['anthropic/claude-sonnet-4-6', claude(3, 15)],
  ['anthropic/claude-sonnet-4-5', claude(3, 15)],
  ['anthropic/claude-haiku-4-5', claude(1, 5)],
  ['openai/gpt-5.5', plain(5, 0.5, 30)],
  ['openai/gpt-5.4', plain(2.5, 0.25, 15)],
  ['openai/gpt-5.4-mini', plain(0.75, 0.075, 4.5)],
  ['openai/gpt-5-mini', plain(0.25, 0.025, 2)],
  ['google/gemini-3.1-pro-preview', plain(2, 0.2, 12)],
]);

/** `-20251001` or `-2025-10-01`: the same model, dated. A longer name may be another, dearer model. */
const dateSuffix = /-\d{4}-?\d{2}-?\d{2}$/;

/**
 * What a provider charges for so much use of a model, by its list prices.
 *
 * @param modelId `provider/model-id`.
 * @returns USD; `undefined` for a model whose price is not known.
 */
export function estimateFee(modelId: string, usage: ModelUsage): number | undefined {
  const price = prices.get(modelId) ?? prices.get(modelId.replace(dateSuffix, ''));
  if (!price) return undefined;
  const { inputTokens = 0, cachedInputTokens = 0, cachedWriteTokens = 0, outputTokens = 0 } = usage;
  const freshTokens = Math.max(0, inputTokens - cachedInputTokens - cachedWriteTokens);
  const fee =
    freshTokens * price.input +
    cachedInputTokens * price.cachedInput +
    cachedWriteTokens * (price.cacheWrite ?? price.input) +
    outputTokens * price.output;
  return fee / 1_000_000;
}
