import { OctavusError, type UIMessage } from '@octavus/core';
import { describe, expect, test, vi } from 'vitest';
import { block, event, finish, start, text } from '../test/events.ts';
import { scriptedTransport } from '../test/scripted-transport.ts';
import { getText, OctavusChat, type OctavusChatOptions } from './index.ts';

function aChat(options: Partial<OctavusChatOptions> = {}, transport = scriptedTransport()) {
  const chat = new OctavusChat({ transport, ...options });
  const statuses: string[] = [];
  chat.subscribe(() => {
    if (statuses.at(-1) !== chat.status) statuses.push(chat.status);
  });
  return { chat, transport, statuses };
}

const said = (chat: OctavusChat) => chat.messages.map((message) => [message.role, message.status, getText(message)]);
const hello = { userMessage: { content: 'Hello' } };
const stored = (id: string): UIMessage => ({ id, role: 'user', parts: [], status: 'done', createdAt: new Date(0) });

describe('send', () => {
  test('shows the message at once, then the answer as it grows', async () => {
    const { chat, transport, statuses } = aChat();
    const sent = chat.send('user-message', { USER_MESSAGE: 'Hello' }, hello);
    expect(said(chat)).toEqual([['user', 'done', 'Hello']]);
    expect(transport.last.call).toEqual(['trigger', 'user-message', { USER_MESSAGE: 'Hello' }]);
    await transport.last.send(start(), block(), ...text('Hi').slice(0, 2));
    expect(said(chat)[1]).toEqual(['assistant', 'streaming', 'Hi']);
    await transport.last.send(text()[1]!, finish());
    await transport.last.end();
    await sent;
    expect(said(chat)[1]).toEqual(['assistant', 'done', 'Hi']);
    // The message of the user is told before the status.
    expect(statuses).toEqual(['idle', 'streaming', 'idle']);
  });

  test('a block shows an empty message; one that stays empty is removed', async () => {
    const { chat, transport } = aChat();
    void chat.send('go');
    await transport.last.send(block());
    expect(chat.messages).toMatchObject([{ role: 'assistant', parts: [], status: 'streaming' }]);
    await transport.last.send(finish());
    expect(chat.messages).toEqual([]);
  });

  test('the user message has its files first, then its content', async () => {
    const { chat } = aChat();
    const files = [{ id: 'f1', mediaType: 'image/png', url: 'https://files.example/f1', filename: 'a.png', size: 3 }];
    const content = { type: 'Order', number: 7 };
    void chat.send('go', {}, { userMessage: { content, files, sender: { name: 'Ada' } } });
    void chat.send('go', {}, { userMessage: { content: { number: 7 } } });
    void chat.send('go', {}, { userMessage: {} });
    const [first, second, third] = chat.messages;
    expect(first).toMatchObject({
      sender: { name: 'Ada' },
      parts: [
        { type: 'file', ...files[0] },
        { type: 'object', typeName: 'Order', object: content, status: 'done' },
      ],
    });
    expect(second?.parts).toMatchObject([{ typeName: 'object', object: { number: 7 } }]);
    expect(third?.parts).toEqual([]);
    expect(new Set([first?.id, second?.id, third?.id]).size).toBe(3);
  });

  test('while a turn streams takes its place: the old one is finished and nothing of it returns', async () => {
    const { chat, transport } = aChat({}, scriptedTransport({ ignoresStop: true }));
    const onStop = vi.fn();
    chat.updateOptions({ onStop });
    const first = chat.send('go', {}, hello);
    await transport.last.send(start(), ...text('old').slice(0, 2));
    const old = transport.last;
    const second = chat.send('go', {}, hello);
    await first;
    await transport.last.send(start(), ...text('new').slice(0, 2));
    await old.send(event('text-delta', { id: 't1', delta: ' ghost' }), finish());
    await old.fail(new Error('late'));
    expect(said(chat)).toEqual([
      ['user', 'done', 'Hello'],
      ['assistant', 'done', 'old'],
      ['user', 'done', 'Hello'],
      ['assistant', 'streaming', 'new'],
    ]);
    await transport.last.send(finish());
    await transport.last.end();
    await second;
    expect(chat.status).toBe('idle');
    expect(chat.error).toBeNull();
    expect(onStop).not.toHaveBeenCalled();
    expect(old.isLeft).toBe(true);
  });
});

