import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../src/index.ts';
import {
  type Answer,
  delta,
  finish,
  openStream,
  paused,
  say,
  serveScript,
  start,
  stream,
  toolRequest,
} from './script-server.ts';

const stopped = { type: 'finish', finishReason: 'stop' };

describe('abort', () => {
  const abortable = async (answers: readonly Answer[], when: (event: StreamEvent) => boolean, options = {}) => {
    await using server = await serveScript(...answers);
    const controller = new AbortController();
    const events: StreamEvent[] = [];
    const session = server.client().agentSessions.attach('s', options);
    for await (const event of session.execute(say, { signal: controller.signal })) {
      events.push(event);
      if (when(event)) controller.abort();
    }
    return { events, requests: server.requests };
  };

  test('before the first request sends none', async () => {
    await using server = await serveScript();
    const events = server.client().agentSessions.attach('s').execute(say, { signal: AbortSignal.abort() });
    expect(await Array.fromAsync(events)).toEqual([stopped]);
    expect(server.requests).toHaveLength(0);
  });

  test('while the server has not answered', async () => {
    const controller = new AbortController();
    await using server = await serveScript(() => controller.abort());
    const events = server.client().agentSessions.attach('s').execute(say, { signal: controller.signal });
    expect(await Array.fromAsync(events)).toEqual([stopped]);
  });

  test('in the middle of a stream', async () => {
    const { events } = await abortable([openStream(start, delta('a'))], (event) => event.type === 'text-delta');
    expect(events).toEqual([start, delta('a'), stopped]);
  });

  test('after the end adds no second end', async () => {
    const { events } = await abortable([openStream(start, finish)], (event) => event.type === 'finish');
    expect(events).toEqual([start, finish]);
  });

  test('during tools ends at once, tells the handler, and drops late results', async () => {
    const controller = new AbortController();
    await using server = await serveScript(stream(start, toolRequest('find'), paused));
    let told: AbortSignal | undefined;
    const find = (_args: unknown, context?: { signal: AbortSignal }) => {
      told = context?.signal;
      controller.abort();
      return new Promise(() => undefined);
    };
    const session = server.client().agentSessions.attach('s', { tools: { find } });
    expect(await Array.fromAsync(session.execute(say, { signal: controller.signal }))).toEqual([start, stopped]);
    expect(told?.aborted).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test('in onToolResults emits no output', async () => {
    const controller = new AbortController();
    await using server = await serveScript(stream(start, toolRequest('find'), paused));
    const session = server.client().agentSessions.attach('s', {
      tools: { find: async () => 1 },
      onToolResults: async () => controller.abort(),
    });
    expect(await Array.fromAsync(session.execute(say, { signal: controller.signal }))).toEqual([start, stopped]);
  });

  test('between legs sends no further request', async () => {
    const { events, requests } = await abortable(
      [stream(start, toolRequest('find'), paused)],
      (event) => event.type === 'tool-output-available',
      { tools: { find: async () => 1 } },
    );
    expect(events.at(-1)).toEqual(stopped);
    expect(requests).toHaveLength(1);
  });

  test('a deadline ends a stream as the signal does', async () => {
    await using server = await serveScript(openStream(start));
    const events = server.client().agentSessions.attach('s').execute(say, { timeoutMs: 50 });
    expect((await Array.fromAsync(events)).at(-1)).toEqual(stopped);
  });

  test('no listener stays on the signal', async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = ((type: 'abort', listener: () => void) => {
      listeners.add(listener);
      add(type, listener);
    }) as typeof signal.addEventListener;
    signal.removeEventListener = ((type: 'abort', listener: () => void) => {
      listeners.delete(listener);
      remove(type, listener);
    }) as typeof signal.removeEventListener;
    await using server = await serveScript(
      stream(start, toolRequest('find'), paused),
      stream(start, finish),
      stream(start, finish),
    );
    const session = server.client().agentSessions.attach('s', { tools: { find: async () => 1 } });
    await Array.fromAsync(session.execute(say, { signal }));
    for await (const _event of session.execute(say, { signal })) break;
    expect(listeners.size).toBe(0);
  });
});

describe('leaving early', () => {
  test('closes the connection', async () => {
    await using server = await serveScript(openStream(start));
    for await (const event of server.client().agentSessions.attach('s').execute(say)) {
      expect(event).toEqual(start);
      break;
    }
    await server.closed(0);
  });

  test('also while the next event is awaited', async () => {
    await using server = await serveScript(openStream(start));
    const events = server.client().agentSessions.attach('s').execute(say);
    await events.next();
    const next = events.next();
    await events.return(undefined);
    expect(await next).toEqual({ done: false, value: stopped });
    expect((await events.next()).done).toBe(true);
    await server.closed(0);
  });
});
