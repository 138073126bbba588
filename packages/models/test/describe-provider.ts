import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { LanguageModel, ModelRequest } from '@octavus/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createModels, type ModelsConfig } from '../src/index.ts';
import type { ProviderDialect } from './dialects.ts';
import { failing, openProviderServer, type ProviderServer, readEvents, streaming } from './provider-server.ts';
import { aRequest, callsOf, collect, failureOf, ordersTool, reasoningOf, textOf, weatherTool } from './requests.ts';

const timeouts = { firstByteMs: 150, idleMs: 150 };
/** What comes at all comes in this time, however busy the machine is. */
const patientMs = 15_000;
/** Long enough for a busy machine to send several comments in. */
const slow = { firstByteMs: 500, idleMs: 500 };
const live = (): AbortSignal => new AbortController().signal;

/** What every provider must do, against a real HTTP server that speaks its wire format. */
export function describeProvider(name: string, dialect: ProviderDialect): void {
  describe(`provider: ${name}`, () => {
    let server: ProviderServer;
    beforeEach(async () => {
      server = await openProviderServer(failing(500, '{}'));
    });
    afterEach(async () => {
      await server[Symbol.asyncDispose]();
    });

    const model = (overrides: Partial<ModelsConfig> = {}): LanguageModel => {
      const resolved = createModels({ ...dialect.config(server.url), ...overrides }).resolve(dialect.model);
      if (!('model' in resolved)) throw new Error(resolved.failure.message);
      return resolved.model;
    };
    const run = (request: ModelRequest = aRequest(), overrides: Partial<ModelsConfig> = {}) =>
      collect(model(overrides).stream(request, live()));
    const events = (fixture: string): string[] => readEvents(dialect.fixtures, fixture, dialect.framing);

    test('text arrives in pieces and ends with the counts of the provider', async () => {
      server.answer = streaming(events('text'));
      const parts = await run();
      expect(textOf(parts)).toBe('Hello there.');
      expect(parts.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(1);
      expect(parts.at(-1)).toMatchObject({
        type: 'finish',
        reason: 'stop',
        usage: { inputTokens: 20, cachedInputTokens: 8, outputTokens: 5 },
      });
    });

    test('parts that arrive together are one batch', async () => {
      server.answer = streaming(events('text'));
      const batches = [];
      for await (const batch of model().stream(aRequest(), live())) batches.push(batch);
      expect(batches.length).toBeLessThan(3);
      expect(batches.every((batch) => batch.length > 0)).toBe(true);
    });

    test.skipIf(dialect.isKeyless)('the request goes out with the key, which no log sees', async () => {
      server.answer = streaming(events('text'));
      await run();
      expect(JSON.stringify(server.requests[0]?.headers)).toContain('test-key');
      expect(JSON.stringify(model().describeRequest(aRequest()))).not.toContain('test-key');
    });

    test('reasoning comes before the text, in parts of its own', async () => {
      server.answer = streaming(events('reasoning'));
      const parts = await run(aRequest({ settings: { speed: 'standard', cache: 'auto', thinking: 'low' } }));
      expect(reasoningOf(parts)).toBe('Let me think.');
      expect(textOf(parts)).toBe('Hello there.');
      const types = parts.map(({ type }) => type);
      expect(types.indexOf('reasoning-end')).toBeLessThan(types.indexOf('text-delta'));
    });

    test('a tool call streams its input and ends with the whole of it', async () => {
      server.answer = streaming(events('tool-call'));
      const parts = await run(aRequest({ tools: [weatherTool, ordersTool] }));
      const call = parts.find((part) => part.type === 'tool-call');
      const pieces = parts.flatMap((part) => (part.type === 'tool-input-delta' ? [part] : []));
      expect(callsOf(parts)).toEqual([{ toolName: 'get-weather', input: { city: 'Lisbon' } }]);
      expect(pieces.map(({ delta }) => delta).join('')).toBe('{"city":"Lisbon"}');
      expect(pieces.every(({ id }) => id === call?.toolCallId)).toBe(true);
      expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
    });

    test('two calls of one answer both arrive', async () => {
      server.answer = streaming(events('parallel-calls'));
      const parts = await run(aRequest({ tools: [weatherTool, ordersTool] }));
      expect(callsOf(parts)).toEqual([
        { toolName: 'get-weather', input: { city: 'Lisbon' } },
        { toolName: 'search-orders', input: { email: 'jane@example.com' } },
      ]);
      expect(new Set(parts.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []))).size).toBe(2);
    });

    test('an event without an end is given up long before it fills the memory', async () => {
      const piece = Buffer.alloc(1024 * 1024, 'x');
      let pieces = 0;
      server.answer = async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(events('text')[0]);
        response.write('data: ');
        while (!response.destroyed && pieces < 100) {
          pieces += 1;
          await new Promise<void>((resolve) => response.write(piece, () => resolve()));
        }
      };
      const failure = failureOf(await run());
      expect(failure).toMatchObject({ errorType: 'provider_error', code: `${dialect.code}_NETWORK` });
      expect(failure.message).toMatch(/one event is longer than \d+ Mi/);
      expect(pieces).toBeLessThan(100);
    });

    test('a filtered answer finishes as content-filter, a cut one as length', async () => {
      server.answer = streaming(events('refusal'));
      expect((await run()).at(-1)).toMatchObject({ type: 'finish', reason: 'content-filter' });
      server.answer = streaming(events('length'));
      expect((await run()).at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
    });

    test.skipIf(!dialect.refusesInWords)(
      'a refusal in words of its own is text that finishes as content-filter',
      async () => {
        server.answer = streaming(events('refusal-text'));
        const parts = await run();
        expect(textOf(parts)).toBe('I cannot');
        expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'content-filter' });
      },
    );

    test('a conversation with results of tools goes out again', async () => {
      server.answer = streaming(events('text'));
      await run(aRequest({ tools: [weatherTool, ordersTool], messages: toolConversation }));
      const sent = JSON.stringify(server.requests[0]?.body);
      for (const piece of ['Lisbon', 'sunny', 'no such customer', 'You are brief.']) expect(sent).toContain(piece);
    });

    test('an error in mid-stream ends the answer, after what was said before', async () => {
      server.answer = streaming(events('mid-stream-error'));
      const parts = await run();
      expect(textOf(parts)).toBe('Hel');
      expect(failureOf(parts)).toMatchObject({
        errorType: dialect.midStreamError.errorType,
        message: expect.stringMatching(dialect.midStreamError.message),
        retryable: true,
        source: 'provider',
      });
      expect(failureOf(parts).code).toMatch(new RegExp(`^${dialect.code}_\\d{3}$`));
    });

    test('an answer that breaks off is a network failure', async () => {
      const whole = events('text');
      server.answer = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(whole.slice(0, -2).join(''), () => response.destroy());
      };
      expect(failureOf(await run())).toMatchObject({ errorType: 'provider_error', code: `${dialect.code}_NETWORK` });
    });

    test('an answer that ends without a finish is "connection closed early"', async () => {
      server.answer = streaming(events('text').slice(0, 2));
      expect(failureOf(await run())).toMatchObject({
        errorType: 'provider_error',
        code: `${dialect.code}_NETWORK`,
        retryable: true,
        message: expect.stringContaining('connection closed early'),
      });
    });

    test('an answer that is no stream fails', async () => {
      server.answer = (response) => {
        response.end('<html>Welcome</html>');
      };
      expect(failureOf(await run())).toMatchObject({ code: `${dialect.code}_NETWORK` });
      server.answer = streaming(['data: {"broken\n\n']);
      expect(failureOf(await run())).toMatchObject({ code: `${dialect.code}_NETWORK` });
    });

    test('[rt.errors.network] a refused connection is a network failure', async () => {
      const { url } = server;
      const closed = createModels(dialect.config(url)).resolve(dialect.model);
      await server[Symbol.asyncDispose]();
      if (!('model' in closed)) throw new Error('not configured');
      expect(failureOf(await collect(closed.model.stream(aRequest(), live())))).toMatchObject({
        errorType: 'provider_error',
        code: `${dialect.code}_NETWORK`,
        message: expect.stringContaining('ECONNREFUSED'),
      });
      server = await openProviderServer(failing(500, '{}'));
    });

    test('[rt.retry.timeouts] [sse.error.timeout] a silent provider times out before the first byte', async () => {
      const gone = Promise.withResolvers<void>();
      server.answer = (response) => {
        response.on('close', gone.resolve);
      };
      expect(failureOf(await run(aRequest(), { timeouts }))).toMatchObject({
        errorType: 'provider_timeout',
        code: `${dialect.code}_TIMEOUT`,
        retryable: true,
      });
      await gone.promise;
    });

    test('[rt.retry.timeouts] a provider that falls silent times out', async () => {
      server.answer = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(events('text').slice(0, -2).join(''));
      };
      const parts = await run(aRequest(), { timeouts: { ...timeouts, firstByteMs: patientMs } });
      expect(textOf(parts)).toContain('Hel');
      expect(failureOf(parts).code).toBe(`${dialect.code}_TIMEOUT`);
    });

    test('[rt.retry.timeouts] bytes that say nothing keep an answer alive, before its first part and after', async () => {
      const whole = events('text');
      server.answer = async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        await keepAlive(response, 2 * slow.idleMs);
        response.write(whole.slice(0, -2).join(''));
        await keepAlive(response, 2 * slow.idleMs);
        response.end(whole.slice(-2).join(''));
      };
      const parts = await run(aRequest(), { timeouts: slow });
      expect(parts.at(-1)?.type).toBe('finish');
      expect(textOf(parts)).toBe('Hello there.');
    });

    test('the head of an answer is its first sign of life', async () => {
      server.answer = async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        await delay(2 * slow.firstByteMs);
        response.end(events('text').join(''));
      };
      const parts = await run(aRequest(), { timeouts: { ...slow, idleMs: patientMs } });
      expect(textOf(parts)).toBe('Hello there.');
    });

    test('an abort cancels the request at once and ends without finish or error', async () => {
      const controller = new AbortController();
      const gone = Promise.withResolvers<void>();
      server.answer = (response) => {
        response.on('close', gone.resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(events('text').slice(0, -2).join(''));
      };
      const parts = [];
      for await (const batch of model().stream(aRequest(), controller.signal)) {
        parts.push(...batch);
        controller.abort();
      }
      await gone.promise;
      expect(parts.some(({ type }) => type === 'finish' || type === 'error')).toBe(false);
    });

    test('an abort before the answer ends the call', async () => {
      const controller = new AbortController();
      const gone = Promise.withResolvers<void>();
      server.answer = (response) => {
        response.on('close', gone.resolve);
        controller.abort();
      };
      expect(await collect(model().stream(aRequest(), controller.signal))).toEqual([]);
      await gone.promise;
      expect(await collect(model().stream(aRequest(), AbortSignal.abort()))).toEqual([]);
      expect(server.requests).toHaveLength(1);
    });

    test('a consumer that stops early cancels the request', async () => {
      const gone = Promise.withResolvers<void>();
      server.answer = (response) => {
        response.on('close', gone.resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(events('text').slice(0, -2).join(''));
      };
      for await (const _ of model().stream(aRequest(), live())) break;
      await gone.promise;
    });

    test('a slow consumer slows the provider down', async () => {
      const whole = events('text');
      const burst = (whole.find((event) => event.includes('lo')) ?? '').repeat(2_000);
      // Far more than all buffers on the way hold.
      const rounds = 60;
      let written = 0;
      server.answer = async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(whole.slice(0, -2).join(''));
        const closed = once(response, 'close');
        for (; written < rounds && !response.destroyed; written++) {
          if (!response.write(burst)) await Promise.race([once(response, 'drain'), closed]);
        }
      };
      const iterator = model().stream(aRequest(), live())[Symbol.asyncIterator]();
      await iterator.next();
      expect(await settled(() => written)).toBeLessThan(rounds);
      expect((await iterator.next()).done).toBe(false);
      await iterator.return?.();
    });

    test('a finished call leaves its connection to the next one', async () => {
      const sockets = new Set<unknown>();
      server.answer = (response, request) => {
        sockets.add(request.socket);
        streaming(events('text'))(response, request);
      };
      const reused = model();
      for (let call = 0; call < 3; call++) await collect(reused.stream(aRequest(), live()));
      expect(sockets.size).toBeLessThan(3);
    });
  });
}

/** Comments, as OpenRouter sends them while the model behind it has not begun. */
async function keepAlive(response: ServerResponse, forMs: number): Promise<void> {
  for (let sentMs = 0; sentMs < forMs; sentMs += 20) {
    response.write(': PROCESSING\n\n');
    await delay(20);
  }
}

/** A count, once it has stood still for longer than any reader would let it. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count(); await delay(200)) before = count();
  return count();
}

const toolConversation: ModelRequest['messages'] = [
  { role: 'user', content: [{ type: 'text', text: 'Weather in Lisbon? And the orders of joe@example.com?' }] },
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'Let me look.' },
      { type: 'tool-call', toolCallId: 'call_1', toolName: 'get-weather', input: { city: 'Lisbon' } },
      { type: 'tool-call', toolCallId: 'call_2', toolName: 'search-orders', input: { email: 'joe@example.com' } },
    ],
  },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: 'call_1',
        toolName: 'get-weather',
        output: { kind: 'result', value: { sky: 'sunny' } },
      },
      {
        type: 'tool-result',
        toolCallId: 'call_2',
        toolName: 'search-orders',
        output: { kind: 'error', message: 'no such customer' },
      },
    ],
  },
];
