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
  expect(estimateFee('openai/gpt-5', usage)).toBeCloseTo(0.7 * 1.25 + 0.2 * 0.125 + 0.1 * 1.25 + 0.01 * 10);
});

test('the offline model costs nothing, and no use costs nothing', () => {
  expect(estimateFee('offline/default', { inputTokens: 9, outputTokens: 9 })).toBe(0);
  expect(estimateFee('openai/gpt-4o', {})).toBe(0);
});

test('a dated name is the same model, a longer one is another', () => {
  const usage = { outputTokens: 1_000_000 };
  expect(estimateFee('anthropic/claude-haiku-4-5-20251001', usage)).toBe(5);
  expect(estimateFee('openai/gpt-4o-2024-08-06', usage)).toBe(10);
  expect(estimateFee('openai/gpt-5-pro', usage)).toBeUndefined();
  expect(estimateFee('ollama/qwen3', usage)).toBeUndefined();
});
