import type { ThinkingLevel } from '@octavus/core';
import type { ClaudeTraits } from './anthropic-models.ts';

/** Tokens to think with, where a provider counts them (runtime-semantics.md 6.6: Anthropic up to 4.5, OpenRouter). */
export const thinkingBudgets: { readonly [Level in ThinkingLevel]: number } = {
  low: 5_000,
  medium: 10_000,
  high: 20_000,
  max: 40_000,
};

/** Room for the answer itself beside the thinking. */
const answerReserve = 4_096;

/** What a Claude model may think with: Anthropic refuses a budget that its output limit does not exceed. */
export function claudeBudget(level: ThinkingLevel, { maxOutputTokens }: ClaudeTraits): number {
  return Math.min(thinkingBudgets[level], (maxOutputTokens ?? Number.POSITIVE_INFINITY) - answerReserve);
}
