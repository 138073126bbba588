import type { ModelRequest } from '@octavus/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModels } from '../src/index.ts';
import { openProviderServer } from './provider-server.ts';
import { type RequestRecorder, recordRequests } from './record-requests.ts';
import { aRequest, collect, ordersTool, settings, weatherTool } from './requests.ts';

let recorder: RequestRecorder;
beforeAll(async () => {
  recorder = await recordRequests();
});
afterAll(async () => {
  await recorder[Symbol.asyncDispose]();
});
const sent = (id: string, request: ModelRequest) => recorder.sent(id, request);

const bookingFormat = {
  name: 'Booking',
  description: 'A booked room',
  isStrictCapable: true,
  schema: {
    type: 'object',
    properties: { room: { type: 'string' }, note: { type: 'string' } },
    required: ['room'],
    additionalProperties: false,
  },
} as const;

const conversation: ModelRequest['messages'] = [
  { role: 'user', content: [{ type: 'text', text: 'one' }] },
  { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
  { role: 'user', content: [{ type: 'text', text: 'three' }] },
  {
    role: 'assistant',
    content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'get-weather', input: { city: 'Rome' } }],
  },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', toolCallId: 'c1', toolName: 'get-weather', output: { kind: 'result', value: 'sun' } },
    ],
  },
];

const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);