describe('status', () => {
  test('onFinish is told the reason, after the chat is idle, and not before a terminal event', async () => {
    const reasons: unknown[] = [];
    const { chat, transport } = aChat({ onFinish: (reason) => reasons.push([reason, chat.status]) });
    void chat.send('go');
    await transport.last.send(start(), ...text('Cut'));
    expect(reasons).toEqual([]);
    await transport.last.send(finish('length'));
    expect(reasons).toEqual([['length', 'idle']]);
    expect(chat.lastFinishReason).toBe('length');
  });

  test('an error event ends in error with all its fields; the next run clears it', async () => {
    const onError = vi.fn();
    const { chat, transport, statuses } = aChat({ onError });
    const sent = chat.send('go');
    const failure = {
      errorType: 'rate_limit_error',
      message: 'Slow',
      retryable: true,
      source: 'provider',
      retryAfter: 3,
    };
    const provider = { name: 'openai', statusCode: 429 };
    await transport.last.send(start(), ...text('Ro').slice(0, 2), event('error', { ...failure, code: 'X', provider }));
    await sent;
    expect(chat.error).toBeInstanceOf(OctavusError);
    expect(chat.error).toMatchObject({ ...failure, code: 'X', provider });
    expect(onError).toHaveBeenCalledExactlyOnceWith(chat.error);
    expect(said(chat)).toEqual([['assistant', 'done', 'Ro']]);
    expect(transport.last.isLeft).toBe(true);
    void chat.send('go');
    expect(chat.error).toBeNull();
    expect(statuses).toEqual(['streaming', 'error', 'streaming']);
  });

  test('a transport that throws ends in error, an OctavusError as it is, anything else wrapped', async () => {
    const { chat, transport } = aChat();
    const own = new OctavusError({ errorType: 'tool_error', message: 'own', source: 'tool' });
    const cause = new Error('socket gone');
    for (const [thrown, expected] of [
      [own, own],
      [cause, { errorType: 'internal_error', source: 'client', retryable: false, message: 'socket gone', cause }],
    ] as const) {
      const sent = chat.send('go');
      await transport.last.fail(thrown);
      await sent;
      expect(chat.error).toMatchObject(expected);
    }
    const broken = new OctavusChat({
      transport: {
        ...transport,
        trigger: () => {
          throw new Error('no such host');
        },
      },
    });
    await broken.send('go');
    expect(broken.error?.message).toBe('no such host');
  });

  test('a stream without an ending leaves the chat idle with what came', async () => {
    const onInterrupted = vi.fn();
    const onFinish = vi.fn();
    const { chat, transport } = aChat({ onInterrupted, onFinish });
    const sent = chat.send('go');
    await transport.last.send(start(), ...text('Half').slice(0, 2));
    await transport.last.end();
    await sent;
    expect(said(chat)).toEqual([['assistant', 'done', 'Half']]);
    expect(chat.status).toBe('idle');
    expect(onInterrupted).toHaveBeenCalledOnce();
    expect(onFinish).not.toHaveBeenCalled();
  });

  test('callbacks and listeners that throw disturb nothing', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const fail = () => {
      throw new Error('mine');
    };
    const transport = scriptedTransport();
    const chat = new OctavusChat({
      transport,
      onStart: fail,
      onSessionCreated: fail,
      onFinish: fail,
      onResourceUpdate: fail,
      onUsage: fail,
    });
    chat.subscribe(fail);
    void chat.send('go');
    await transport.last.send(start({ sessionId: 's1' }), event('resource-update', { name: 'NOTES', value: 1 }));
    await transport.last.send(...text('Hi'), finish(), event('usage', { cost: {}, tokens: {} }));
    expect(said(chat)).toEqual([['assistant', 'done', 'Hi']]);
    expect(chat.status).toBe('idle');
    expect(log).toHaveBeenCalled();
    log.mockRestore();
  });

  test('start, session, resource and usage are told', async () => {
    const told: unknown[] = [];
    const { chat, transport } = aChat({
      onStart: (id) => told.push(['start', id]),
      onSessionCreated: (id) => told.push(['session', id]),
      onResourceUpdate: (name, value) => told.push(['resource', name, value]),
      onUsage: ({ tokens }) => told.push(['usage', tokens]),
    });
    void chat.send('go');
    await transport.last.send(start({ sessionId: 's1' }), start({ sessionId: 's1' }), start({ sessionId: 's2' }));
    await transport.last.send(event('resource-update', { name: 'NOTES', value: null }), finish());
    await transport.last.send(event('usage', { tokens: 9 }), ...text('too late'));
    expect(told).toEqual([
      ['start', 'exec_1'],
      ['session', 's1'],
      ['start', 'exec_1'],
      ['start', 'exec_1'],
      ['session', 's2'],
      ['resource', 'NOTES', null],
      ['usage', 9],
    ]);
    expect(chat.messages).toEqual([]);
  });
});

