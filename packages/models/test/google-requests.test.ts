import { afterAll, describe, expect, test } from 'vitest';
import { recordRequests } from './record-requests.ts';
import { aRequest, bookingFormat, settings, weatherTool } from './requests.ts';

const recorder = await recordRequests();
afterAll(() => recorder[Symbol.asyncDispose]());
const { sent } = recorder;

describe('google', () => {
  test.each([
    ['gemini-2.5-pro', 'max', { thinkingBudget: 32_768, includeThoughts: true }],
    ['gemini-2.5-flash', 'low', { thinkingBudget: 1_024, includeThoughts: true }],
    ['gemini-2.5-flash', 'off', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'off', { thinkingBudget: 128 }],
    ['gemini-3-flash-preview', 'low', { thinkingLevel: 'low', includeThoughts: true }],
    ['gemini-3-flash-preview', 'medium', { thinkingLevel: 'high', includeThoughts: true }],
    ['gemini-3.1-pro-preview', 'off', { thinkingLevel: 'low' }],
    ['gemini-2.0-flash', 'high', undefined],
    ['gemma-3-27b-it', 'high', undefined],
    ['gemini-2.5-flash', undefined, undefined],
  ] as const)('[rt.thinking.google-level] [rt.thinking.google-budget] %s at %s', async (id, thinking, expected) => {
    const body = await sent(`google/${id}`, aRequest(settings({ thinking })));
    expect(body.generationConfig.thinkingConfig).toEqual(expected);
  });

  test('the stream is asked for as events, structured output by schema', async () => {
    const body = await sent('google/gemini-2.5-flash', aRequest({ responseFormat: bookingFormat }));
    expect(body.path).toBe('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
    expect(body.generationConfig).toMatchObject({ responseMimeType: 'application/json' });
    expect(JSON.stringify(body.generationConfig.responseJsonSchema)).toContain('"room"');
  });

  test.each([
    ['google/gemini-2.5-pro', false],
    ['google/gemini-3.1-pro-preview', true],
    ['openrouter/google/gemini-2.5-flash', false],
  ])('beside tools %s is asked for structured output by prompt alone, unless it takes both', async (id, takesBoth) => {
    const body = await sent(id, aRequest({ responseFormat: bookingFormat, tools: [weatherTool] }));
    const hasFormat = 'response_format' in body || 'responseMimeType' in (body.generationConfig ?? {});
    expect(hasFormat).toBe(takesBoth);
    expect(JSON.stringify(body).includes('It must fit this JSON Schema')).toBe(!takesBoth);
  });
});

describe('x-ai', () => {
  test.each([
    ['grok-4.6', 'max', 'xhigh'],
    ['grok-4.3', 'max', 'high'],
    ['grok-4.3', 'low', 'low'],
    ['grok-4.3', 'off', undefined],
    ['grok-4', 'high', undefined],
    ['grok-4-fast-reasoning', 'high', undefined],
    ['grok-4.20-reasoning', 'high', undefined],
    ['grok-code-fast-1', 'high', undefined],
  ] as const)('[rt.thinking.x-ai] %s at %s has effort %s', async (id, thinking, effort) => {
    const body = await sent(`x-ai/${id}`, aRequest(settings({ thinking })));
    expect(body.reasoning?.effort).toBe(effort);
    expect(body).toMatchObject({ path: '/v1/responses', store: false });
  });

  test('a schema with free parts is asked for by prompt', async () => {
    const body = await sent(
      'x-ai/grok-4.3',
      aRequest({ responseFormat: { ...bookingFormat, isStrictCapable: false } }),
    );
    expect(body.text.format).toEqual({ type: 'json_object' });
    expect(JSON.stringify(body.input)).toContain('JSON Schema');
  });
});
