import { encodeEvent, encodeHeartbeat } from '@octavus/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { retryAfterSeconds, retryDelayMs } from '../src/http/retry-delay.ts';
import { OctavusClient, type StreamEvent } from '../src/index.ts';
import {
  type Answer,
  brokenStream,
  delta,
  finish,
  json,
  openStream,
  say,
  serveScript,
  start,
  stream,
} from './script-server.ts';

const busy = (status = 429): Answer => json(status, { error: 'Busy', code: 'SESSION_BUSY' }, { 'retry-after': '0' });
const interrupted = {
  type: 'error',
  errorType: 'internal_error',
  source: 'client',
  code: 'STREAM_INTERRUPTED',
  retryable: true,
};

afterEach(() => void vi.useRealTimers());

async function run(script: readonly Answer[], config: object = {}) {
  await using server = await serveScript(...script);
  const events = await Array.fromAsync(server.client(config).agentSessions.attach('s').execute(say));
  return { events, requests: server.requests };
}

/** A client whose `fetch` is a script; a promise that never settles is a server that never answers. */
function scripted(...answers: readonly (() => Promise<Response>)[]) {
  const calls: number[] = [];
  const fetch = (_url: unknown, init?: RequestInit) => {
    const answer = answers[calls.push(Date.now()) - 1];
    if (!answer) throw new Error('The script is over');
    return new Promise<Response>((resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      answer().then(resolve, reject);
    });
  };
  const client = (config: object = {}) =>
    new OctavusClient({ baseUrl: 'http://octavus.test', fetch: fetch as typeof globalThis.fetch, ...config });
  return { calls, client };
}

const connectionReset = () =>
  Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }));
const never = () => new Promise<never>(() => undefined);
const answer =
  (status: number, headers: Record<string, string> = {}) =>
  async () =>
    new Response(status === 200 ? `data: ${JSON.stringify(finish)}\n\n` : '{"error":"Busy"}', { status, headers });

/** An answer whose body gets each piece at its time, and stays open. */
function timedBody(...pieces: readonly [atMs: number, piece: StreamEvent | 'heartbeat'][]) {
  const utf8 = new TextEncoder();
  const textOf = (piece: StreamEvent | 'heartbeat') => (piece === 'heartbeat' ? encodeHeartbeat() : encodeEvent(piece));
  return async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const [atMs, piece] of pieces) {
          setTimeout(() => {
            controller.enqueue(utf8.encode(textOf(piece)));
            if (piece === finish) controller.close();
          }, atMs);
        }
      },
    });
    return new Response(body);
  };
}

/** Runs a stream to its end while a fake clock runs as far as it must. */
async function runOnFakeClock(client: OctavusClient, signal?: AbortSignal): Promise<StreamEvent[]> {
  let isOver = false;
  const events = Array.fromAsync(client.agentSessions.attach('s').execute(say, { signal })).finally(() => {
    isOver = true;
  });
  events.catch(() => undefined);
  while (!isOver) await vi.advanceTimersByTimeAsync(250);
  return events;
}