describe('stop', () => {
  test('keeps what came, tells the transport, and nothing follows', async () => {
    const onStop = vi.fn();
    const { chat, transport } = aChat({ onStop }, scriptedTransport({ ignoresStop: true }));
    const sent = chat.send('go');
    await transport.last.send(start(), ...text('Half').slice(0, 2));
    const { stops } = transport;
    chat.stop();
    expect(transport.stops).toBe(stops + 1);
    await sent;
    await transport.last.send(event('text-delta', { id: 't1', delta: ' more' }), finish());
    expect(said(chat)).toEqual([['assistant', 'done', 'Half']]);
    expect(chat.status).toBe('idle');
    expect(onStop).toHaveBeenCalledOnce();
  });

  test('removes a message that is still empty', async () => {
    const { chat, transport } = aChat();
    void chat.send('go', {}, hello);
    await transport.last.send(start(), block());
    chat.stop();
    expect(said(chat)).toEqual([['user', 'done', 'Hello']]);
  });

  test('does nothing when nothing runs', async () => {
    const onStop = vi.fn();
    const { chat, transport, statuses } = aChat({ onStop });
    chat.stop();
    void chat.send('go');
    await transport.last.send(...text('Hi'), finish());
    chat.stop();
    expect(onStop).not.toHaveBeenCalled();
    expect(statuses).toEqual(['streaming', 'idle']);
  });

  test('inside a listener ends the run at once', async () => {
    const { chat, transport } = aChat();
    chat.subscribe(() => {
      if (chat.messages.at(-1)?.parts.length && chat.status === 'streaming') chat.stop();
    });
    void chat.send('go');
    await transport.last.send(...text('Hi', ' more'), finish());
    expect(said(chat)).toEqual([['assistant', 'done', '']]);
    expect(chat.status).toBe('idle');
  });
});

