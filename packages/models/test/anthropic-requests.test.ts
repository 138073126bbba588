import { afterAll, describe, expect, test } from 'vitest';
import { recordRequests } from './record-requests.ts';
import { aRequest, bookingFormat, conversation, ordersTool, png, settings, weatherTool } from './requests.ts';

const recorder = await recordRequests();
afterAll(() => recorder[Symbol.asyncDispose]());
const { sent } = recorder;

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
