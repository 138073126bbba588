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

  test('client tools are refused', async () => {
    const { transport } = pollingChat([]);
    const continued = transport.continueWithToolResults('exec_1', [])[Symbol.asyncIterator]();
    await expect(continued.next()).rejects.toThrow('client tools');
  });
});
