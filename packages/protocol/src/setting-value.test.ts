import { expect, test } from 'vitest';
import { hasFastMode, isModelId } from './model-id.ts';
import { readSettingValue } from './setting-value.ts';

test.each([undefined, null, '', 'NONE'])('%j counts as not set', (value) => {
  expect(readSettingValue('model', value)).toEqual({ kind: 'unset' });
  expect(readSettingValue('temperature', value)).toEqual({ kind: 'unset' });
});

test.each([
  ['temperature', 0.5, 0.5],
  ['temperature', ' 1.5 ', 1.5],
  ['temperature', 'off', 'off'],
  ['temperature', 2.1, undefined],
  ['temperature', '0x1', undefined],
  ['temperature', true, undefined],
  ['thinking', 'max', 'max'],
  ['thinking', 'MAX', undefined],
  ['speed', 'fast', 'fast'],
  ['maxSteps', '12', 12],
  ['maxSteps', 4.0, 4],
  ['maxSteps', 0, undefined],
  ['maxSteps', 1.5, undefined],
  ['model', 'openrouter/anthropic/claude-opus-4.8-fast', 'openrouter/anthropic/claude-opus-4.8-fast'],
  ['model', 'gpt-5', undefined],
  ['model', 5, undefined],
  ['voice', 'marin', 'marin'],
  ['voice', '  ', undefined],
  ['language', {}, undefined],
] as const)('%s of %j is %j', (key, value, expected) => {
  const result = readSettingValue(key, value);
  expect(result).toEqual(expected === undefined ? { kind: 'invalid' } : { kind: 'value', value: expected });
});

test.each(['anthropic/claude-sonnet-4-5', 'ollama/llama3.2:1b', 'my-llm/a/b@1+c', 'a/B_c'])(
  '%s is a model id',
  (id) => {
    expect(isModelId(id)).toBe(true);
  },
);

test.each(['', 'a', '/a', 'a/', 'A/b', 'a//b', 'a/-b', 'a/b c', `a/${'b'.repeat(300)}`])('%j is no model id', (id) => {
  expect(isModelId(id)).toBe(false);
});

test('fast mode belongs to some Opus models of Anthropic', () => {
  expect(
    ['anthropic/claude-opus-4-8', 'anthropic/claude-opus-5', 'vercel/anthropic/claude-opus-4.6'].every(hasFastMode),
  ).toBe(true);
  expect(
    ['anthropic/claude-opus-4-5', 'openrouter/anthropic/claude-opus-4.8', 'anthropic/claude-opus-50'].some(hasFastMode),
  ).toBe(false);
});
