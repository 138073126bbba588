import { describe, expect, test, vi } from 'vitest';
import { event, finish, start, text } from '../../test/events.ts';
import {
  createPollingTransport,
  getText,
  OctavusChat,
  type PollingTransportOptions,
  type PollResult,
} from '../index.ts';

function pollingChat(batches: PollResult[], options: Partial<PollingTransportOptions> = {}) {
  const onTrigger = vi.fn<PollingTransportOptions['onTrigger']>(async () => ({}));
  const onPoll = vi.fn(async () => batches.shift() ?? { events: [], cursor: 99, status: 'streaming' as const });
  const onStop = vi.fn();
  const transport = createPollingTransport({ onTrigger, onPoll, onStop, pollIntervalMs: 1, ...options });
  return { chat: new OctavusChat({ transport }), transport, onTrigger, onPoll, onStop };
}

describe('createPollingTransport', () => {
  test('polls from its cursor until the turn is over', async () => {
    const { chat, onTrigger, onPoll } = pollingChat([
      { events: [start(), ...text('He')], cursor: 4, status: 'streaming' },
      { events: [{ type: 'nothing' }, 7, ...text('llo'), finish()], cursor: 9, status: 'idle' },
    ]);
    await chat.send('go', { A: 1 });
    expect(onTrigger.mock.calls).toEqual([['go', { A: 1 }, undefined]]);
    expect(onPoll.mock.calls).toEqual([[0], [4]]);
    expect(chat.messages.map(getText)).toEqual(['Hello']);
    expect(chat.status).toBe('idle');
  });

  test('a retry says where to roll back to', async () => {
    const { chat, onTrigger } = pollingChat([
      { events: [finish()], cursor: 1, status: 'idle' },
      { events: [finish()], cursor: 1, status: 'idle' },
    ]);
    await chat.send('go');
    await chat.retry();
    expect(onTrigger.mock.lastCall?.[2]).toEqual({ rollbackAfterMessageId: null });
  });

  test('control signals pass', async () => {
    const { chat } = pollingChat([
      { events: [...text('Wrong'), { type: 'reset-turn' }, ...text('Right'), finish()], cursor: 1, status: 'idle' },
    ]);
    await chat.observe();
    expect(chat.messages.map(getText)).toEqual(['Right']);
  });

  test('fails with the text of the trigger, and when a poll says so without an error event', async () => {
    const refused = pollingChat([], { onTrigger: async () => ({ error: 'Not today' }) });
    await refused.chat.send('go');
    expect(refused.chat.error?.message).toBe('Not today');
    const failed = pollingChat([{ events: [start()], cursor: 1, status: 'error' }]);
    await failed.chat.send('go');
    expect(failed.chat.status).toBe('error');
    const error = event('error', { errorType: 'tool_error', message: 'Broken', retryable: false, source: 'tool' });
    const told = pollingChat([{ events: [error], cursor: 1, status: 'error' }]);
    await told.chat.send('go');
    expect(told.chat.error?.message).toBe('Broken');
  });

  test('stop ends the wait and tells the server, once and only when something runs', async () => {
    const { chat, transport, onPoll, onStop } = pollingChat([], { pollIntervalMs: 60_000 });
    transport.stop();
    expect(onStop).not.toHaveBeenCalled();
    const sent = chat.send('go');
    await vi.waitFor(() => expect(onPoll).toHaveBeenCalled(), { timeout: 15_000 });
    chat.stop();
    await sent;
    expect(onStop).toHaveBeenCalledOnce();
    transport.stop();
    expect(onStop).toHaveBeenCalledOnce();
  });

  test.each([
    undefined,
    null,
    'gone',
    {},
    { events: [], status: 'streaming' },
    { events: {}, cursor: 1, status: 'idle' },
    { events: [], cursor: 1 },
    { error: 'Not found' },
  ])('a poll that brings %j is an error that says what is right', async (answer) => {
    const { chat, onPoll } = pollingChat([], { onPoll: vi.fn(async () => answer as never) });
    await chat.send('go');
    expect(chat.error?.message).toContain("onPoll() must resolve with { events: [], cursor: 0, status: 'idle'");
    expect(chat.error?.message).toContain(String(JSON.stringify(answer)));
    expect(chat.status).toBe('error');
    expect(onPoll).not.toHaveBeenCalled();
  });

  test('a status that nobody knows ends the turn', async () => {
    const answer = { events: [...text('Hi'), finish()], status: 'completed' };
    const { chat } = pollingChat([], { onPoll: async () => answer as never });
    await chat.send('go');
    expect(chat.messages.map(getText)).toEqual(['Hi']);
    expect([chat.status, chat.error]).toEqual(['idle', null]);
  });

  test('a poll that fails leaves what came; observing goes on with the turn from its beginning', async () => {
    const batches: (PollResult | Error)[] = [
      { events: [start(), ...text('Half').slice(0, 2)], cursor: 3, status: 'streaming' },
      new Error('status 502'),
      { events: [start(), ...text('Half and half'), finish()], cursor: 9, status: 'idle' },
    ];
    const onPoll = vi.fn(async (_cursor: number) => {
      const batch = batches.shift()!;
      if (batch instanceof Error) throw batch;
      return batch;
    });
    const { chat, onStop } = pollingChat([], { onPoll });
    await chat.send('go');
    expect([chat.status, chat.error?.message]).toEqual(['error', 'status 502']);
    expect(chat.messages.map(getText)).toEqual(['Half']);
    chat.replaceMessages([]);
    await chat.observe();
    expect(onPoll.mock.calls).toEqual([[0], [3], [0]]);
    expect(chat.messages.map(getText)).toEqual(['Half and half']);
    expect(onStop).not.toHaveBeenCalled();
  });

  test('stop during a poll is quiet, and what the poll brings is not shown', async () => {
    const asked: ((batch: PollResult) => void)[] = [];
    const { chat, onStop } = pollingChat([], {
      onPoll: () => new Promise((resolve) => asked.push(resolve)),
    });
    const first = chat.send('one');
    await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 15_000 });
    chat.stop();
    await first;
    const second = chat.send('two');
    await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 15_000 });
    asked[1]?.({ events: [...text('Two'), finish()], cursor: 3, status: 'idle' });
    // The poll of the stopped turn comes last.
    asked[0]?.({ events: [...text('One'), finish()], cursor: 3, status: 'streaming' });
    await second;
    expect(chat.messages.map(getText)).toEqual(['Two']);
    expect(asked).toHaveLength(2);
    expect(onStop).toHaveBeenCalledOnce();
  });

  test('stop while the trigger is on its way is quiet, whatever becomes of the trigger', async () => {
    let refuse = (_answer: { error: string }) => {};
    const { transport, onPoll } = pollingChat([], {
      onTrigger: () =>
        new Promise((resolve) => {
          refuse = resolve;
        }),
    });
    const next = transport.trigger('go')[Symbol.asyncIterator]().next();
    transport.stop();
    refuse({ error: 'Too late' });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(onPoll).not.toHaveBeenCalled();
  });

  test('client tools are refused', async () => {
    const { transport } = pollingChat([]);
    const continued = transport.continueWithToolResults('exec_1', [])[Symbol.asyncIterator]();
    await expect(continued.next()).rejects.toThrow('client tools');
  });
});
