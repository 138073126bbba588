import type { ModelRequest, ModelSettings } from '@octavus/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RequestRecorder, recordRequests } from './record-requests.ts';
import { aRequest, collect, reasoningOf, settings, weatherTool } from './requests.ts';

let recorder: RequestRecorder;
beforeAll(async () => {
  recorder = await recordRequests();
});
afterAll(async () => {
  await recorder[Symbol.asyncDispose]();
});

type Sent = Awaited<ReturnType<RequestRecorder['sent']>>;
type Told = NonNullable<ModelSettings['thinking']> | 'unset';

const ask = (id: string, overrides: Partial<ModelSettings>, more: Partial<ModelRequest> = {}) =>
  recorder.sent(id, aRequest({ ...settings(overrides), ...more }));

/** The rows of the tables: models, where their setting is in a request, and what it is for low, medium, high, max, off and unset. */
const thinkingTable: readonly {
  readonly ids: readonly string[];
  readonly read: (body: Sent) => unknown;
  readonly said: { readonly [Level in Told]: unknown };
}[] = [
  {
    ids: ['anthropic/claude-opus-5', 'anthropic/claude-sonnet-4-6', 'anthropic/claude-opus-4-7-20260101'],
    read: ({ thinking, output_config }) => [thinking?.type, output_config?.effort],
    said: {
      low: ['adaptive', 'low'],
      medium: ['adaptive', 'medium'],
      high: ['adaptive', 'high'],
      max: ['adaptive', 'max'],
      off: ['disabled', undefined],
      unset: [undefined, undefined],
    },
  },
  {
    ids: ['anthropic/claude-opus-4-5', 'anthropic/claude-haiku-4-5', 'anthropic/claude-3-7-sonnet-latest'],
    read: ({ thinking }) => [thinking?.type, thinking?.budget_tokens],
    said: {
      low: ['enabled', 5_000],
      medium: ['enabled', 10_000],
      high: ['enabled', 20_000],
      max: ['enabled', 40_000],
      off: ['disabled', undefined],
      unset: [undefined, undefined],
    },
  },
  {
    ids: ['openai/gpt-5.6', 'openai/gpt-6'],
    read: ({ reasoning }) => reasoning?.effort,
    said: { low: 'low', medium: 'medium', high: 'high', max: 'max', off: expect.any(String), unset: undefined },
  },
  {
    ids: ['openai/gpt-5', 'openai/gpt-5.5', 'openai/o3'],
    read: ({ reasoning }) => reasoning?.effort,
    said: { low: 'low', medium: 'medium', high: 'high', max: 'high', off: expect.any(String), unset: undefined },
  },
  {
    ids: ['google/gemini-3-flash-preview', 'google/gemini-3.1-pro-preview'],
    read: ({ generationConfig: { thinkingConfig } }) => [
      thinkingConfig?.thinkingLevel,
      thinkingConfig?.includeThoughts,
    ],
    said: {
      low: ['low', true],
      medium: ['high', true],
      high: ['high', true],
      max: ['high', true],
      off: [expect.stringMatching(/^(?:low|minimal)$/), undefined],
      unset: [undefined, undefined],
    },
  },
  {
    ids: ['google/gemini-2.5-flash'],
    read: ({ generationConfig: { thinkingConfig } }) => thinkingConfig?.thinkingBudget,
    // The model’s maximum caps the last.
    said: { low: 1_024, medium: 8_192, high: 24_576, max: 24_576, off: 0, unset: undefined },
  },
  {
    ids: ['x-ai/grok-4.6'],
    read: ({ reasoning }) => reasoning?.effort,
    said: { low: 'low', medium: 'medium', high: 'high', max: 'xhigh', off: undefined, unset: undefined },
  },
  {
    ids: ['x-ai/grok-4.3', 'x-ai/grok-3-mini'],
    read: ({ reasoning }) => reasoning?.effort,
    said: { low: 'low', medium: 'medium', high: 'high', max: 'high', off: undefined, unset: undefined },
  },
  {
    ids: ['openrouter/openai/gpt-5.4', 'openrouter/anthropic/claude-sonnet-4.6', 'openrouter/qwen/qwen3'],
    read: ({ reasoning }) => reasoning,
    said: {
      low: { max_tokens: 5_000 },
      medium: { max_tokens: 10_000 },
      high: { max_tokens: 20_000 },
      max: { max_tokens: 40_000 },
      off: { enabled: false },
      unset: undefined,
    },
  },
  {
    // As runtime-semantics.md 6.6 has it; protocol-language.md 10.9 sends these nothing.
    ids: ['ollama/llama3.2', 'lab/m'],
    read: ({ reasoning_effort }) => reasoning_effort,
    said: { low: 'low', medium: 'medium', high: 'high', max: 'high', off: undefined, unset: undefined },
  },
  {
    ids: ['openai/gpt-4o', 'anthropic/claude-3-5-haiku-20241022', 'google/gemini-2.0-flash', 'x-ai/grok-4'],
    read: ({ reasoning, thinking, generationConfig }) => reasoning ?? thinking ?? generationConfig?.thinkingConfig,
    said: { low: undefined, medium: undefined, high: undefined, max: undefined, off: undefined, unset: undefined },
  },
];

