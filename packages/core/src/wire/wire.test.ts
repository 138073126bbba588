import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../events/index.ts';
import type { ChatMessage } from '../messages/chat-message.ts';
import type { UIMessagePart } from '../messages/ui-part.ts';
import { createBaseEventFilter } from './base-event-filter.ts';
import { toBaseChatMessages, toBaseUiMessages } from './base-messages.ts';
import { wireShapeOf } from './shape.ts';

describe('wireShapeOf', () => {
  test.each([undefined, '', ' ', 'abc', '3', '-4', '4.5', '0x10', '1e3'])('%j asks for the base shape', (header) => {
    expect(wireShapeOf(header)).toBe('base');
  });
  test.each(['4', ' 4 ', '12', '9999999999999999999999'])('%j asks for v4', (header) => {
    expect(wireShapeOf(header)).toBe('v4');
  });
});

describe('base UI messages', () => {
  const convert = (...parts: UIMessagePart[]) => toBaseUiMessages([{ id: 'm', parts }])[0]?.parts;

  test('step marks and task lists are dropped', () => {
    expect(convert({ type: 'step-start' }, { type: 'todo', todos: [], status: 'done' })).toEqual([]);
  });

  test('a worker becomes an operation named by its description, else its slug', () => {
    const worker = { type: 'worker', workerId: 'w1', workerSlug: 'writer', parts: [], status: 'cancelled' } as const;
    const operation = { type: 'operation', operationId: 'w1', operationType: 'run-worker' };
    expect(
      convert({ ...worker, parts: [] }, { ...worker, parts: [], description: 'Writing', status: 'running' }),
    ).toEqual([
      { ...operation, name: 'writer', status: 'done' },
      { ...operation, name: 'Writing', status: 'running' },
    ]);
  });

  test('a cancelled call is an error and a cancelled operation is done', () => {
    const call = { type: 'tool-call', toolCallId: 'c', toolName: 't', args: {} } as const;
    const operation = { type: 'operation', operationId: 'o', name: 'n', operationType: 'set-resource' } as const;
    expect(convert({ ...call, status: 'cancelled' }, { ...operation, status: 'cancelled' })).toEqual([
      { ...call, status: 'error', error: 'Cancelled' },
      { ...operation, status: 'done' },
    ]);
  });

  test('other parts and fields pass as they are', () => {
    const text: UIMessagePart = { type: 'text', text: 'Hi', status: 'done' };
    expect(toBaseUiMessages([{ id: 'm', sender: { name: 'Ada' }, parts: [text] }])).toEqual([
      { id: 'm', sender: { name: 'Ada' }, parts: [text] },
    ]);
  });
});

test('base chat messages lose newer parts and gain visible and reasoning', () => {
  const message: ChatMessage = {
    id: 'm',
    role: 'assistant',
    createdAt: '2026-03-04T09:30:00.000Z',
    content: 'Hi',
    parts: [
      { type: 'step-start', visible: true },
      { type: 'reasoning', visible: false, content: 'a' },
      { type: 'reasoning', visible: true, content: 'b' },
      { type: 'text', visible: true, content: 'Hi' },
      { type: 'todo', visible: true, todo: { todos: [] } },
      { type: 'operation', visible: true, operation: { id: 'o', name: 'n', operationType: 'set-resource' } },
      { type: 'worker', visible: true, worker: { workerId: 'w', workerSlug: 's', nestedParts: [] } },
    ],
  };
  const [base] = toBaseChatMessages([message]);
  expect(base).toMatchObject({ visible: true, reasoning: 'ab' });
  expect(base?.parts.map((part) => part.type)).toEqual(['reasoning', 'reasoning', 'text']);
  expect(toBaseChatMessages([{ ...message, parts: [] }])[0]).not.toHaveProperty('reasoning');
});

describe('base events', () => {
  const run = (events: StreamEvent[], isWorkerRun = false) => events.flatMap(createBaseEventFilter({ isWorkerRun }));
  const delta = (toolCallId: string, inputTextDelta: string): StreamEvent => ({
    type: 'tool-input-delta',
    toolCallId,
    inputTextDelta,
  });

  test('a block shown by its title is announced as described', () => {
    const block = { type: 'block-start', blockId: 'b', blockName: 'n', blockType: 'next-message' } as const;
    expect(run([{ ...block, display: 'title', description: 'T' }])).toEqual([
      { ...block, display: 'description', description: 'T' },
    ]);
    expect(run([{ ...block, display: 'stream' }])).toEqual([{ ...block, display: 'stream' }]);
  });

  test('interleaved calls get one delta each, just before their end', () => {
    const end = (toolCallId: string): StreamEvent => ({ type: 'tool-input-end', toolCallId });
    expect(run([delta('a', '{"x'), delta('b', '{}'), delta('a', '":1}'), end('b'), end('a')])).toEqual([
      delta('b', '{}'),
      end('b'),
      delta('a', '{"x":1}'),
      end('a'),
    ]);
  });

  test('a call without an end gets its delta before its arguments, and one cut short gets none', () => {
    const available: StreamEvent = { type: 'tool-input-available', toolCallId: 'a', toolName: 't', input: {} };
    expect(run([delta('a', '{}'), available])).toEqual([delta('a', '{}'), available]);
    expect(run([delta('a', '{"x')])).toEqual([]);
  });

  test('a session stream shows a worker only by start, result and pause', () => {
    const start: StreamEvent = { type: 'worker-start', workerId: 'w', workerSlug: 's' };
    const result: StreamEvent = { type: 'worker-result', workerId: 'w' };
    const request: StreamEvent = { type: 'tool-request', toolCalls: [], workerId: 'w' };
    const inside: StreamEvent[] = [
      { type: 'worker-input-ready', workerId: 'w', input: {} },
      { type: 'text-delta', id: 't', delta: 'x', workerId: 'w' },
      { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{}', workerId: 'w' },
    ];
    expect(run([start, ...inside, request, result])).toEqual([start, request, result]);
    expect(run([start, ...inside.slice(0, 2), result], true)).toHaveLength(4);
  });

  test('the argument text survives any split', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (pieces) => {
        const events = [
          ...pieces.map((piece) => delta('a', piece)),
          { type: 'tool-input-end', toolCallId: 'a' } as const,
        ];
        expect(run(events)[0]).toEqual(delta('a', pieces.join('')));
      }),
    );
  });

  test('events of the caller are not changed', () => {
    const first = delta('a', '{');
    run([first, delta('a', '}')]);
    expect(first).toEqual(delta('a', '{'));
  });
});
