import { afterAll, describe, expect, test } from 'vitest';
import { createModels } from '../src/index.ts';
import { openProviderServer } from './provider-server.ts';
import { recordRequests } from './record-requests.ts';
import { aRequest, bookingFormat, collect, ordersTool, settings, weatherTool } from './requests.ts';

const recorder = await recordRequests();
afterAll(() => recorder[Symbol.asyncDispose]());
const { sent } = recorder;

describe('openai', () => {
  test('nothing is stored, reasoning comes back encrypted', async () => {
    const body = await sent('openai/gpt-5.4', aRequest(settings({ thinking: 'medium' })));
    expect(body).toMatchObject({ path: '/v1/responses', store: false, include: ['reasoning.encrypted_content'] });
    expect(body.reasoning).toEqual({ effort: 'medium', summary: 'auto' });
  });

  test.each([
    ['gpt-5.6', 'max', 'max'],
    ['gpt-5.4', 'max', 'high'],
    ['gpt-5', 'off', 'minimal'],
    ['gpt-5.1', 'off', 'none'],
    ['o3', 'off', 'low'],
    ['o4-mini', 'low', 'low'],
    ['gpt-5-pro', 'low', 'high'],
    ['gpt-5.3-codex', 'off', 'low'],
    ['gpt-4o', 'high', undefined],
    ['gpt-5-chat-latest', 'high', undefined],
    ['gpt-5.4', undefined, undefined],
  ] as const)('[rt.thinking.openai] %s at %s has effort %s', async (id, thinking, effort) => {
    expect((await sent(`openai/${id}`, aRequest(settings({ thinking })))).reasoning?.effort).toBe(effort);
  });

  test.each([
    ...['gpt-4.1', 'gpt-4.1-2025-04-14', 'gpt-5', 'gpt-5-codex', 'gpt-5.1', 'gpt-5.4-pro'].flatMap(
      (id) =>
        [
          [id, 'auto', { prompt_cache_key: 'session', prompt_cache_retention: 'in_memory' }],
          [id, 'extended', { prompt_cache_key: 'session', prompt_cache_retention: '24h' }],
          [id, 'off', {}],
        ] as const,
    ),
    // It has no other retention than that of 24 hours.
    ['gpt-5.5', 'auto', { prompt_cache_key: 'session' }],
    ['gpt-5.5', 'extended', { prompt_cache_key: 'session', prompt_cache_retention: '24h' }],
    ['gpt-5.5', 'off', {}],
    // These have lifetimes, of which this is the longest.
    ...['gpt-5.6', 'gpt-5.6-mini', 'gpt-6'].flatMap(
      (id) =>
        [
          [id, 'auto', { prompt_cache_key: 'session' }],
          [id, 'extended', { prompt_cache_key: 'session', prompt_cache_options: { ttl: '12h' } }],
          [id, 'off', {}],
        ] as const,
    ),
    // These refuse to be told, and keep prompts in memory.
    ...['gpt-4o', 'gpt-4.1-mini', 'gpt-5-nano', 'gpt-5.1-codex-mini', 'o3', 'o4-mini'].flatMap(
      (id) =>
        [
          [id, 'auto', { prompt_cache_key: 'session' }],
          [id, 'extended', { prompt_cache_key: 'session' }],
          [id, 'off', {}],
        ] as const,
    ),
  ] as const)('[rt.cache.openai] [proto.cache] %s with cache %s', async (id, cache, expected) => {
    const body = await sent(`openai/${id}`, aRequest({ ...settings({ cache }), cacheKey: 'session' }));
    const cacheOptions = Object.fromEntries(Object.entries(body).filter(([key]) => key.startsWith('prompt_cache')));
    expect(cacheOptions).toEqual(expected);
  });

  test('strict tools require every property; a tool that is not strict-capable keeps its schema', async () => {
    const body = await sent(
      'openai/gpt-5.4',
      aRequest({ tools: [weatherTool, { ...ordersTool, isStrictCapable: false }] }),
    );
    expect(body.tools[0]).toMatchObject({ strict: true, parameters: { required: ['city', 'units'] } });
    expect(body.tools[1]).toMatchObject({ strict: false, parameters: { required: ['email'] } });
  });

  test('null for an optional argument is dropped from the finished call', async () => {
    const input = '{"city":"Rome","units":null}';
    const events = [
      { type: 'response.created', response: { id: 'r', created_at: 1, model: 'gpt-5.4' } },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'function_call', id: 'f', call_id: 'c', name: 'get-weather', arguments: '' },
      },
      { type: 'response.function_call_arguments.delta', item_id: 'f', output_index: 0, delta: input },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: {
          type: 'function_call',
          id: 'f',
          call_id: 'c',
          name: 'get-weather',
          arguments: input,
          status: 'completed',
        },
      },
      { type: 'response.completed', response: { usage: { input_tokens: 1, output_tokens: 1 } } },
    ];
    await using own = await openProviderServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    });
    const resolved = createModels({ openai: { apiKey: 'k', baseURL: own.url } }).resolve('openai/gpt-5.4');
    if (!('model' in resolved)) throw new Error('not configured');
    const parts = await collect(
      resolved.model.stream(aRequest({ tools: [weatherTool] }), new AbortController().signal),
    );
    expect(parts.find(({ type }) => type === 'tool-call')).toMatchObject({ input: '{"city":"Rome"}' });
  });

  test('structured output is strict where the schema allows it', async () => {
    const body = await sent('openai/gpt-5.4', aRequest({ responseFormat: bookingFormat }));
    expect(body.text.format).toMatchObject({
      type: 'json_schema',
      name: 'Booking',
      strict: true,
      schema: { required: ['room', 'note'] },
    });
    const open = { ...bookingFormat, isStrictCapable: false };
    const loose = await sent('openai/gpt-5.4', aRequest({ responseFormat: open }));
    expect(loose.text.format).toMatchObject({ strict: false, schema: { required: ['room'] } });
  });

  test('a thought goes back encrypted', async () => {
    const body = await sent(
      'openai/gpt-5.4',
      aRequest({
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'hi' }] },
          {
            role: 'assistant',
            content: [
              {
                type: 'reasoning',
                text: 'hm',
                providerMetadata: { openai: { itemId: 'rs_1', reasoningEncryptedContent: 'b3BhcXVl' } },
              },
              { type: 'text', text: 'hello' },
            ],
          },
          { role: 'user', content: [{ type: 'text', text: 'and?' }] },
        ],
      }),
    );
    expect(JSON.stringify(body.input)).toContain('"encrypted_content":"b3BhcXVl"');
  });
});
