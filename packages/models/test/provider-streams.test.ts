import { pipeline } from 'node:stream/promises';
import type { ModelRequest, ModelStreamPart } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { createModels, type ModelsConfig } from '../src/index.ts';
import { type Answer, openProviderServer, readEvents, streaming } from './provider-server.ts';
import { aRequest, collect, failureOf, textOf, weatherTool } from './requests.ts';

/** What comes out of one answer of a provider. */
async function read(
  id: string,
  answer: Answer,
  request: ModelRequest = aRequest({ tools: [weatherTool] }),
): Promise<ModelStreamPart[]> {
  await using server = await openProviderServer(answer);
  const key = { apiKey: 'k', baseURL: server.url };
  const config: ModelsConfig = {
    anthropic: key,
    openai: key,
    google: key,
    openrouter: key,
    compatible: { lab: { baseURL: server.url } },
  };
  const resolved = createModels(config).resolve(id);
  if (!('model' in resolved)) throw new Error(resolved.failure.message);
  return await collect(resolved.model.stream(request, new AbortController().signal));
}

describe('anthropic', () => {
  const model = 'anthropic/claude-sonnet-4-6';

  test('a thought ends with its signature, so that it can go back', async () => {
    const parts = await read(model, streaming(readEvents('anthropic', 'reasoning', 'named-events')));
    const metadata = parts.flatMap((part) =>
      'providerMetadata' in part && part.providerMetadata ? [part.providerMetadata] : [],
    );
    expect(metadata).toContainEqual({ anthropic: { signature: 'c2lnbmF0dXJl' } });
  });

  test('cache writes are counted and the answering model is named', async () => {
    const parts = await read(model, streaming(readEvents('anthropic', 'text', 'named-events')));
    expect(parts.at(-1)).toMatchObject({ usage: { cachedWriteTokens: 2 }, modelId: 'claude-sonnet-4-6' });
  });

  test('tools that it runs itself come with their results, and an interrupted answer says so', async () => {
    const request = aRequest({
      providerOptions: { anthropic: { tools: { 'web-search': {}, 'code-execution': {} }, skills: {} } },
    });
    const parts = await read(model, streaming(readEvents('anthropic', 'server-tools', 'named-events')), request);
    const isCall = ({ type }: ModelStreamPart) => type === 'tool-call' || type === 'tool-result' || type === 'source';
    const page = { url: 'https://ferns.test/a', title: 'Ferns' };
    expect(parts.filter(isCall)).toMatchObject([
      { toolCallId: 'srvtoolu_01', toolName: 'web-search', input: '{"query":"ferns"}', providerExecuted: true },
      { toolCallId: 'srvtoolu_01', toolName: 'web-search', result: [{ ...page, encryptedContent: 'RUE=' }] },
      { type: 'source', ...page },
      { toolCallId: 'srvtoolu_02', providerExecuted: true },
      { toolCallId: 'srvtoolu_02', isError: true, result: { errorCode: 'max_uses_exceeded' } },
      { toolCallId: 'srvtoolu_03', toolName: 'code-execution', providerExecuted: true },
    ]);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop', isPaused: true });
  });

  test('[rt.errors.overloaded] an error instead of an answer is classified by its type', async () => {
    const parts = await read(model, streaming(readEvents('anthropic', 'first-error', 'named-events')));
    expect(failureOf(parts)).toMatchObject({
      errorType: 'provider_overloaded',
      code: 'ANTHROPIC_529',
      message: 'Overloaded',
    });
  });
});

describe('openai', () => {
  test('a failed response is a failure with its code', async () => {
    const parts = await read('openai/gpt-5.4', streaming(readEvents('openai', 'failed', 'named-events')));
    expect(failureOf(parts)).toMatchObject({
      errorType: 'rate_limit_error',
      code: 'OPENAI_429',
      message: 'Rate limit reached.',
    });
  });

  test('a thought ends with its encrypted content', async () => {
    const parts = await read('openai/gpt-5.4', streaming(readEvents('openai', 'reasoning', 'named-events')));
    expect(parts.findLast(({ type }) => type === 'reasoning-end')).toMatchObject({
      providerMetadata: { openai: { reasoningEncryptedContent: 'b3BhcXVl' } },
    });
  });
});