describe('retry', () => {
  test('does nothing before the first send', async () => {
    const { chat, transport } = aChat();
    expect(chat.canRetry).toBe(false);
    await chat.retry();
    expect(transport.feeds).toEqual([]);
  });

  test('takes the turn back and sends it again, from where the server says', async () => {
    const { chat, transport } = aChat({ initialMessages: [stored('m0')] });
    void chat.send('user-message', { A: 1 }, hello);
    expect(chat.canRetry).toBe(false);
    const [, firstMessage] = chat.messages;
    await transport.last.send(start({ lastMessageId: 'server-1' }), ...text('First'));
    await transport.last.send(start({ lastMessageId: 'later' }), finish());
    expect(chat.canRetry).toBe(true);
    void chat.retry();
    expect(transport.last.call).toEqual(['trigger', 'user-message', { A: 1 }, { rollbackAfterMessageId: 'server-1' }]);
    expect(said(chat).slice(1)).toEqual([['user', 'done', 'Hello']]);
    expect(chat.messages[1]?.id).not.toBe(firstMessage?.id);
    await transport.last.send(start(), ...text('Second'), finish());
    expect(said(chat).slice(1)).toEqual([
      ['user', 'done', 'Hello'],
      ['assistant', 'done', 'Second'],
    ]);
  });

  test('rolls back to the last message it knew, or to nothing', async () => {
    const { chat, transport } = aChat({ initialMessages: [stored('m0')] });
    void chat.send('go');
    await transport.last.fail(new Error('down'));
    void chat.retry();
    expect(transport.last.call.at(-1)).toEqual({ rollbackAfterMessageId: 'm0' });
    const empty = aChat();
    void empty.chat.send('go');
    await empty.transport.last.fail(new Error('down'));
    void empty.chat.retry();
    expect(empty.transport.last.call.at(-1)).toEqual({ rollbackAfterMessageId: null });
  });
});

describe('observe', () => {
  test('follows a turn without sending anything', async () => {
    const { chat, transport } = aChat({ initialMessages: [stored('m0')] });
    const observed = chat.observe();
    await transport.last.send(start(), ...text('Seen'), finish());
    await transport.last.end();
    await observed;
    expect(transport.last.call).toEqual(['observe']);
    expect(said(chat)[1]).toEqual(['assistant', 'done', 'Seen']);
    expect(chat.canRetry).toBe(false);
  });

  test('rejects when the transport cannot', async () => {
    const transport = Object.assign(scriptedTransport(), { observe: undefined });
    await expect(new OctavusChat({ transport }).observe()).rejects.toThrow('observe');
  });
});

describe('control signals', () => {
  test('a replay builds the turn anew, silently until it is live', async () => {
    const { chat, transport } = aChat();
    let notified = 0;
    chat.subscribe(() => {
      notified += 1;
    });
    void chat.send('go');
    await transport.last.send(start(), ...text('Old').slice(0, 2));
    const [before] = chat.messages;
    await transport.last.send({ type: 'replay-start' });
    expect(chat.messages[0]).toBe(before);
    await transport.last.send(start(), event('text-start', { id: 't1' }));
    notified = 0;
    await transport.last.send(event('text-delta', { id: 't1', delta: 'New' }));
    expect(notified).toBe(0);
    await transport.last.send({ type: 'live' });
    expect(notified).toBe(1);
    expect(said(chat)).toEqual([['assistant', 'streaming', 'New']]);
    expect(chat.messages[0]?.id).not.toBe(before?.id);
    await transport.last.send(event('text-delta', { id: 't1', delta: '!' }));
    expect(notified).toBe(2);
  });

  test('a replay without events leaves the turn as it is', async () => {
    const { chat, transport } = aChat();
    void chat.send('go');
    await transport.last.send(...text('Old').slice(0, 2), { type: 'replay-start' }, { type: 'live' });
    await transport.last.send(event('text-delta', { id: 't1', delta: 'er' }));
    expect(said(chat)).toEqual([['assistant', 'streaming', 'Older']]);
  });

  test('the end of the stream makes it live', async () => {
    const { chat, transport } = aChat();
    void chat.send('go');
    await transport.last.send({ type: 'replay-start' }, ...text('Old').slice(0, 2));
    await transport.last.end();
    void chat.send('go');
    let notified = 0;
    chat.subscribe(() => {
      notified += 1;
    });
    await transport.last.send(event('text-start', { id: 'x' }), event('text-delta', { id: 'x', delta: 'a' }));
    expect(notified).toBe(2);
  });

  test('reset-turn drops the message at once', async () => {
    const { chat, transport } = aChat();
    void chat.send('go');
    await transport.last.send(...text('Wrong').slice(0, 2), { type: 'reset-turn' });
    expect(chat.messages).toEqual([]);
    await transport.last.send(...text('Right'), finish());
    expect(said(chat)).toEqual([['assistant', 'done', 'Right']]);
  });
});

