import { chatMessageSchema } from '@octavus/core';
import { expect, test } from 'vitest';
import type { Message } from '../state/message.ts';
import { openSession } from '../state/session-state.ts';
import { aCallPart, aMessage, aTextPart } from '../testing/messages.ts';
import { toChatMessages } from './to-chat-messages.ts';

const session = openSession({ sessionId: 'cs', kind: 'interactive', input: {}, variables: {}, resources: {} });

function stored(...messages: Message[]) {
  const chat = toChatMessages({ ...session, messages });
  for (const message of chat) chatMessageSchema.parse(message);
  return chat;
}

test('[rt.message.parts] a message has its text as content and the fields of both shapes', () => {
  expect(stored(aMessage('m1', 'user', [aTextPart('Is my fern dying?')], { executionId: 'e1' }))).toEqual([
    {
      id: 'm1',
      role: 'user',
      parts: [{ type: 'text', visible: true, content: 'Is my fern dying?', text: 'Is my fern dying?', status: 'done' }],
      createdAt: '2026-03-04T09:30:00.000Z',
      content: 'Is my fern dying?',
      status: 'done',
    },
  ]);
});

test('[rt.message.content] content is the visible text, or all text when none is visible, and never absent', () => {
  const hidden = aTextPart('for the model', { visible: false });
  const [both, quiet, empty] = stored(
    aMessage('m1', 'user', [hidden, aTextPart('for people', { isDisplayOnly: true })]),
    aMessage('m2', 'user', [hidden]),
    aMessage('m3', 'assistant', []),
  );
  expect([both?.content, quiet?.content, empty?.content]).toEqual(['for people', 'for the model', '']);
});

test('[rt.message.tool-calls] [rt.part.tool-call] tool calls are mirrored in full, whatever the display mode', () => {
  const call = { description: 'Find', status: 'available', result: 1, display: 'name' } as const;
  const [message] = stored(aMessage('m1', 'assistant', [aCallPart('c1', call)]));
  const info = { id: 'c1', name: 'find-order', arguments: { orderNo: 'LK-2041' }, ...call };
  expect(message?.toolCalls).toEqual([info]);
  expect(message?.parts[0]).toMatchObject({ toolCall: info, toolCallId: 'c1', args: {} });
});

test('[rt.part.flags] flags of the engine stay inside', () => {
  const parts = [
    aTextPart('{', { isOpen: true, invalidObject: { id: 'o1', typeName: 'Card' } }),
    aCallPart('c1', { status: 'error', error: 'x' }, { isCancelled: true, source: 'block', isDisplayOnly: true }),
  ];
  const chat = stored(aMessage('m1', 'assistant', parts, { executionId: 'e1', isOpen: true }));
  expect(JSON.stringify(chat)).not.toMatch(/isOpen|isCancelled|isDisplayOnly|executionId|invalidObject|"source"/);
});

test('hidden parts have no fields of a UI part', () => {
  const [message] = stored(aMessage('m1', 'user', [aTextPart('directive', { visible: false })]));
  expect(message?.parts).toEqual([{ type: 'text', visible: false, content: 'directive' }]);
});

test('[rt.part.worker] a worker is stored with its nested parts and its cancellation', () => {
  const worker = { workerId: 'w1', workerSlug: 'writer', nestedParts: [aTextPart('x')], isCancelled: true as const };
  const [message] = stored(aMessage('m1', 'assistant', [{ type: 'worker', visible: true, worker }]));
  expect(message?.parts[0]?.worker).toEqual({
    workerId: 'w1',
    workerSlug: 'writer',
    nestedParts: [{ type: 'text', visible: true, content: 'x' }],
    cancelled: true,
  });
});
