import { restoreMessagesSchema, type UIMessageJson, type UIMessagePart } from '@octavus/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyUiMessages } from '../../test/any-ui-messages.ts';
import type { Message } from '../state/message.ts';
import { openSession } from '../state/session-state.ts';
import { cancelledCallError } from '../state/settle.ts';
import { countingIds, manualClock } from '../testing/memory-ports.ts';
import { fromUiMessages } from './from-ui-messages.ts';
import { toUiMessages } from './to-ui-messages.ts';

const session = openSession({ sessionId: 'cs', kind: 'interactive', input: {}, variables: {}, resources: {} });

function restore(messages: readonly UIMessageJson[]) {
  return fromUiMessages(messages, countingIds(manualClock(1_772_616_600_000)));
}

function aUiMessage(id: string, role: 'user' | 'assistant', parts: UIMessagePart[]): UIMessageJson {
  return { id, role, parts, status: 'done', createdAt: '2026-03-04T09:30:00.000Z' };
}

function partsOf(role: 'user' | 'assistant', ...parts: UIMessagePart[]) {
  return restore([aUiMessage('m1', role, parts)]).messages[0]?.parts;
}

const call = { type: 'tool-call', toolCallId: 'c1', toolName: 'find-order', args: {} } as const;

describe('tool calls', () => {
  test.each([
    ['[rt.restore.call-done] done with a result', { status: 'done', result: 7 }, { status: 'available', result: 7 }],
    ['done with null', { status: 'done', result: null }, { status: 'available', result: null }],
    [
      '[rt.restore.call-done] done, result stripped',
      { status: 'done' },
      { status: 'available', result: '[result not retained]' },
    ],
    ['[rt.restore.call-error] failed', { status: 'error', error: 'down' }, { status: 'error', error: 'down' }],
    ['[rt.restore.call-error] failed without words', { status: 'error' }, { status: 'error', error: 'Tool failed' }],
    ['[rt.restore.call-open] still running', { status: 'running' }, { status: 'error', error: cancelledCallError }],
    ['[rt.restore.call-open] cancelled', { status: 'cancelled' }, { status: 'error', error: cancelledCallError }],
  ] as const)('%s', (_title, given, expected) => {
    expect(partsOf('assistant', { ...call, ...given })?.[0]).toMatchObject({ toolCall: { id: 'c1', ...expected } });
  });

  test('[rt.restore.ids] an id that occurs twice or no provider would take is replaced', () => {
    const odd = { ...call, status: 'done', toolCallId: 'not an id!' } as const;
    const parts = partsOf('assistant', { ...call, status: 'done' }, { ...call, status: 'done' }, odd) ?? [];
    const ids = parts.map((part) => part.type === 'tool-call' && part.toolCall.id);
    expect(ids[0]).toBe('c1');
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,64}$/);
  });
});

test('[rt.restore.step-start] old clients kept no step boundaries: one stands before what follows the calls', () => {
  const done = { ...call, status: 'done', result: 1 } as const;
  const says = (text: string): UIMessagePart => ({ type: 'text', text, status: 'done' });
  const types = (...parts: UIMessagePart[]) => partsOf('assistant', ...parts)?.map((part) => part.type);
  expect(types(says('a'), done, says('b'))).toEqual(['text', 'tool-call', 'step-start', 'text']);
  expect(types(done, { type: 'step-start' }, says('b'))).toEqual(['tool-call', 'step-start', 'text']);
  expect(types(done, { ...says('aside'), thread: 'draft' } as UIMessagePart)).toEqual(['tool-call', 'text']);
});

test('[rt.restore.object-user] an object of the user is shown to people, and the model reads its JSON', () => {
  const parts = partsOf('user', { type: 'object', id: 'o1', typeName: 'Order', status: 'done', object: { no: 1 } });
  expect(parts).toEqual([
    { type: 'object', visible: true, isDisplayOnly: true, object: { id: 'o1', typeName: 'Order', value: { no: 1 } } },
    { type: 'text', visible: false, content: '{"no":1}' },
  ]);
});

test('[rt.restore.worker] a worker is a worker to people and a finished call to the model', () => {
  const parts = partsOf('assistant', {
    type: 'worker',
    workerId: 'w1',
    workerSlug: 'writer',
    input: { PLANT: 'fern' },
    parts: [{ type: 'text', text: 'x', status: 'done' }, { type: 'step-start' }],
    output: 'x',
    status: 'done',
  });
  expect(parts).toMatchObject([
    { type: 'tool-call', visible: false, toolCall: { name: 'writer', arguments: { PLANT: 'fern' }, result: 'x' } },
    { type: 'worker', visible: true, worker: { workerId: 'w1', output: 'x', nestedParts: [{ type: 'text' }] } },
  ]);
});

test('[rt.restore.same] the last task list of the main thread becomes current', () => {
  const todo = (content: string, thread?: string): UIMessagePart => ({
    type: 'todo',
    todos: [{ id: '1', content, status: 'pending' }],
    status: 'done',
    ...(thread && { thread }),
  });
  const { todos } = restore([aUiMessage('m1', 'assistant', [todo('old'), todo('new'), todo('aside', 'draft')])]);
  expect(todos).toEqual([{ id: '1', content: 'new', status: 'pending' }]);
});

test('[rt.restore.ids] a message id that occurs twice is replaced', () => {
  const { messages } = restore([aUiMessage('m1', 'user', []), aUiMessage('m1', 'assistant', [])]);
  expect(messages[0]?.id).toBe('m1');
  expect(messages[1]?.id).not.toBe('m1');
});

test('whatever clients restore, they see it again, and a second restore changes nothing', () => {
  const readBack = (messages: readonly Message[]) => toUiMessages({ ...session, messages });
  fc.assert(
    fc.property(anyUiMessages, (input) => {
      const once = readBack(restore(restoreMessagesSchema.parse(input)).messages);
      const twice = readBack(restore(restoreMessagesSchema.parse(once)).messages);
      expect(twice).toEqual(once);
    }),
  );
});
