import { afterAll, describe, expect, test } from 'vitest';
import { recordRequests } from './record-requests.ts';
import { aRequest, bookingFormat, conversation, ordersTool, png, settings, weatherTool } from './requests.ts';

const recorder = await recordRequests();
afterAll(() => recorder[Symbol.asyncDispose]());
const { sent } = recorder;

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