describe('anthropic', () => {
  const model = 'anthropic/claude-sonnet-4-6';

  test('the Messages API is reached with its version, with or without it in the base URL', async () => {
    expect((await sent(model, aRequest())).path).toBe('/v1/messages');
  });

  test('[rt.mapping.max-output] [proto.view.max-output] the output limit is the model’s maximum, 8192 for a model that is not known', async () => {
    expect((await sent(model, aRequest())).max_tokens).toBe(128_000);
    expect((await sent('anthropic/someone-elses', aRequest())).max_tokens).toBe(8_192);
    expect((await sent(model, aRequest(settings({ maxOutputTokens: 99 })))).max_tokens).toBe(99);
  });

  test.each([
    ['claude-sonnet-4-6', 'max', { type: 'adaptive', display: 'summarized' }, 'max'],
    ['claude-opus-5', 'low', { type: 'adaptive', display: 'summarized' }, 'low'],
    ['claude-sonnet-4-5-20250929', 'low', { type: 'enabled', budget_tokens: 5_000 }, undefined],
    ['claude-haiku-4-5', 'max', { type: 'enabled', budget_tokens: 40_000 }, undefined],
    ['claude-opus-4-1', 'max', { type: 'enabled', budget_tokens: 27_904 }, undefined],
    ['claude-3-5-haiku-20241022', 'high', undefined, undefined],
    ['claude-sonnet-4-6', 'off', { type: 'disabled' }, undefined],
    ['claude-sonnet-4-6', undefined, undefined, undefined],
  ] as const)(
    '[rt.thinking.anthropic-adaptive] [rt.thinking.anthropic-budget] [rt.thinking.unset] [proto.thinking] %s thinks at %s',
    async (id, thinking, expected, effort) => {
      const body = await sent(`anthropic/${id}`, aRequest(settings({ thinking })));
      expect(body.thinking).toEqual(expected);
      expect(body.output_config?.effort).toBe(effort);
      if (body.thinking?.budget_tokens) expect(body.max_tokens).toBeGreaterThan(body.thinking.budget_tokens);
    },
  );

  test('[rt.thinking.anthropic-budget] a small output limit is raised above the budget to think with', async () => {
    const body = await sent(
      'anthropic/claude-haiku-4-5',
      aRequest(settings({ thinking: 'low', maxOutputTokens: 100 })),
    );
    expect(body.max_tokens).toBe(5_100);
  });

  test('[rt.thinking.unset] the temperature is sent, but not beside thinking, and not when it is off', async () => {
    expect((await sent(model, aRequest(settings({ temperature: 0.3 })))).temperature).toBe(0.3);
    expect((await sent(model, aRequest(settings({ temperature: 0.3, thinking: 'low' })))).temperature).toBeUndefined();
    expect((await sent(model, aRequest(settings({ temperature: 'off' })))).temperature).toBeUndefined();
  });

  test.each([
    ['auto', { type: 'ephemeral' }],
    ['extended', { type: 'ephemeral', ttl: '1h' }],
  ] as const)(
    '[rt.cache.anthropic] [proto.cache] cache %s marks tools, system and the last two user-side messages',
    async (cache, mark) => {
      const body = await sent(
        model,
        aRequest({
          ...settings({ cache }),
          system: ['a', 'b'],
          messages: conversation,
          tools: [weatherTool, ordersTool],
        }),
      );
      expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4);
      expect(body.tools.map((tool: { cache_control: unknown }) => tool.cache_control)).toEqual([undefined, mark]);
      expect(body.system.map((text: { cache_control: unknown }) => text.cache_control)).toEqual([undefined, mark]);
      expect(body.messages[2].content[0].cache_control).toEqual(mark);
      expect(body.messages[4].content[0].cache_control).toEqual(mark);
    },
  );

  test('[rt.cache.anthropic] cache off marks nothing', async () => {
    expect(
      JSON.stringify(await sent(model, aRequest({ ...settings({ cache: 'off' }), tools: [weatherTool] }))),
    ).not.toContain('cache_control');
  });

  test('structured output is native; withheld tools stay visible', async () => {
    const body = await sent(
      model,
      aRequest({ responseFormat: bookingFormat, tools: [weatherTool], toolChoice: 'none' }),
    );
    expect(body.output_config.format).toMatchObject({ type: 'json_schema' });
    expect(body.tools).toHaveLength(1);
    expect(body.tool_choice).toEqual({ type: 'none' });
  });

  test('provider tools and skills of the agent are added', async () => {
    const body = await sent(
      model,
      aRequest({
        providerOptions: {
          anthropic: {
            tools: { 'web-search': { display: 'name' } },
            skills: { pdf: { type: 'anthropic' }, mine: { type: 'custom', version: '3' } },
          },
        },
      }),
    );
    expect(body.tools.map(({ type }: { type: string }) => type)).toEqual([
      'web_search_20250305',
      'code_execution_20250825',
    ]);
    expect(body.container.skills).toEqual([
      { type: 'anthropic', skill_id: 'pdf', version: 'latest' },
      { type: 'custom', skill_id: 'mine', version: '3' },
    ]);
  });

  test('a thought goes back with its signature, a provider’s own call with its result', async () => {
    const body = await sent(
      model,
      aRequest({
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'hi' }] },
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'hm', providerMetadata: { anthropic: { signature: 'c2ln' } } },
              {
                type: 'tool-call',
                toolCallId: 's1',
                toolName: 'web-search',
                input: { query: 'x' },
                providerExecuted: true,
              },
              { type: 'tool-call', toolCallId: 's2', toolName: 'web-search', input: {}, providerExecuted: true },
            ],
          },
          {
            role: 'tool',
            content: [
              { type: 'tool-result', toolCallId: 's1', toolName: 'web-search', output: { kind: 'result', value: [] } },
              {
                type: 'tool-result',
                toolCallId: 's2',
                toolName: 'web-search',
                output: { kind: 'error', message: 'busy' },
              },
            ],
          },
          { role: 'user', content: [{ type: 'text', text: 'and?' }] },
        ],
        providerOptions: { anthropic: { tools: { 'web-search': {} } } },
      }),
    );
    expect(body.messages[1].content.map(({ type }: { type: string }) => type)).toEqual([
      'thinking',
      'server_tool_use',
      'web_search_tool_result',
      'server_tool_use',
      'web_search_tool_result',
    ]);
    expect(body.messages[1].content[4].content).toEqual({ type: 'web_search_tool_result_error', error_code: 'busy' });
    expect(body.messages[1].content[0].signature).toBe('c2ln');
    expect(body.messages[2].role).toBe('user');
  });

  test('images go out in user messages and in results of tools', async () => {
    const image = { type: 'file', mediaType: 'image/png', data: { bytes: png } } as const;
    const body = await sent(
      model,
      aRequest({
        messages: [
          {
            role: 'user',
            content: [{ type: 'text', text: 'see' }, image, { ...image, data: { url: 'https://example.com/a.png' } }],
          },
          { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'shoot', input: {} }] },
          {
            role: 'tool',
            content: [
              {
                type: 'tool-result',
                toolCallId: 'c1',
                toolName: 'shoot',
                output: { kind: 'result', value: { ok: true } },
                files: [image],
              },
            ],
          },
        ],
      }),
    );
    const [, first, second] = body.messages[0].content;
    expect(first.source).toMatchObject({ type: 'base64', media_type: 'image/png' });
    expect(second.source).toEqual({ type: 'url', url: 'https://example.com/a.png' });
    expect(JSON.stringify(body.messages[2])).toContain('"type":"image"');
  });
});

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

