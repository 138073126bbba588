import { OctavusError } from '@octavus/core';
import { describe, expect, test, vi } from 'vitest';
import { aChat, hello, said, stored } from '../test/a-chat.ts';
import { block, event, finish, start, text } from '../test/events.ts';
import { scriptedTransport } from '../test/scripted-transport.ts';
import { OctavusChat } from './index.ts';

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
