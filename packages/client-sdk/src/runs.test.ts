import { describe, expect, test, vi } from 'vitest';
import { block, call, event, finish, start, text } from '../test/events.ts';
import { scriptedTransport } from '../test/scripted-transport.ts';
import { getText, OctavusChat, type OctavusChatOptions } from './index.ts';

function aChat(options: Partial<OctavusChatOptions> = {}, transport = scriptedTransport()) {
  return { chat: new OctavusChat({ transport, ...options }), transport };
}

const said = (chat: OctavusChat) => chat.messages.map((message) => [message.status, getText(message)]);
const pause = finish('client-tool-calls');
const asks = (...names: string[]) =>
  event('client-tool-request', {
    executionId: 'exec_1',
    toolCalls: names.map((name) => ({ toolCallId: `id-${name}`, toolName: name, args: {} })),
  });

const silenced = (method: 'error' | 'warn') => vi.spyOn(console, method).mockImplementation(() => undefined);

describe('a stream after its ending', () => {
  test('may fail without harm to the finished turn', async () => {
    const onError = vi.fn();
    const { chat, transport } = aChat({ onError });
    const sent = chat.send('go');
    await transport.last.send(start(), ...text('Hi'), finish());
    await transport.last.fail(new Error('connection reset'));
    await sent;
    expect([chat.status, chat.error]).toEqual(['idle', null]);
    expect(onError).not.toHaveBeenCalled();
  });

  test('may fail without harm to the leg that follows', async () => {
    const { chat, transport } = aChat({ clientTools: { go: async () => 1 } });
    void chat.send('go');
    const first = transport.last;
    await first.send(start(), asks('go'), pause);
    await first.fail(new Error('connection reset'));
    await transport.last.send(...text('Done'), finish());
    expect(said(chat)).toEqual([['done', 'Done']]);
    expect([chat.status, chat.error]).toEqual(['idle', null]);
  });

  test('steers nothing any more', async () => {
    const { chat, transport } = aChat({ clientTools: { go: async () => 1 } });
    void chat.send('go');
    const first = transport.last;
    await first.send(start(), ...text('One'), asks('go'), pause);
    await transport.last.send(...text(' two').slice(0, 2));
    await first.send({ type: 'reset-turn' }, { type: 'replay-start' }, ...text('ghost'));
    let notified = 0;
    chat.subscribe(() => {
      notified += 1;
    });
    await transport.last.send(event('text-delta', { id: 't1', delta: '!' }));
    expect(said(chat)).toEqual([['streaming', 'One two!']]);
    expect(notified).toBe(1);
  });
});

describe('a replay', () => {
  test('that pauses for a tool is live from there on', async () => {
    const { chat, transport } = aChat({ clientTools: { go: async () => 1 } });
    void chat.observe();
    await transport.last.send({ type: 'replay-start' }, start(), ...text('Before'), asks('go'), pause);
    await transport.last.send(event('text-start', { id: 't2' }));
    let notified = 0;
    chat.subscribe(() => {
      notified += 1;
    });
    await transport.last.send(event('text-delta', { id: 't2', delta: 'a' }));
    expect(notified).toBe(1);
  });

  test('does not swallow the pieces that a throttled listener still waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { chat, transport } = aChat({ throttleMs: 50 });
      void chat.send('go');
      await transport.last.send(event('text-start', { id: 't1' }));
      const seen: unknown[] = [];
      chat.subscribe(() => seen.push(said(chat)[0]?.[1]));
      await transport.last.send(event('text-delta', { id: 't1', delta: 'Hi' }), { type: 'replay-start' });
      expect(seen).toEqual(['Hi']);
      await transport.last.send(event('text-start', { id: 't1' }), event('text-delta', { id: 't1', delta: 'A' }));
      vi.advanceTimersByTime(50);
      // The text that was opened is told, its piece is not.
      expect(seen).toEqual(['Hi', '']);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is over with one notification', async () => {
    const { chat, transport } = aChat();
    void chat.send('go');
    let notified = 0;
    chat.subscribe(() => {
      notified += 1;
    });
    await transport.last.send({ type: 'live' });
    expect(notified).toBe(1);
  });
});