describe('openrouter', () => {
  test('[rt.thinking.openrouter] thinking is a number of tokens, off disables it, and a forbidden temperature is dropped', async () => {
    const on = await sent(
      'openrouter/anthropic/claude-sonnet-4.6',
      aRequest(settings({ thinking: 'high', temperature: 0.5 })),
    );
    expect(on).toMatchObject({ path: '/api/v1/chat/completions', reasoning: { max_tokens: 20_000 } });
    expect(on.temperature).toBeUndefined();
    const off = await sent('openrouter/qwen/qwen3', aRequest(settings({ thinking: 'off', temperature: 0.5 })));
    expect(off).toMatchObject({ reasoning: { enabled: false }, temperature: 0.5 });
    expect((await sent('openrouter/qwen/qwen3', aRequest())).reasoning).toBeUndefined();
  });

  test.each([
    ['low', { max_tokens: 5_000 }],
    ['medium', { max_tokens: 10_000 }],
    ['high', { max_tokens: 20_000 }],
    ['max', { max_tokens: 40_000 }],
    ['off', { enabled: false }],
    [undefined, undefined],
  ] as const)('[rt.thinking.openrouter] [proto.thinking] thinking %s', async (thinking, reasoning) => {
    for (const id of ['openai/gpt-5.4', 'anthropic/claude-sonnet-4.6', 'anthropic/claude-haiku-4.5', 'qwen/qwen3']) {
      expect((await sent(`openrouter/${id}`, aRequest(settings({ thinking })))).reasoning).toEqual(reasoning);
    }
  });

  test.each([
    ['claude-sonnet-4.6', 'high', 1_000, 21_000, 20_000],
    ['claude-haiku-4.5', 'max', 1_000, 41_000, 40_000],
    ['claude-haiku-4.5', 'max', 50_000, 64_000, 40_000],
    // This one says 32,000 tokens at most, thoughts included.
    ['claude-opus-4.1', 'max', 1_000, 28_904, 27_904],
    ['claude-haiku-4.5', 'max', undefined, undefined, 40_000],
    ['claude-haiku-4.5', 'off', 1_000, 1_000, undefined],
    ['claude-3.5-haiku', 'high', 1_000, 1_000, undefined],
  ] as const)(
    '[rt.thinking.openrouter] [rt.thinking.anthropic-budget] the output limit of %s at %s, %j, is raised above the budget',
    async (id, thinking, maxOutputTokens, limit, budget) => {
      const body = await sent(`openrouter/anthropic/${id}`, aRequest(settings({ thinking, maxOutputTokens })));
      expect([body.max_tokens, body.reasoning?.max_tokens]).toEqual([limit, budget]);
    },
  );

  test('[rt.cache.anthropic] Claude behind it gets cache marks, others none; the usage is asked for', async () => {
    const claude = await sent(
      'openrouter/anthropic/claude-sonnet-4.6',
      aRequest({ messages: conversation, tools: [weatherTool, ordersTool] }),
    );
    expect(JSON.stringify(claude.messages).match(/cache_control/g)).toHaveLength(3);
    expect(claude.tools).toMatchObject([
      { type: 'function', function: { name: 'get-weather', description: weatherTool.description } },
      { function: { name: 'search-orders', parameters: ordersTool.inputSchema }, cache_control: { type: 'ephemeral' } },
    ]);
    expect(claude.tools[0]).not.toHaveProperty('cache_control');
    expect(claude.tool_choice).toBe('auto');
    const other = await sent('openrouter/openai/gpt-5.4', aRequest({ messages: conversation }));
    expect(JSON.stringify(other)).not.toContain('"cache_control"');
    expect(other.usage).toEqual({ include: true });
  });

  test('families that take no schema are asked for JSON by prompt', async () => {
    const body = await sent('openrouter/qwen/qwen3', aRequest({ responseFormat: bookingFormat }));
    expect(body.response_format).toEqual({ type: 'json_object' });
    expect(JSON.stringify(body.messages[0])).toContain('JSON Schema');
  });
});

