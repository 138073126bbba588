import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { event, finish, start, text } from '../test/events.ts';
import { scriptedTransport } from '../test/scripted-transport.ts';
import {
  type ChatStreamItem,
  createPollingTransport,
  createSocketTransport,
  OctavusChat,
  type PollResult,
  type RequestUploadUrls,
  type Transport,
  uploadFiles,
} from './index.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('no timer is left', () => {
  const ends: Record<string, (chat: OctavusChat, feed: ReturnType<typeof scriptedTransport>['last']) => unknown> = {
    'stop()': (chat) => chat.stop(),
    'a finish': (_, feed) => feed.send(finish()),
    'an error': (_, feed) => feed.fail(new Error('down')),
    'a lost connection': (_, feed) => feed.end(),
    'another message': (chat) => void chat.send('other'),
  };
  test.each(Object.keys(ends))('by a throttled chat after %s, and the last piece is told', async (name) => {
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, throttleMs: 1000 });
    void chat.send('go');
    const seen: string[] = [];
    chat.subscribe(() => seen.push(JSON.stringify(chat.messages)));
    await transport.last.send(start(), ...text('Hi', ' there').slice(0, 3));
    expect(vi.getTimerCount()).toBe(1);
    expect(seen.at(-1)).not.toContain('Hi');
    await ends[name]?.(chat, transport.last);
    expect(seen.at(-1)).toContain('Hi there');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('by a polling transport that is stopped between two polls', async () => {
    const onPoll = async (): Promise<PollResult> => ({ events: [start()], cursor: 1, status: 'streaming' });
    const transport = createPollingTransport({ onTrigger: async () => ({}), onPoll, onStop: () => undefined });
    const chat = new OctavusChat({ transport });
    const sent = chat.send('go');
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    chat.stop();
    await sent;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('by a socket that is disconnected between two attempts', async () => {
    const connect = () => Promise.reject(new Error('down'));
    const transport = createSocketTransport({ connect, reconnect: {} });
    const opening = transport.connect();
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    transport.disconnect();
    await expect(opening).rejects.toThrow('closed');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('by an upload that is through, and by one that is aborted between two attempts', async () => {
    // The real one has timers of its own.
    vi.stubGlobal('fetch', async (url: string) => new Response(null, { status: url === 'busy' ? 503 : 200 }));
    const abort = new AbortController();
    const requestUploadUrls: RequestUploadUrls = async (files) => ({
      files: files.map(({ filename }) => ({ id: 'f', uploadUrl: filename, downloadUrl: 'x' })),
    });
    await uploadFiles([new File(['x'], 'through')], { requestUploadUrls });
    expect(vi.getTimerCount()).toBe(0);
    const upload = uploadFiles([new File(['x'], 'busy')], { requestUploadUrls, signal: abort.signal });
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    abort.abort(new Error('enough'));
    await expect(upload).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
    vi.unstubAllGlobals();
  });
});

test('a turn of many polls leaves no more abort listeners than one of few', async () => {
  let open = 0;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (this: EventTarget, ...args) {
    if (args[0] === 'abort') open += 1;
    return addEventListener.apply(this, args);
  });
  vi.spyOn(EventTarget.prototype, 'removeEventListener').mockImplementation(function (this: EventTarget, ...args) {
    if (args[0] === 'abort') open -= 1;
    return removeEventListener.apply(this, args);
  });
  const leftAfter = async (polls: number) => {
    open = 0;
    let count = 0;
    const onPoll = async (): Promise<PollResult> => {
      count += 1;
      const isLast = count === polls;
      return { events: isLast ? [finish()] : [], cursor: count, status: isLast ? 'idle' : 'streaming' };
    };
    const transport = createPollingTransport({ onTrigger: async () => ({}), onPoll, onStop: () => undefined });
    const sent = new OctavusChat({ transport }).send('go');
    while (count < polls) {
      await settle();
      vi.runOnlyPendingTimers();
    }
    await sent;
    return open;
  };
  expect(await leftAfter(50)).toBe(await leftAfter(2));
});

test('a stream that hangs is left as soon as its run is over, one that ended is not left again', async () => {
  const left: string[] = [];
  const source = (
    name: string,
    ...answers: readonly IteratorResult<ChatStreamItem>[]
  ): AsyncIterable<ChatStreamItem> => ({
    [Symbol.asyncIterator]: () => {
      const waiting = [...answers];
      return {
        next: () => {
          const answer = waiting.shift();
          return answer ? Promise.resolve(answer) : new Promise<never>(() => undefined);
        },
        return: async () => {
          left.push(name);
          throw new Error('nobody hears this');
        },
      };
    },
  });
  const streams = [
    source('hangs'),
    source('fails', { value: event('error', { errorType: 'tool_error', message: 'x', source: 'tool' }) }),
    source('ends', { value: finish() }, { done: true, value: undefined }),
  ];
  const transport: Transport = {
    trigger: () => streams.shift()!,
    continueWithToolResults: () => source('never'),
    stop: () => undefined,
  };
  const chat = new OctavusChat({ transport });
  const hanging = chat.send('go');
  chat.stop();
  await hanging;
  expect(left).toEqual(['hangs']);
  await chat.send('go');
  expect(left).toEqual(['hangs', 'fails']);
  await chat.send('go');
  chat.replaceMessages([]);
  void chat.stop();
  await settle();
  expect(left).toEqual(['hangs', 'fails']);
});
