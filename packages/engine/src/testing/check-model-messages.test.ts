import type { ModelMessage } from '@octavus/core';
import { expect, test } from 'vitest';
import { checkModelMessages } from './check-model-messages.ts';

const user: ModelMessage = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };

const says: ModelMessage = { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] };

function asks(...ids: string[]): ModelMessage {
  return {
    role: 'assistant',
    content: ids.map((toolCallId) => ({ type: 'tool-call', toolCallId, toolName: 'find-order', input: {} })),
  };
}

function answers(toolCallId: string, toolName = 'find-order'): ModelMessage {
  return {
    role: 'tool',
    content: [{ type: 'tool-result', toolCallId, toolName, output: { kind: 'result', value: null } }],
  };
}

test('a call that is answered in the next message passes', () => {
  expect(() => checkModelMessages([user, asks('c1'), answers('c1'), user])).not.toThrow();
});

test('a call that its provider ran needs no answer', () => {
  const ran: ModelMessage = {
    role: 'assistant',
    content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'search', input: {}, providerExecuted: true }],
  };
  expect(() => checkModelMessages([user, ran, user])).not.toThrow();
});

const aLink = { type: 'file', mediaType: 'image/png', data: { url: 'https://files.test/f' } } as const;

const refused: [string, ModelMessage[], RegExp][] = [
  ['an empty message', [{ role: 'user', content: [] }], /is empty/],
  ['a blank text', [{ role: 'user', content: [{ type: 'text', text: ' \n' }] }], /blank/],
  ['a file by its address', [{ role: 'user', content: [aLink] }], /by its address/],
  ['an empty context', [], /no message/],
  ['the assistant first', [asks('c1'), answers('c1')], /speaks first/],
  ['the assistant last', [user, says], /last word/],
  ['the assistant twice', [user, says, says, user], /follows the assistant/],
  ['an unanswered call', [user, asks('c1'), user], /not answered/],
  ['an answer that comes late', [user, asks('c1'), user, answers('c1')], /not answered/],
  ['one of two answers', [user, asks('c1', 'c2'), answers('c1')], /c2 is not answered/],
  ['an answer to nothing', [user, answers('c1')], /answers no call/],
  ['an answer under another name', [user, asks('c1'), answers('c1', 'book')], /is named book/],
  ['a call id twice', [user, asks('c1'), answers('c1'), asks('c1'), answers('c1')], /appears twice/],
  ['a call id no provider takes', [user, asks('not an id!'), answers('not an id!')], /not accepted/],
];

for (const [title, messages, problem] of refused) {
  test(`refuses ${title}`, () => expect(() => checkModelMessages(messages)).toThrow(problem));
}
