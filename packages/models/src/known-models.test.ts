import { expect, test } from 'vitest';
import { contextWindow, knownModels } from './known-models.ts';

test('a known model has its window, an unknown one 128,000', () => {
  expect(contextWindow('anthropic/claude-haiku-4-5')).toBe(200_000);
  expect(contextWindow('ollama/llama3.2:3b')).toBe(128_000);
  expect(contextWindow('')).toBe(128_000);
  expect(contextWindow('no-slash')).toBe(128_000);
});

test('a dated or suffixed name counts as the model it extends', () => {
  expect(contextWindow('anthropic/claude-haiku-4-5-20251001')).toBe(200_000);
  expect(contextWindow('openai/gpt-4.1-2025-04-14')).toBe(1_047_576);
  expect(contextWindow('openrouter/anthropic/claude-sonnet-4.6:beta')).toBe(1_000_000);
});

test('the offline model comes first and can do everything the engine asks for', () => {
  expect(knownModels[0]).toMatchObject({
    id: 'offline/default',
    name: 'Offline rules',
    capabilities: ['text', 'tools', 'reasoning', 'structured-output'],
  });
});
