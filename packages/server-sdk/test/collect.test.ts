import { expect, test } from 'vitest';
import { collect, OctavusError, type StreamEvent } from '../src/index.ts';
import { delta, finish, start } from './script-server.ts';

async function* eventsOf(...events: readonly object[]): AsyncGenerator<StreamEvent> {
  yield* events as StreamEvent[];
}

test('a whole answer', async () => {
  const cost = { currency: 'usd', bandwidthFee: 0, providerFee: 1, totalFee: 1, byok: false };
  const tokens = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
  const collected = await collect(
    eventsOf(
      start,
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm' },
      { type: 'text-start', id: 't1' },
      delta('Hello '),
      delta('you'),
      { type: 'text-delta', id: 't1', delta: 'not ours', workerId: 'w' },
      { type: 'tool-input-available', toolCallId: 'c', toolName: 'find', input: { a: 1 } },
      { type: 'tool-output-available', toolCallId: 'c', output: 7 },
      { type: 'tool-input-available', toolCallId: 'd', toolName: 'find', input: {} },
      { type: 'tool-output-error', toolCallId: 'd', error: 'No' },
      { type: 'text-start', id: 'o', responseType: 'Plan' },
      { type: 'text-delta', id: 'o', delta: '{"steps":' },
      { type: 'text-delta', id: 'o', delta: '[1]}' },
      { type: 'text-end', id: 'o' },
      { type: 'source', sourceType: 'url', id: 's', url: 'http://s' },
      finish,
      { type: 'usage', cost, tokens },
    ),
  );
  expect(collected).toMatchObject({
    text: 'Hello you',
    object: { steps: [1] },
    toolResults: [
      { toolCallId: 'c', toolName: 'find', result: 7 },
      { toolCallId: 'd', toolName: 'find', error: 'No' },
    ],
    usage: { cost, tokens },
    finishReason: 'stop',
    executionId: 'exec_1',
  });
  expect(collected.messages).toMatchObject([
    {
      id: 'm1',
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm' },
        { type: 'text', text: 'Hello you' },
        { type: 'tool-call', toolCallId: 'c', args: { a: 1 }, status: 'done', result: 7 },
        { type: 'tool-call', toolCallId: 'd', status: 'error', error: 'No' },
        { type: 'object', typeName: 'Plan', object: { steps: [1] }, status: 'done' },
        { type: 'source', url: 'http://s' },
      ],
    },
  ]);
});

test('texts of other threads are parts of the message and not of the answer; what is not for the chat is neither', async () => {
  const block = (blockId: string, fields: object) => ({
    type: 'block-start',
    blockId,
    blockName: blockId,
    blockType: 'next-message',
    display: 'stream',
    ...fields,
  });
  const say = (id: string, text: string) => [
    { type: 'text-start', id },
    { type: 'text-delta', id, delta: text },
    { type: 'text-end', id },
  ];
  const collected = await collect(
    eventsOf(
      start,
      block('b1', { thread: 'draft' }),
      ...say('t1', 'A draft'),
      { type: 'block-end', blockId: 'b1' },
      block('b2', { outputToChat: false }),
      ...say('t2', 'To itself'),
      { type: 'block-end', blockId: 'b2' },
      block('b3', {}),
      ...say('t3', 'The answer'),
      finish,
    ),
  );
  expect(collected.text).toBe('The answer');
  expect(collected.messages[0]?.parts).toEqual([
    { type: 'text', text: 'A draft', status: 'done', thread: 'draft' },
    { type: 'text', text: 'The answer', status: 'done' },
  ]);
});

test("a worker's own run, whose events carry its id", async () => {
  const own = { workerId: 'exec_1' };
  const collected = await collect(
    eventsOf(
      start,
      { type: 'worker-start', workerSlug: 'sheets', ...own },
      {
        type: 'block-start',
        blockId: 'b',
        blockName: 'Draft',
        blockType: 'next-message',
        display: 'stream',
        thread: 'draft',
        ...own,
      },
      { type: 'text-start', id: 't', ...own },
      { type: 'text-delta', id: 't', delta: 'Water daily.', ...own },
      { type: 'text-end', id: 't', ...own },
      { type: 'text-start', id: 'u', workerId: 'inner' },
      { type: 'text-delta', id: 'u', delta: 'Not ours', workerId: 'inner' },
      { type: 'tool-input-available', toolCallId: 'c', toolName: 'find', input: {}, ...own },
      { type: 'tool-output-available', toolCallId: 'c', output: 7, ...own },
      finish,
    ),
  );
  expect(collected).toMatchObject({ text: 'Water daily.', toolResults: [{ toolName: 'find', result: 7 }] });
  expect(collected.messages[0]?.parts).toHaveLength(2);
});

test('a failure, and structured output that broke', async () => {
  const error = { type: 'error', errorType: 'rate_limit_error', message: 'Slow', retryable: true, source: 'provider' };
  const collected = await collect(
    eventsOf(
      { type: 'text-start', id: 'o', responseType: 'Plan' },
      { type: 'text-delta', id: 'o', delta: '{' },
      { type: 'text-end', id: 'o' },
      error,
    ),
  );
  expect(collected.finishReason).toBe('error');
  expect(collected.error).toBeInstanceOf(OctavusError);
  expect(collected.error).toMatchObject({ message: 'Slow', retryable: true });
  expect(collected).not.toHaveProperty('object');
  expect(collected.messages[0]?.parts).toMatchObject([{ type: 'object', status: 'error' }]);
});

test('a stream that breaks off, and one without anything to say', async () => {
  expect(await collect(eventsOf(start))).toEqual({
    text: '',
    messages: [],
    toolResults: [],
    finishReason: 'other',
    executionId: 'exec_1',
  });
});
