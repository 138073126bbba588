import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { StreamEvent } from '@octavus/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { takeMistakes } from '../../../../scripts/check-streams.ts';
import { delta, legsOf, post, serve } from '../../test/serve.ts';
import type { Executions, TriggerRequest } from '../executions/executions.ts';

const trigger = post({ triggerName: 'user-message', input: { USER_MESSAGE: 'Hello' } });
const finish: StreamEvent = { type: 'finish', finishReason: 'stop', executionId: 'exec_1' };

afterEach(() => {
  vi.useRealTimers();
  // How events travel is tested here, with a few that are no whole leg.
  takeMistakes();
});

describe('a stream', () => {
  test('has the headers of a stream, its events and the end marker', async () => {
    await using server = await serve(
      legsOf(async function* () {
        yield [{ type: 'start', executionId: 'exec_1' }];
        yield [delta('Brown '), delta('tips "\n')];
        yield [finish];
      }),
    );
    const response = await server.fetch('/api/agent-sessions/cs1/trigger', trigger);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      'x-octavus-session-id': 'cs1',
      'x-request-id': expect.stringMatching(/^req-/),
      'access-control-allow-origin': '*',
    });
    expect(await response.text()).toBe(
      [
        'data: {"type":"start","executionId":"exec_1"}',
        'data: {"type":"text-delta","id":"t1","delta":"Brown "}',
        'data: {"type":"text-delta","id":"t1","delta":"tips \\"\\n"}',
        'data: {"type":"finish","finishReason":"stop","executionId":"exec_1"}',
        'data: [DONE]',
        '',
      ].join('\n\n'),
    );
  });

  test('flushes its headers before the first event exists', async () => {
    const gate = Promise.withResolvers<void>();
    await using server = await serve(
      legsOf(async function* () {
        await gate.promise;
        yield [finish];
      }),
    );
    const response = await server.fetch('/api/agent-sessions/cs1/trigger', trigger);
    expect(response.status).toBe(200);
    gate.resolve();
    expect(await response.text()).toMatch(/\[DONE\]\n\n$/);
  });

  test('sends what became ready together as one chunk, and the next thing at once', async () => {
    const gate = Promise.withResolvers<void>();
    await using server = await serve(
      legsOf(async function* () {
        yield [delta('a'), delta('b'), delta('c')];
        await gate.promise;
        yield [delta('d')];
      }),
    );
    const socket = await openStream(server.url);
    const { until } = listenTo(socket);
    const body = (await until(`${JSON.stringify(delta('c'))}\n\n\r\n`)).split('\r\n\r\n', 2)[1] ?? '';
    const [size = ''] = body.split('\r\n', 1);
    expect(body.slice(size.length + 2, -2)).toHaveLength(Number.parseInt(size, 16));
    gate.resolve();
    await until('[DONE]');
    socket.destroy();
  });

  test('is refused as an ordinary error before it begins', async () => {
    await using server = await serve();
    const response = await server.fetch('/api/agent-sessions/cs1/trigger', post({ toolResults: [] }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { issues: [{ path: 'triggerName', message: 'Required' }] } });
  });

  test('that cannot be opened is left: its leg ends', async () => {
    const ended = Promise.withResolvers<string>();
    const legs = legsOf(async function* () {
      try {
        yield [delta('a')];
        yield [finish];
      } finally {
        ended.resolve('ended');
      }
    });
    // Node refuses it as a header.
    const trigger: Executions['trigger'] = async (request) => ({
      ...(await legs.executions.trigger(request)),
      sessionId: 'c\n1',
    });
    await using server = await serve({ executions: { ...legs.executions, trigger } });
    await expect(server.fetch('/api/agent-sessions/cs1/trigger', post({ triggerName: 'x' }))).rejects.toThrow();
    expect(await ended.promise).toBe('ended');
  });

  test('that fails ends with an error event and the end marker, and says nothing internal', async () => {
    await using server = await serve(
      legsOf(async function* () {
        yield [delta('a')];
        throw new Error('SELECT secret');
      }),
    );
    const response = await server.fetch('/api/agent-sessions/cs1/trigger', {
      ...trigger,
      headers: { 'X-Request-Id': 'r1' },
    });
    const events = (await response.text()).trim().split('\n\n');
    expect(JSON.parse(events[1]?.slice(6) ?? '')).toEqual({
      type: 'error',
      errorType: 'internal_error',
      message: 'An internal error occurred (request r1)',
      retryable: false,
      source: 'platform',
      code: 'INTERNAL_ERROR',
    });
    expect(events[2]).toBe('data: [DONE]');
  });

  test('is in the base shape for clients that name no version', async () => {
    const events: StreamEvent[] = [
      {
        type: 'block-start',
        blockId: 'b',
        blockName: 'B',
        blockType: 'next-message',
        display: 'title',
        outputToChat: true,
      },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"a"' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: ':1}' },
      { type: 'tool-input-end', toolCallId: 'c1' },
    ];
    await using server = await serve(
      legsOf(async function* () {
        for (const event of events) yield [event];
      }),
    );
    const read = async (headers: Record<string, string>) => {
      const response = await server.fetch('/api/agent-sessions/cs1/trigger', { ...trigger, headers });
      const lines = (await response.text()).trim().split('\n\n').slice(0, -1);
      return lines.map((line) => JSON.parse(line.slice(6)));
    };
    expect(await read({ 'X-Octavus-Sdk-Version': '4' })).toEqual(events);
    expect(await read({})).toEqual([
      { ...events[0], display: 'description' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"a":1}' },
      events[3],
    ]);
  });
});

