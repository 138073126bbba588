import { expect, test } from 'vitest';
import type { Part } from '../state/message.ts';
import { aCallPart, aMessage, aTextPart } from '../testing/messages.ts';
import { serializeThread } from './serialize-thread.ts';

const file: Part = {
  type: 'file',
  visible: true,
  file: { id: 'f1', mediaType: 'image/png', url: 'https://a.example/f1', filename: 'leaf.png' },
};
const object: Part = {
  type: 'object',
  visible: true,
  object: { id: 'o1', typeName: 'Card', value: { advice: 'mist' } },
};

const conversation = [
  aMessage('m1', 'user', [file, aTextPart('hidden prompt', { visible: false }), aTextPart('Is it dying?')]),
  aMessage('m2', 'user', [aTextPart('directive', { visible: false })]),
  aMessage('m3', 'assistant', [
    aTextPart('Let me see.'),
    aCallPart('c1', { status: 'available', result: { eta: 'Friday' } }),
    { type: 'step-start', visible: true },
    aTextPart('aside', { thread: 'draft' }),
    object,
  ]),
  aMessage('m4', 'system', [aTextPart('Be brief.')]),
];

test('[rt.serialize-thread] [proto.block.serialize-thread] markdown has a heading per visible message and a line per call, file and object', () => {
  expect(serializeThread(conversation, { thread: 'main', format: 'markdown' })).toBe(
    [
      '**User:**',
      '[file: leaf.png]',
      'Is it dying?',
      '',
      '**Assistant:**',
      'Let me see.',
      '[tool: find-order]',
      '```json',
      '{',
      '  "advice": "mist"',
      '}',
      '```',
      '',
      '**System:**',
      'Be brief.',
    ].join('\n'),
  );
});

test('[rt.serialize-thread] [proto.block.serialize-thread] json is an indented list of messages with their calls and files', () => {
  const text = serializeThread(conversation, { thread: 'main', format: 'json' });
  expect(text.startsWith('[\n  {\n    "role": "user"')).toBe(true);
  expect(JSON.parse(text)).toEqual([
    {
      role: 'user',
      content: 'Is it dying?',
      createdAt: '2026-03-04T09:30:00.000Z',
      files: [{ id: 'f1', mediaType: 'image/png', url: 'https://a.example/f1', filename: 'leaf.png' }],
    },
    {
      role: 'assistant',
      content: 'Let me see.\n{"advice":"mist"}',
      createdAt: '2026-03-04T09:30:00.000Z',
      toolCalls: [{ id: 'c1', name: 'find-order', arguments: { orderNo: 'LK-2041' }, result: { eta: 'Friday' } }],
    },
    { role: 'system', content: 'Be brief.', createdAt: '2026-03-04T09:30:00.000Z' },
  ]);
});

test('an empty thread is an empty text or an empty list', () => {
  expect(serializeThread([], { thread: 'main', format: 'markdown' })).toBe('');
  expect(serializeThread([], { thread: 'main', format: 'json' })).toBe('[]');
});

test('a named thread is its own messages', () => {
  const own = [aMessage('t1', 'assistant', [aTextPart('draft one', { thread: 'draft' })])];
  expect(serializeThread(own, { thread: 'draft', format: 'markdown' })).toBe('**Assistant:**\ndraft one');
});
