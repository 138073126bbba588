import { expect, test } from 'vitest';
import { estimateFee } from './prices.ts';

test('every kind of token has its price', () => {
  const usage = {
    inputTokens: 1_000_000,
    cachedInputTokens: 200_000,
    cachedWriteTokens: 100_000,
    outputTokens: 10_000,
  };
  expect(estimateFee('anthropic/claude-sonnet-4-5', usage)).toBeCloseTo(0.7 * 3 + 0.2 * 0.3 + 0.1 * 3.75 + 0.01 * 15);
  expect(estimateFee('openai/gpt-5-mini', usage)).toBeCloseTo(0.7 * 0.25 + 0.2 * 0.025 + 0.1 * 0.25 + 0.01 * 2);
});

test('the offline model costs nothing, and no use costs nothing', () => {
  expect(estimateFee('offline/default', { inputTokens: 9, outputTokens: 9 })).toBe(0);
  expect(estimateFee('openai/gpt-5-mini', {})).toBe(0);
});

test('a dated name is the same model, a longer one is another', () => {
  const usage = { outputTokens: 1_000_000 };
  expect(estimateFee('anthropic/claude-haiku-4-5-20251001', usage)).toBe(5);
  expect(estimateFee('openai/gpt-5-mini-2025-08-07', usage)).toBe(2);
  expect(estimateFee('openai/gpt-5-mini-high', usage)).toBeUndefined();
  expect(estimateFee('ollama/qwen3', usage)).toBeUndefined();
});