describe('listeners', () => {
  test('that stop a run as it begins let nothing be sent', async () => {
    const { chat, transport } = aChat();
    const unsubscribe = chat.subscribe(() => {
      if (chat.status === 'streaming') chat.stop();
    });
    await chat.send('go');
    expect(transport.feeds).toEqual([]);
    expect(chat.status).toBe('idle');
    unsubscribe();
    void chat.send('go');
    expect(transport.feeds).toHaveLength(1);
  });

  test('that stop a run as it goes on let nothing be sent', async () => {
    const { chat, transport } = aChat({ clientTools: { pick: 'interactive' } });
    void chat.send('go');
    await transport.last.send(start(), ...call('id-pick', 'pick'), asks('pick'), pause);
    chat.subscribe(() => {
      if (chat.status === 'streaming' && Object.keys(chat.pendingClientTools).length === 0) chat.stop();
    });
    chat.pendingClientTools.pick?.[0]?.submit('noon');
    expect(transport.feeds).toHaveLength(1);
    expect(chat.status).toBe('idle');
  });

  test('that were removed by one before them are not called', () => {
    const { chat } = aChat();
    const removed = vi.fn();
    chat.subscribe(() => remove());
    const remove = chat.subscribe(removed);
    chat.replaceMessages([]);
    expect(removed).not.toHaveBeenCalled();
  });

  test('hear of an answered tool that the message does not show', async () => {
    const held = Promise.withResolvers<unknown>();
    const { chat, transport } = aChat({ clientTools: { pick: 'interactive', slow: () => held.promise } });
    void chat.send('go');
    await transport.last.send(start(), asks('pick', 'slow'), pause);
    const pending: unknown[] = [];
    chat.subscribe(() => pending.push(Object.keys(chat.pendingClientTools)));
    chat.pendingClientTools.pick?.[0]?.submit('noon');
    expect(pending).toEqual([[]]);
    held.resolve(1);
    await transport.last.send();
    expect(transport.feeds).toHaveLength(2);
  });

  test('may send in the middle of a stop', async () => {
    const { chat, transport } = aChat();
    void chat.send('go');
    await transport.last.send(block(), { type: 'replay-start' }, ...text('Old').slice(0, 2));
    const unsubscribe = chat.subscribe(() => {
      unsubscribe();
      void chat.send('next', {}, { userMessage: { content: 'Next' } });
    });
    chat.stop();
    await transport.last.send(...text('New'), finish());
    expect(said(chat)).toEqual([
      ['done', 'Old'],
      ['done', 'Next'],
      ['done', 'New'],
    ]);
  });
});

test('a transport whose stop fails is stopped all the same', async () => {
  const log = silenced('error');
  const transport = Object.assign(scriptedTransport(), {
    stop: () => {
      throw new Error('already closed');
    },
  });
  const onStop = vi.fn();
  const chat = new OctavusChat({ transport, onStop });
  const sent = chat.send('go');
  await transport.last.send(...text('Half').slice(0, 2));
  chat.stop();
  await sent;
  expect(said(chat)).toEqual([['done', 'Half']]);
  expect(chat.status).toBe('idle');
  expect(onStop).toHaveBeenCalledOnce();
  expect(log).toHaveBeenCalledWith(new Error('already closed'));
  log.mockRestore();
});

test('what a transport throws is told in words', async () => {
  const { chat, transport } = aChat();
  for (const [thrown, message] of [
    ['no route', 'no route'],
    [Object.create(null), 'The transport failed'],
    [undefined, 'The transport failed'],
    [new Error(''), 'The transport failed'],
  ]) {
    const sent = chat.send('go');
    await transport.last.fail(thrown);
    await sent;
    expect(chat.error).toMatchObject({ message, errorType: 'internal_error', source: 'client' });
  }
});

test('the reason of the last turn is that of no other', async () => {
  const { chat, transport } = aChat();
  void chat.send('go');
  await transport.last.send(...text('Cut'), finish('length'));
  expect(chat.lastFinishReason).toBe('length');
  void chat.send('go');
  expect(chat.lastFinishReason).toBeUndefined();
  await transport.last.fail(new Error('down'));
  expect(chat.lastFinishReason).toBeUndefined();
});

test('a hint for programmers is not given in production', async () => {
  const warn = silenced('warn');
  vi.stubEnv('NODE_ENV', 'production');
  const { chat } = aChat();
  void chat.send('go');
  chat.replaceMessages([]);
  expect(warn).not.toHaveBeenCalled();
  vi.stubEnv('NODE_ENV', 'development');
  chat.replaceMessages([]);
  expect(warn).toHaveBeenCalledOnce();
  // A plain page has no `process`.
  vi.stubGlobal('process', undefined);
  chat.replaceMessages([]);
  vi.unstubAllGlobals();
  expect(warn).toHaveBeenCalledTimes(2);
  vi.unstubAllEnvs();
  warn.mockRestore();
});