describe('retries', () => {
  test.each([408, 429, 502, 503, 504])('status %i is tried again with the same body', async (status) => {
    const { events, requests } = await run([busy(status), busy(status), stream(start, finish)]);
    expect(events).toEqual([start, finish]);
    expect(requests).toHaveLength(3);
    expect(requests[2]?.body).toEqual(requests[0]?.body);
  });

  test.each([400, 401, 404, 409, 500])('status %i is not', async (status) => {
    const { events, requests } = await run([json(status, { error: 'No' })]);
    expect(events).toMatchObject([{ type: 'error', message: 'No' }]);
    expect(requests).toHaveLength(1);
  });

  test('the last busy answer becomes an error event with its code and waiting time', async () => {
    const last = json(429, { error: 'Busy', code: 'SESSION_BUSY' }, { 'retry-after': '7' });
    const { events, requests } = await run([busy(), busy(), last]);
    expect(events).toMatchObject([
      {
        type: 'error',
        errorType: 'rate_limit_error',
        message: 'Busy',
        code: 'SESSION_BUSY',
        retryAfter: 7,
        retryable: true,
      },
    ]);
    expect(requests).toHaveLength(3);
  });

  test.each([0, -3])('maxRetries %i disables them', async (maxRetries) => {
    const { requests } = await run([busy()], { maxRetries });
    expect(requests).toHaveLength(1);
  });

  test('a broken connection is tried again, after 1 s and 2 s, give or take a quarter', async () => {
    vi.useFakeTimers();
    const { calls, client } = scripted(connectionReset, connectionReset, answer(200));
    expect(await runOnFakeClock(client())).toEqual([finish]);
    const waits = calls.slice(1).map((at, index) => at - calls[index]!);
    expect(waits[0]).toBeGreaterThanOrEqual(750);
    expect(waits[0]).toBeLessThanOrEqual(1250);
    expect(waits[1]).toBeGreaterThanOrEqual(1500);
    expect(waits[1]).toBeLessThanOrEqual(2500);
  });

  test('the last broken connection is thrown', async () => {
    vi.useFakeTimers();
    const { calls, client } = scripted(connectionReset, connectionReset, connectionReset);
    await expect(runOnFakeClock(client())).rejects.toThrow('fetch failed');
    expect(calls).toHaveLength(3);
  });

  test('a failure that another attempt would meet too is thrown at once', async () => {
    const { calls, client } = scripted(() => Promise.reject(new TypeError('Invalid URL')));
    await expect(client().agentSessions.attach('s').execute(say).next()).rejects.toThrow('Invalid URL');
    expect(calls).toHaveLength(1);
  });

  test('a server that never answers is given up on and tried again, then the stream ends silently', async () => {
    vi.useFakeTimers();
    const { calls, client } = scripted(never, never, never);
    expect(await runOnFakeClock(client({ streamIdleTimeoutMs: 5000 }))).toEqual([]);
    expect(calls).toHaveLength(3);
    expect(calls[1]! - calls[0]!).toBeGreaterThanOrEqual(5750);
  });

  test('an abort during the wait ends the stream as any other', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const { calls, client } = scripted(async () => {
      setTimeout(() => controller.abort(), 100);
      return connectionReset();
    });
    const begunAt = Date.now();
    expect(await runOnFakeClock(client(), controller.signal)).toEqual([finish]);
    expect(Date.now() - begunAt).toBeLessThan(750);
    expect(calls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an abort before the wait begins waits for nothing', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const { client } = scripted(async () => {
      const busyBody = new ReadableStream<Uint8Array>({ cancel: () => controller.abort() });
      return new Response(busyBody, { status: 503, headers: { 'retry-after': '7' } });
    });
    const begunAt = Date.now();
    expect(await runOnFakeClock(client(), controller.signal)).toEqual([finish]);
    expect(Date.now() - begunAt).toBeLessThan(7000);
  });

  test('the wait grows to 8 s; Retry-After in seconds or as a date replaces it, up to 8 s', () => {
    for (const [attempt, ms] of [
      [0, 1000],
      [1, 2000],
      [3, 8000],
      [9, 8000],
    ] as const) {
      const waits = Array.from({ length: 50 }, () => retryDelayMs(attempt));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(ms * 0.75);
      expect(Math.max(...waits)).toBeLessThanOrEqual(ms * 1.25);
    }
    expect([retryDelayMs(5, 0), retryDelayMs(0, 3), retryDelayMs(0, 60)]).toEqual([0, 3000, 8000]);
    const header = (value: string) => retryAfterSeconds(new Headers({ 'retry-after': value }));
    expect(header('12')).toBe(12);
    expect(header(new Date(Date.now() + 5000).toUTCString())).toBeLessThanOrEqual(5);
    expect(header(new Date(0).toUTCString())).toBe(0);
    expect([header('soon'), retryAfterSeconds(new Headers())]).toEqual([undefined, undefined]);
  });
});

