import type { ModelStreamPart } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { classify } from '../errors/classify.ts';
import { PartQueue } from '../stream/part-queue.ts';
import { ChatStream } from './chat-stream.ts';

/** What comes of the chunks; a failed call ends with its failure. */
async function read(...chunks: readonly unknown[]): Promise<ModelStreamPart[]> {
  const queue = new PartQueue();
  const stream = new ChatStream(queue, 'lab');
  for (const chunk of chunks) stream.take(typeof chunk === 'string' ? chunk : JSON.stringify(chunk));
  stream.end();
  queue.end();
  const parts: ModelStreamPart[] = [];
  try {
    for (let batch = await queue.next(); batch; batch = await queue.next()) parts.push(...batch);
  } catch (error) {
    parts.push({ type: 'error', failure: classify(error, { provider: 'lab' })! });
  }
  return parts;
}

const delta = (fields: object, finish_reason?: string) => ({ choices: [{ delta: fields, finish_reason }] });
const call = (fields: object) => delta({ tool_calls: [fields] });
const callsOf = (parts: readonly ModelStreamPart[]) =>
  parts.flatMap((part) => (part.type === 'tool-call' ? [[part.toolName, part.input]] : []));

describe('tool calls of servers that differ', () => {
  test('whole calls without a number, as llama.cpp and Ollama send them', async () => {
    const parts = await read(
      call({ id: 'a', function: { name: 'one', arguments: '{"x":1}' } }),
      call({ id: 'b', function: { name: 'two', arguments: '{}' } }),
      delta({}, 'stop'),
    );
    expect(callsOf(parts)).toEqual([
      ['one', '{"x":1}'],
      ['two', '{}'],
    ]);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
  });

  test('several calls all numbered 0', async () => {
    const parts = await read(
      call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":' } }),
      call({ index: 0, function: { arguments: '1}' } }),
      call({ index: 0, id: 'b', function: { name: 'two', arguments: '{}' } }),
      delta({}, 'tool_calls'),
    );
    expect(callsOf(parts)).toEqual([
      ['one', '{"x":1}'],
      ['two', '{}'],
    ]);
  });

  test('a name that comes after the first piece, arguments as an object, no id, no arguments at all', async () => {
    const parts = await read(
      call({ index: 0, id: 'a', function: { arguments: '{"x"' } }),
      call({ index: 0, function: { name: 'late', arguments: ':1}' } }),
      call({ index: 1, function: { name: 'object', arguments: { y: 2 } } }),
      call({ index: 2, function: { name: 'none' } }),
      delta({}, 'tool_calls'),
    );
    expect(callsOf(parts)).toEqual([
      ['late', '{"x":1}'],
      ['object', '{"y":2}'],
      ['none', '{}'],
    ]);
    const ids = parts.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []));
    expect(ids[0]).toBe('a');
    expect(new Set(ids).size).toBe(3);
  });

  test('the signature of a Gemini call is kept', async () => {
    const extra = { google: { thought_signature: 'sig' } };
    const parts = await read(
      call({ index: 0, id: 'a', function: { name: 'one', arguments: '{}' }, extra_content: extra }),
      delta({}, 'tool_calls'),
    );
    expect(parts.find(({ type }) => type === 'tool-call')).toMatchObject({
      providerMetadata: { lab: { thoughtSignature: 'sig' } },
    });
  });
});

describe('endings', () => {
  test('without [DONE] the finish reason ends the answer', async () => {
    expect((await read(delta({ content: 'a' }), delta({}, 'stop'))).at(-1)).toMatchObject({ reason: 'stop' });
  });

  test('with [DONE] and no finish reason the answer counts as complete', async () => {
    expect((await read(delta({ content: 'a' }), '[DONE]')).at(-1)).toMatchObject({ reason: 'stop' });
  });

  test('nothing after [DONE] is read', async () => {
    const parts = await read(delta({ content: 'a' }, 'stop'), '[DONE]', delta({ content: 'b' }));
    expect(parts.filter(({ type }) => type === 'text-delta')).toHaveLength(1);
  });

  test('a refusal in its own field is text that finishes as content-filter', async () => {
    const parts = await read(delta({ refusal: 'No.' }), delta({}, 'stop'));
    expect(parts.map(({ type }) => type)).toEqual(['text-start', 'text-delta', 'text-end', 'finish']);
    expect(parts.at(-1)).toMatchObject({ reason: 'content-filter' });
  });
});

test('thoughts of servers that name them differently come out as reasoning blocks with ids of their own', async () => {
  const parts = await read(
    delta({ reasoning: 'a' }),
    delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'b' }] }] }),
    delta({ content: [{ type: 'text', text: 'c' }] }),
    delta({ reasoning_content: 'd' }),
    delta({}, 'stop'),
  );
  const starts = parts.flatMap((part) => (part.type.endsWith('-start') && 'id' in part ? [part.id] : []));
  expect(starts).toEqual(['reasoning-0', 'text-1', 'reasoning-2']);
});

test.each([
  ['"text"'],
  ['null'],
  ['{"choices":null}'],
  ['{"choices":[null]}'],
  ['{"choices":[{"delta":null,"finish_reason":"stop"}]}'],
  ['{"choices":[{"delta":{"content":5,"tool_calls":{}}}]}'],
])('the chunk %s does not throw', async (chunk) => {
  const parts = await read(chunk);
  expect(['error', 'finish']).toContain(parts.at(-1)?.type);
});

describe('answers that are not what the API describes', () => {
  const unreadable = [
    'null',
    '7',
    delta({ content: [null] }),
    delta({ content: [{ type: 'thinking', thinking: [null] }] }),
    delta({ tool_calls: [null] }),
  ];
  test.each(unreadable)('%j fails the call', async (chunk) => {
    const parts = await read(chunk, delta({ content: 'late' }, 'stop'));
    expect(parts.at(-1)).toMatchObject({ type: 'error', failure: { code: 'LAB_NETWORK' } });
  });

  test('what should be a text and is none says nothing', async () => {
    const parts = await read(
      { model: { a: 1 }, ...delta({ reasoning_content: { a: 1 }, refusal: [1], content: 5 }) },
      call({ id: 5, function: { name: 7, arguments: '{}' } }),
      call({ id: 5, function: { name: 'real', arguments: '{}' }, extra_content: { google: { thought_signature: 1 } } }),
      delta({}, 'stop'),
    );
    expect(parts).toEqual([
      { type: 'tool-input-start', id: expect.stringMatching(/^call_/), toolName: 'real' },
      expect.objectContaining({ type: 'tool-input-delta' }),
      expect.objectContaining({ type: 'tool-input-end' }),
      expect.not.objectContaining({ providerMetadata: expect.anything() }),
      { type: 'finish', reason: 'tool-calls', usage: {} },
    ]);
  });
});
