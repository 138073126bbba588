import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { pipeSSE, type StreamEvent, sseHeaders, toSSEResponse, toSSEStream } from '../src/index.ts';
import { delta, finish } from './script-server.ts';

afterEach(() => void vi.useRealTimers());

async function* eventsOf(...events: readonly StreamEvent[]): AsyncGenerator<StreamEvent> {
  yield* events;
}

/** Endless events, counted, that tell when their reader has left. */
function endless(text = 'a') {
  let left = (): void => undefined;
  const counter = { pulled: 0, isLeft: new Promise<void>((resolve) => (left = resolve)) };
  async function* run(): AsyncGenerator<StreamEvent> {
    try {
      for (;;) {
        counter.pulled += 1;
        yield delta(text);
      }
    } finally {
      left();
    }
  }
  return { events: run(), counter };
}

const textOf = (stream: ReadableStream<Uint8Array>) => new Response(stream).text();

describe('toSSEStream', () => {
  test('writes one data line for each event and the end marker', async () => {
    expect(await textOf(toSSEStream(eventsOf(delta('a\nb'), finish)))).toBe(
      'data: {"type":"text-delta","id":"t1","delta":"a\\nb"}\n\ndata: {"type":"finish","finishReason":"stop"}\n\ndata: [DONE]\n\n',
    );
  });

  test.each([
    [new Error('Broken pipe'), 'Broken pipe'],
    ['oops', 'The stream failed'],
  ])('a source that throws %s becomes an error event without the end marker', async (thrown, message) => {
    async function* broken(): AsyncGenerator<StreamEvent> {
      yield delta('a');
      throw thrown;
    }
    const text = await textOf(toSSEStream(broken()));
    expect(text).not.toContain('[DONE]');
    expect(JSON.parse(text.split('data: ')[2]!)).toMatchObject({ type: 'error', errorType: 'internal_error', message });
  });

  test('an event that JSON cannot carry becomes an error event, and ends the source', async () => {
    let left = false;
    async function* odd(): AsyncGenerator<StreamEvent> {
      try {
        yield { type: 'tool-output-available', toolCallId: 'c', output: 1n };
        yield finish;
      } finally {
        left = true;
      }
    }
    const text = await textOf(toSSEStream(odd()));
    expect(text).toMatch(/^data: \{"type":"error".*\n\n$/);
    expect(text).toContain('BigInt');
    expect(left).toBe(true);
  });

  test('sends a heartbeat every 15 s while it is read, and none after its end', async () => {
    vi.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<StreamEvent> {
      await promise;
      yield finish;
    }
    const reader = toSSEStream(slow()).getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value);
    const first = next();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await first).toBe(': heartbeat\n\n');
    // Nobody reads: one is kept, no more.
    await vi.advanceTimersByTimeAsync(150_000);
    resolve();
    const rest = [await next(), await next(), await next()];
    expect(rest).toEqual([': heartbeat\n\n', `data: ${JSON.stringify(finish)}\n\n`, 'data: [DONE]\n\n']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('asks for events only as they are read, and leaves the source when cancelled', async () => {
    const { events, counter } = endless();
    const stream = toSSEStream(events);
    await Promise.resolve();
    expect(counter.pulled).toBe(0);
    const reader = stream.getReader();
    await reader.read();
    await reader.read();
    expect(counter.pulled).toBeLessThanOrEqual(3);
    await reader.cancel();
    await counter.isLeft;
  });
});

describe('answers', () => {
  test('a web answer has the headers and those of the application', async () => {
    const response = toSSEResponse(eventsOf(finish), {
      status: 201,
      headers: { 'cache-control': 'no-store', 'X-Mine': '1' },
    });
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-mine': '1',
    });
    expect(await response.text()).toContain('[DONE]');
    expect(sseHeaders.Connection).toBe('keep-alive');
  });

  async function serve(events: () => AsyncIterable<StreamEvent>) {
    const server = createServer((_request, response) => void pipeSSE(events(), response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
  }

  test('a Node.js answer is written to its end', async () => {
    await using server = await serve(() => eventsOf(delta('a'), finish));
    const response = await fetch(server.url);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect((await response.text()).split('\n\n')).toHaveLength(4);
  });

  test('a client that had left before ends the source too', async () => {
    const { events, counter } = endless();
    const { promise: piped, resolve, reject } = Promise.withResolvers<void>();
    const server = createServer(async (_request, response) => {
      response.destroy();
      await once(response, 'close');
      pipeSSE(events, response).then(resolve, reject);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await expect(fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toThrow();
    await piped;
    expect(counter.pulled).toBe(0);
    expect((await events.next()).done).toBe(true);
    server.close();
  });

  test('an answer that has begun already throws, and the source is ended', async () => {
    const { events } = endless();
    const { promise: piped, resolve } = Promise.withResolvers<unknown>();
    const server = createServer((_request, response) => {
      response.write('begun');
      resolve(pipeSSE(events, response).catch((error: NodeJS.ErrnoException) => error.code));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).then((response) => response.text());
    expect(await piped).toBe('ERR_HTTP_HEADERS_SENT');
    expect((await events.next()).done).toBe(true);
    server.close();
  });

  test('a client that leaves ends the source, a slow one slows it', async () => {
    const { events, counter } = endless('x'.repeat(100_000));
    await using server = await serve(() => events);
    const [answer] = (await once(get(server.url), 'response')) as [IncomingMessage];
    // Unread: the source fills the buffers between, then waits.
    let before = -1;
    while (before !== counter.pulled) {
      before = counter.pulled;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(counter.pulled).toBeLessThan(1000);
    answer.destroy();
    await counter.isLeft;
  });
});