describe('Chat Completions servers', () => {
  test('[rt.thinking.compatible] system texts are one message, usage is asked for, thinking is an effort', async () => {
    const body = await sent(
      'lab/org/model',
      aRequest({ ...settings({ thinking: 'max', temperature: 1, maxOutputTokens: 50 }), system: ['a', ' ', 'b'] }),
    );
    expect(body).toMatchObject({
      path: '/v1/chat/completions',
      model: 'org/model',
      messages: [
        { role: 'system', content: 'a\n\nb' },
        { role: 'user', content: 'Hi' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      reasoning_effort: 'high',
      temperature: 1,
      max_tokens: 50,
    });
    expect(body.headers.authorization).toBeUndefined();
    expect((await sent('lab/m', aRequest(settings({ thinking: 'off' })))).reasoning_effort).toBeUndefined();
  });

  test('structured output: JSON mode and a prompt; on Ollama the schema; beside tools the prompt alone', async () => {
    const plain = await sent('lab/m', aRequest({ responseFormat: bookingFormat }));
    expect(plain.response_format).toEqual({ type: 'json_object' });
    expect(plain.messages[0].content).toContain('"room"');
    const ollama = await sent('ollama/llama3.2', aRequest({ responseFormat: bookingFormat }));
    expect(ollama.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'Booking', schema: { required: ['room'] } },
    });
    expect(ollama.messages[0].content).toBe('You are brief.');
    const withTools = await sent('ollama/llama3.2', aRequest({ responseFormat: bookingFormat, tools: [weatherTool] }));
    expect(withTools.response_format).toBeUndefined();
    expect(withTools.messages[0].content).toContain('JSON Schema');
  });

  test('calls, results and images of results keep their order', async () => {
    const image = { type: 'file', mediaType: 'image/png', data: { bytes: png } } as const;
    const body = await sent(
      'lab/m',
      aRequest({
        system: [],
        messages: [
          ...conversation,
          { role: 'user', content: [{ type: 'text', text: 'look' }, image] },
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'hm' },
              { type: 'tool-call', toolCallId: 'c2', toolName: 'shoot', input: {} },
            ],
          },
          {
            role: 'tool',
            content: [
              {
                type: 'tool-result',
                toolCallId: 'c2',
                toolName: 'shoot',
                output: { kind: 'error', message: 'dark' },
                files: [image],
              },
            ],
          },
        ],
      }),
    );
    expect(body.messages.map(({ role }: { role: string }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'tool',
      'user',
      'assistant',
      'tool',
      'user',
    ]);
    expect(body.messages[3]).toMatchObject({
      content: null,
      tool_calls: [{ id: 'c1', function: { arguments: '{"city":"Rome"}' } }],
    });
    expect(body.messages[6].reasoning_content).toBe('hm');
    expect(body.messages[7]).toEqual({ role: 'tool', tool_call_id: 'c2', content: 'dark' });
    expect(body.messages[8].content[1].image_url.url).toMatch(/^data:image\/png;base64,iVBOR/);
  });

  test('[rt.mapping.provider-options] options for one provider go to that provider only', async () => {
    const request = aRequest({ providerOptions: { lab: { seed: 7 }, anthropic: { metadata: {} } } });
    expect(await sent('lab/m', request)).toMatchObject({ seed: 7 });
    expect(await sent('ollama/m', request)).not.toHaveProperty('seed');
  });
});