describe('what the application gives as fetch', () => {
  const bodyThatFails = (error: unknown) => async () => {
    let pulls = 0;
    return new Response(
      new ReadableStream<Uint8Array>({
        pull(controller) {
          if (pulls++ > 0) return controller.error(error);
          controller.enqueue(new TextEncoder().encode(encodeEvent(start)));
        },
      }),
    );
  };
  const run = (answer: () => Promise<Response>) =>
    Array.fromAsync(scripted(answer).client({ maxRetries: 0 }).agentSessions.attach('s').execute(say));

  test.each(['AbortError', 'TimeoutError', 'ResponseAborted'])('may give up on its own, with %s', async (name) => {
    const error = Object.assign(new Error('given up'), { name });
    expect(await run(() => Promise.reject(error))).toEqual([finish]);
    expect(await run(bodyThatFails(error))).toEqual([start, finish]);
  });

  test('may break the connection in mid-stream', async () => {
    expect(await run(bodyThatFails(new TypeError('terminated')))).toEqual([start]);
  });

  test('may fail in a way that we do not know: that is thrown, after the events before it', async () => {
    const seen: StreamEvent[] = [];
    const events = scripted(bodyThatFails(new RangeError('Bad frame')))
      .client()
      .agentSessions.attach('s')
      .execute(say);
    const reading = (async () => {
      for await (const event of events) seen.push(event);
    })();
    await expect(reading).rejects.toThrow('Bad frame');
    expect(seen).toEqual([start]);
  });

  test('is asked with a fresh key for every attempt', async () => {
    let keys = 0;
    await using server = await serveScript(busy(), busy(), stream(finish));
    const client = new OctavusClient({ baseUrl: server.url, apiKey: () => `k${++keys}` });
    await Array.fromAsync(client.agentSessions.attach('s').execute(say));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer k1',
      'Bearer k2',
      'Bearer k3',
    ]);
  });
});

describe('a stream that breaks off', () => {
  test('because its connection is lost ends silently, or with an error on request', async () => {
    const script = [brokenStream(start, delta('a'))];
    expect((await run(script)).events).toEqual([start, delta('a')]);
    const { events } = await run(script, { streamDrop: 'error' });
    expect(events).toEqual([start, delta('a'), expect.objectContaining(interrupted)]);
  });

  test('because nothing comes any more ends silently, or with an error on request', async () => {
    vi.useFakeTimers();
    const silent = timedBody([0, start]);
    expect(await runOnFakeClock(scripted(silent).client())).toEqual([start]);
    const events = await runOnFakeClock(scripted(silent).client({ streamDrop: 'error' }));
    expect(events).toEqual([start, expect.objectContaining(interrupted)]);
  });

  test('after its end is no matter', async () => {
    const { events } = await run([brokenStream(start, finish)], { streamDrop: 'error' });
    expect(events).toEqual([start, finish]);
  });

  test('is not one that sends heartbeats', async () => {
    vi.useFakeTimers();
    const beating = timedBody([0, start], [50_000, 'heartbeat'], [100_000, 'heartbeat'], [150_000, finish]);
    expect(await runOnFakeClock(scripted(beating).client({ streamDrop: 'error' }))).toEqual([start, finish]);
  });

  test.each([Infinity, 0])('is not one whose idle time is %s: that is no limit', async (streamIdleTimeoutMs) => {
    vi.useFakeTimers();
    const slow = timedBody([90_000, finish]);
    const client = scripted(slow).client({ streamIdleTimeoutMs });
    let isOver = false;
    const events = Array.fromAsync(client.agentSessions.attach('s').execute(say, { timeoutMs: Infinity })).finally(
      () => {
        isOver = true;
      },
    );
    while (!isOver) await vi.advanceTimersByTimeAsync(1000);
    expect(await events).toEqual([finish]);
  });

  test('closes its connection', async () => {
    await using server = await serveScript(openStream(start));
    const client = server.client({ streamIdleTimeoutMs: 2000 });
    await Array.fromAsync(client.agentSessions.attach('s').execute(say));
    await server.closed(0);
  });
});