describe('thinking', () => {
  const cases = thinkingTable.flatMap(({ ids, read, said }) =>
    ids.flatMap((id) => (Object.keys(said) as Told[]).map((level) => ({ id, level, read, expected: said[level] }))),
  );
  test.each(cases)('[proto.thinking] [rt.thinking.unset] $id at $level', async ({ id, level, read, expected }) => {
    const body = await ask(id, level === 'unset' ? {} : { thinking: level });
    expect(read(body)).toEqual(expected);
  });

  test.each(['low', 'medium', 'high', 'max', 'off', undefined] as const)(
    '[proto.thinking] [rt.thinking.offline] the offline model at %s',
    async (thinking) => {
      const resolved = recorder.models.resolve('offline/instant');
      if (!('model' in resolved)) throw new Error('not resolved');
      const request = aRequest(settings(thinking === undefined ? {} : { thinking }));
      const parts = await collect(resolved.model.stream(request, new AbortController().signal));
      expect(reasoningOf(parts) !== '').toBe(thinking !== undefined && thinking !== 'off');
    },
  );
});

describe('cache', () => {
  /** Everything of a request that is about caching. */
  const cacheOf = (body: Sent) => [
    ...(JSON.stringify(body).match(/"cache_control":\{[^}]*\}/g) ?? []),
    ...Object.entries(body).filter(([key]) => key.startsWith('prompt_cache')),
  ];
  const minutes = '"cache_control":{"type":"ephemeral"}';
  const anHour = '"cache_control":{"type":"ephemeral","ttl":"1h"}';
  const key = ['prompt_cache_key', 'session-1'];
  const claude = { auto: Array(3).fill(minutes), extended: Array(3).fill(anHour), off: [] };

  test.each([
    ['anthropic/claude-sonnet-4-6', claude],
    ['openrouter/anthropic/claude-sonnet-4.6', claude],
    [
      'openai/gpt-5.1',
      {
        auto: [key, ['prompt_cache_retention', 'in_memory']],
        extended: [key, ['prompt_cache_retention', '24h']],
        off: [],
      },
    ],
    ['google/gemini-2.5-flash', { auto: [], extended: [], off: [] }],
    ['x-ai/grok-4.6', { auto: [], extended: [], off: [] }],
    ['openrouter/openai/gpt-5.4', { auto: [], extended: [], off: [] }],
    ['ollama/m', { auto: [], extended: [], off: [] }],
    ['lab/m', { auto: [], extended: [], off: [] }],
  ])('[proto.cache] %s', async (id, expected) => {
    for (const cache of ['auto', 'extended', 'off'] as const) {
      const body = await ask(id, { cache }, { cacheKey: 'session-1', tools: [weatherTool] });
      expect([cache, cacheOf(body)]).toEqual([cache, expected[cache]]);
    }
  });
});

describe('speed', () => {
  const opus = ['opus-5', 'opus-4-8', 'opus-4.8', 'opus-4-7', 'opus-4-6', 'opus-4-6-20260205', 'opus-4-7@20260101'];
  const others = ['opus-4-5', 'opus-4-1', 'opus-50', 'sonnet-5', 'sonnet-4-6', 'haiku-4-5'];

  test.each(opus)('[rt.mapping.speed] claude-%s answers fast when asked to, and only then', async (name) => {
    expect((await ask(`anthropic/claude-${name}`, { speed: 'fast' })).speed).toBe('fast');
    expect(await ask(`anthropic/claude-${name}`, { speed: 'standard' })).not.toHaveProperty('speed');
  });

  test.each([
    ...others.map((name) => `anthropic/claude-${name}`),
    'openrouter/anthropic/claude-opus-4.8',
    'openai/gpt-5.4',
    'google/gemini-2.5-flash',
    'x-ai/grok-4.6',
    'ollama/m',
    'lab/m',
  ])('[rt.mapping.speed] %s is asked the same, fast or not', async (id) => {
    const { headers: _, ...fast } = await ask(id, { speed: 'fast' });
    const { headers: __, ...standard } = await ask(id, { speed: 'standard' });
    expect(fast).toEqual(standard);
  });
});