describe('google', () => {
  test('a prompt that is blocked, and every filter of an answer, is content-filter', async () => {
    const blocked = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 5 } };
    const filters = ['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'IMAGE_SAFETY'];
    const answers = filters.map((finishReason) => ({ candidates: [{ index: 0, content: {}, finishReason }] }));
    for (const answer of [blocked, ...answers]) {
      const parts = await read('google/gemini-2.5-flash', streaming([`data: ${JSON.stringify(answer)}\n\n`]));
      expect(parts).toMatchObject([{ type: 'finish', reason: 'content-filter' }]);
    }
  });

  test('a call keeps its signature', async () => {
    const parts = await read('google/gemini-2.5-flash', streaming(readEvents('google', 'tool-call', 'data-only')));
    expect(parts.find(({ type }) => type === 'tool-call')).toMatchObject({
      providerMetadata: { google: { thoughtSignature: 'c2ln' } },
    });
  });

  test('the signatures of a picture and of a text are kept, also one that comes after the text', async () => {
    const said = [
      { text: 'Here.' },
      { text: '', thoughtSignature: 'dGV4dA' },
      { inlineData: { mimeType: 'image/png', data: 'iVBO' }, thoughtSignature: 'aW1n' },
    ];
    const chunks = said.map((part, index) => ({
      candidates: [
        { index: 0, content: { role: 'model', parts: [part] }, ...(index === 2 && { finishReason: 'STOP' }) },
      ],
    }));
    const answer = streaming(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`));
    const parts = await read('google/gemini-3-pro-image', answer);
    const signed = parts.flatMap((part) =>
      'providerMetadata' in part && part.providerMetadata ? [[part.type, part.providerMetadata.google]] : [],
    );
    expect(signed).toEqual([
      ['text-delta', { thoughtSignature: 'dGV4dA' }],
      ['file', { thoughtSignature: 'aW1n' }],
    ]);
  });

  test('a generated image comes as bytes, a malformed call as a failure', async () => {
    const image = {
      candidates: [
        {
          index: 0,
          content: { role: 'model', parts: [{ inlineData: { mimeType: 'image/png', data: 'iVBO' } }] },
          finishReason: 'STOP',
        },
      ],
    };
    const parts = await read('google/gemini-2.5-flash-image', streaming([`data: ${JSON.stringify(image)}\n\n`]));
    expect(parts.find(({ type }) => type === 'file')).toEqual({
      type: 'file',
      mediaType: 'image/png',
      bytes: new Uint8Array([137, 80, 78]),
    });
    const malformed = { candidates: [{ index: 0, finishReason: 'MALFORMED_FUNCTION_CALL' }] };
    const failed = await read('google/gemini-2.5-flash', streaming([`data: ${JSON.stringify(malformed)}\n\n`]));
    expect(failureOf(failed)).toMatchObject({ errorType: 'provider_error', retryable: true });
  });
});

describe('openrouter', () => {
  test('arguments that are no JSON come as the model wrote them, for the engine to report', async () => {
    const pieces = ['{"city": Lis', 'bon', ''].map((text, index) => ({
      id: 'gen-01',
      choices: [
        {
          index: 0,
          delta: {
            tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'get-weather', arguments: text } }],
          },
          finish_reason: index === 2 ? 'tool_calls' : null,
        },
      ],
    }));
    const events = pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`);
    const parts = await read('openrouter/openai/gpt-5.4', streaming([...events, 'data: [DONE]\n\n']));
    expect(parts.find(({ type }) => type === 'tool-call')).toMatchObject({ input: '{"city": Lisbon' });
    expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
  });
});

test('a character cut between two reads arrives whole', async () => {
  const bytes = Buffer.from(
    `data: ${JSON.stringify({ choices: [{ delta: { content: 'Grüße 👋' }, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
  );
  const parts = await read('lab/m', async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const byte of bytes) {
      response.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    response.end();
  });
  expect(textOf(parts)).toBe('Grüße 👋');
});

test('a kept connection that the server has closed meanwhile is no failure', async () => {
  const used = new Set<unknown>();
  const whole = readEvents('chat', 'text', 'data-only');
  await using server = await openProviderServer((response, request) => {
    if (used.has(request.socket)) return void request.socket.resetAndDestroy();
    used.add(request.socket);
    streaming(whole)(response, request);
  });
  const resolved = createModels({ compatible: { lab: { baseURL: server.url } } }).resolve('lab/m');
  if (!('model' in resolved)) throw new Error('not configured');
  for (let call = 0; call < 3; call++) {
    expect(textOf(await collect(resolved.model.stream(aRequest(), new AbortController().signal)))).toBe('Hello there.');
  }
  expect(server.requests.length).toBeGreaterThan(3);
});

test('a line that never ends is a failure and closes the connection', async () => {
  const line = Buffer.alloc(1024 * 1024, 'x');
  function* endless() {
    yield 'data: ';
    for (;;) yield line;
  }
  const parts = await read('lab/m', async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await pipeline(endless, response).catch(() => undefined);
  });
  expect(failureOf(parts)).toMatchObject({
    code: 'LAB_NETWORK',
    message: expect.stringContaining('one event is longer'),
  });
});

test('a redirect or an empty body is a failure, not a hang', async () => {
  const moved = await read('lab/m', (response) => {
    response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
  });
  expect(failureOf(moved).provider.name).toBe('lab');
  expect(failureOf(await read('lab/m', (response) => void response.end()))).toMatchObject({ code: 'LAB_NETWORK' });
});
