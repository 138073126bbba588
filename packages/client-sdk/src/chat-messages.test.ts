import { describe, expect, test, vi } from 'vitest';
import { aChat, hello, said, stored } from '../test/a-chat.ts';
import { event, finish, start, text } from '../test/events.ts';
import { getText } from './index.ts';

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
