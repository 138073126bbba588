import type { ThinkingLevel } from '@octavus/core';

/** Tokens to think with, where a provider counts them (runtime-semantics.md 6.6: Anthropic up to 4.5, OpenRouter). */
export const thinkingBudgets: { readonly [Level in ThinkingLevel]: number } = {
  low: 5_000,
  medium: 10_000,
  high: 20_000,
  max: 40_000,
};