describe('messages', () => {
  test('have a new array after a change and the same one without; other messages stay the same objects', async () => {
    const { chat, transport } = aChat({ initialMessages: [stored('m0')] });
    const initial = chat.messages;
    expect(chat.messages).toBe(initial);
    void chat.send('go');
    await transport.last.send(...text('a').slice(0, 2));
    const before = chat.messages;
    await transport.last.send(event('text-delta', { id: 't1', delta: 'b' }));
    const after = chat.messages;
    expect(after).not.toBe(before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(after[1]?.id).toBe(before[1]?.id);
    expect(after[1]?.createdAt).toBe(before[1]?.createdAt);
    expect(getText(before[1]!)).toBe('a');
  });

  test('may be frozen by a listener', async () => {
    const { chat, transport } = aChat();
    chat.subscribe(() => void chat.messages.forEach((message) => void Object.freeze(Object.freeze(message).parts)));
    void chat.send('go', {}, hello);
    await transport.last.send(...text('a', 'b'), finish());
    expect(said(chat)[1]).toEqual(['assistant', 'done', 'ab']);
  });

  test('dates of initial messages may be strings', () => {
    const createdAt = '2026-03-04T09:30:00.000Z' as unknown as Date;
    const { chat } = aChat({ initialMessages: [{ ...stored('m0'), createdAt }] });
    expect(chat.messages[0]?.createdAt).toEqual(new Date('2026-03-04T09:30:00.000Z'));
  });

  test('can be replaced unless a turn streams', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { chat, transport } = aChat();
    void chat.send('go');
    await transport.last.send(...text('Hi'));
    chat.replaceMessages([stored('x')]);
    expect(warn).toHaveBeenCalledOnce();
    expect(said(chat)).toMatchObject([['assistant', 'streaming', 'Hi']]);
    await transport.last.send(finish());
    chat.replaceMessages([stored('x')]);
    expect(chat.messages.map(({ id }) => id)).toEqual(['x']);
    warn.mockRestore();
  });

  test('take the ids of the server where that is asked for', async () => {
    const { chat, transport } = aChat({ useServerMessageIds: true });
    void chat.send('go');
    await transport.last.send(start({ messageId: 'server-7' }), ...text('Hi').slice(0, 2));
    await transport.last.send(start({ messageId: 'other' }), finish());
    expect(chat.messages[0]?.id).toBe('server-7');
  });

  test('getText leaves other threads and parts out', () => {
    const parts = [
      { type: 'text', text: 'a', status: 'done' },
      { type: 'text', text: 'x', status: 'done', thread: 'notes' },
      { type: 'reasoning', text: 'y', status: 'done' },
      { type: 'text', text: 'b', status: 'done', thread: 'main' },
    ] as const;
    expect(getText({ parts: [...parts] })).toBe('ab');
  });
});

test('throttled listeners hear of pieces together and of everything else at once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { chat, transport } = aChat({ throttleMs: 50 });
    void chat.send('go');
    await transport.last.send(event('text-start', { id: 't1' }));
    const seen: string[] = [];
    chat.subscribe(() => seen.push(getText(chat.messages[0]!)));
    const deltas = ['a', 'b', 'c'].map((delta) => event('text-delta', { id: 't1', delta }));
    await transport.last.send(...deltas);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(seen).toEqual(['abc']);
    await transport.last.send(...deltas, event('text-end', { id: 't1' }));
    expect(seen).toEqual(['abc', 'abcabc']);
    vi.advanceTimersByTime(500);
    expect(seen).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});