describe('a reader', () => {
  test('that leaves aborts the request and ends the leg', async () => {
    const requests: TriggerRequest[] = [];
    const ended = Promise.withResolvers<void>();
    await using server = await serve(
      legsOf(async function* (request) {
        requests.push(request);
        try {
          for (let count = 0; ; count++) {
            yield [delta(String(count))];
            await once(request.signal, 'abort', { signal: AbortSignal.timeout(5000) });
          }
        } finally {
          ended.resolve();
        }
      }),
    );
    const socket = await openStream(server.url);
    await once(socket, 'data');
    socket.destroy();
    await ended.promise;
    expect(requests[0]?.signal.reason).toBe('disconnect');
  });

  test('that leaves before the leg is accepted aborts the request', async () => {
    const reason = Promise.withResolvers<unknown>();
    const { executions } = legsOf(async function* () {});
    const waiting = Promise.withResolvers<void>();
    await using server = await serve({
      executions: {
        ...executions,
        running: 0,
        trigger: async ({ signal }) => {
          signal.addEventListener('abort', () => reason.resolve(signal.reason));
          waiting.resolve();
          return new Promise(() => undefined);
        },
      },
    });
    const socket = await openStream(server.url);
    await waiting.promise;
    socket.destroy();
    expect(await reason.promise).toBe('disconnect');
  });

  test('that stays to the end does not abort', async () => {
    const signals: AbortSignal[] = [];
    await using server = await serve(
      legsOf(async function* ({ signal }) {
        signals.push(signal);
        yield [finish];
      }),
    );
    await (await server.fetch('/api/agent-sessions/cs1/trigger', trigger)).text();
    expect(signals[0]?.aborted).toBe(false);
  });

  test('that stops reading stops the leg, and gets every event when it reads on', async () => {
    const piece = 'x'.repeat(16 * 1024);
    const count = 2000;
    let produced = 0;
    await using server = await serve(
      legsOf(async function* () {
        for (; produced < count; produced++) yield [delta(piece)];
      }),
    );
    const socket = await openStream(server.url);
    await once(socket, 'readable');
    await vi.waitFor(
      async () => {
        const before = produced;
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(produced).toBe(before);
      },
      { timeout: 30_000 },
    );
    expect(produced).toBeLessThan(count / 2);
    const { server: http } = server.app;
    const connections = await new Promise<number>((resolve) => http.getConnections((_error, open) => resolve(open)));
    expect(connections).toBe(1);
    const chunks: string[] = [];
    for await (const chunk of socket) {
      chunks.push(String(chunk));
      if (chunks.at(-1)?.endsWith('0\r\n\r\n')) break;
    }
    const text = chunks.join('');
    expect(text.match(/"text-delta"/g)).toHaveLength(count);
    expect(text).toContain('data: [DONE]');
  });
});

describe('silence', () => {
  test('of 15 s brings a heartbeat, and again, but a write in between puts it off', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const events = new EventTarget();
    await using server = await serve(
      legsOf(async function* () {
        for (;;) {
          const [{ type }] = (await once(events, 'next')) as [Event];
          if (type === 'next') yield [delta('x')];
        }
      }),
    );
    const socket = await openStream(server.url);
    // Nothing here waits by `vi.waitFor`, which moves a clock that stands still.
    const { until } = listenTo(socket);
    await until('200 OK');
    const beat = ': heartbeat\n\n';
    const piece = `data: ${JSON.stringify(delta('x'))}\n\n`;
    const say = async () => {
      events.dispatchEvent(new Event('next'));
      return until(piece);
    };

    vi.advanceTimersByTime(14_000);
    await say();
    vi.advanceTimersByTime(14_000);
    expect(await say()).not.toContain(beat);
    vi.advanceTimersByTime(15_000);
    await until(beat);
    vi.advanceTimersByTime(30_000);
    await until(beat);
    await until(beat);
    expect(await say()).not.toContain(beat);
    socket.destroy();
    while (vi.getTimerCount() > 0) await new Promise(setImmediate);
    events.dispatchEvent(new Event('next'));
  });

  test('of a reader for 60 s with a full buffer counts as gone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const reason = Promise.withResolvers<unknown>();
    await using server = await serve(
      legsOf(async function* ({ signal }) {
        signal.addEventListener('abort', () => reason.resolve(signal.reason));
        for (;;) yield [delta('x'.repeat(256 * 1024))];
      }),
    );
    const socket = await openStream(server.url);
    await once(socket, 'readable');
    // A minute in which more went out is none of a full buffer: the next one is.
    let told: unknown;
    void reason.promise.then((value) => {
      told = value;
    });
    while (told === undefined) {
      vi.advanceTimersByTime(61_000);
      await new Promise(setImmediate);
    }
    expect(told).toBe('disconnect');
    socket.destroy();
  });
});

/** A raw connection that has sent a trigger; what comes back is read by the test, or not. */
async function openStream(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  const body = '{"triggerName":"user-message"}';
  socket.write(
    `POST /api/agent-sessions/cs1/trigger HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return socket;
}

/** Reads along. `until` gives what came since it was asked last, up to the end of the text that it waits for. */
function listenTo(socket: Socket): { until(text: string): Promise<string> } {
  let unread = '';
  socket.on('data', (chunk) => {
    unread += chunk;
  });
  return {
    until: async (text) => {
      while (!unread.includes(text)) await once(socket, 'data');
      const end = unread.indexOf(text) + text.length;
      const read = unread.slice(0, end);
      unread = unread.slice(end);
      return read;
    },
  };
}