test.each(['google/gemini-2.5-flash', 'x-ai/grok-4.3', 'openrouter/openai/gpt-5.4', 'ollama/m', 'lab/m'])(
  '[rt.cache.others] %s is told nothing about caches',
  async (id) => {
    const bodies = await Promise.all(
      (['auto', 'extended', 'off'] as const).map((cache) =>
        sent(id, aRequest({ ...settings({ cache }), cacheKey: 'session-1' })),
      ),
    );
    expect(JSON.stringify(bodies)).not.toContain('session-1');
    const [auto, ...others] = bodies.map(({ headers: _, ...body }) => body);
    for (const body of others) expect(body).toEqual(auto);
  },
);

test('[rt.log.secrets] a request described for the log holds no bytes and no key, for every provider', async () => {
  const key = { apiKey: 'secret-key' };
  const models = createModels({
    anthropic: key,
    openai: key,
    google: key,
    'x-ai': key,
    openrouter: key,
    compatible: { lab: { baseURL: 'http://h/v1', ...key } },
  });
  const file = { type: 'file', mediaType: 'image/png', data: { bytes: new Uint8Array(50_000) } } as const;
  for (const id of [
    'anthropic/a',
    'openai/a',
    'google/a',
    'x-ai/a',
    'openrouter/a',
    'ollama/a',
    'lab/a',
    'offline/a',
  ]) {
    const resolved = models.resolve(id);
    if (!('model' in resolved)) throw new Error(resolved.failure.message);
    const described = JSON.stringify(
      resolved.model.describeRequest(aRequest({ messages: [{ role: 'user', content: [file] }], tools: [weatherTool] })),
    );
    expect(described.length).toBeLessThan(3_000);
    expect(described).toContain('get-weather');
    expect(described).not.toContain('secret-key');
  }
});

test('a file with an address that is none fails the call, not the process', async () => {
  const file = { type: 'file', mediaType: 'image/png', data: { url: 'not a url' } } as const;
  const resolved = createModels({ anthropic: { apiKey: 'k', baseURL: recorder.url } }).resolve(
    'anthropic/claude-opus-5',
  );
  if (!('model' in resolved)) throw new Error('not configured');
  const request = aRequest({ messages: [{ role: 'user', content: [file] }] });
  const parts = await collect(resolved.model.stream(request, new AbortController().signal));
  expect(parts).toMatchObject([
    { type: 'error', failure: { errorType: 'validation_error', code: 'UNSUPPORTED_INPUT' } },
  ]);
});

describe('[rt.context.native-files] what a model says it reads, its provider is sent as bytes', () => {
  const types = { image: 'image/png', pdf: 'application/pdf', video: 'video/mp4' } as const;
  const ids = ['anthropic/claude-sonnet-4-6', 'openai/gpt-5.4', 'google/gemini-2.5-flash', 'x-ai/grok-4.6'];
  const others = [
    'openrouter/anthropic/claude-sonnet-4.6',
    'openrouter/google/gemini-2.5-flash',
    'ollama/llava',
    'lab/m',
  ];

  test.each([...ids, ...others])('%s', async (id) => {
    const resolved = recorder.models.resolve(id);
    const reads = 'model' in resolved ? (resolved.model.reads ?? []) : [];
    expect(reads.length).toBeGreaterThan(0);
    for (const kind of reads) {
      const file = { type: 'file', mediaType: types[kind], filename: 'fern', data: { bytes: png } } as const;
      const body = await sent(id, aRequest({ messages: [{ role: 'user', content: [file] }] }));
      expect(JSON.stringify(body)).toContain(Buffer.from(png).toString('base64'));
    }
  });
});
