import { describe, expect, test } from 'vitest';
import { type ChatMessage, chatMessageSchema } from './chat-message.ts';
import type { MessagePart } from './part.ts';
import { maxRestoreMessages, restoreMessagesSchema } from './restore.ts';
import { uiMessageJsonSchema, uiMessageSchema } from './ui-message.ts';
import type { UIMessagePart } from './ui-part.ts';

const createdAt = '2026-03-04T09:30:00.000Z';

const parts: MessagePart[] = [
  { type: 'text', visible: true, content: 'Hi', thread: 'draft' },
  { type: 'reasoning', visible: false, content: 'Hm', providerMetadata: { anthropic: { signature: 's' } } },
  {
    type: 'tool-call',
    visible: true,
    toolCall: { id: 'c', name: 't', arguments: {}, status: 'available', result: null },
  },
  { type: 'step-start', visible: true },
  { type: 'operation', visible: true, operation: { id: 'b', name: 'Saving', operationType: 'set-resource' } },
  { type: 'source', visible: true, source: { sourceType: 'url', id: 's', url: 'u' } },
  { type: 'file', visible: true, file: { id: 'f', mediaType: 'image/png', url: 'u', toolCallId: 'c' } },
  { type: 'object', visible: true, object: { id: 'o', typeName: 'CareCard', value: null } },
  {
    type: 'worker',
    visible: true,
    worker: { workerId: 'w', workerSlug: 's', nestedParts: [{ type: 'text', visible: true, content: 'x' }] },
  },
  { type: 'todo', visible: true, todo: { todos: [{ id: '1', content: 'x', status: 'pending' }] } },
];

const message: ChatMessage = { id: 'm', role: 'assistant', parts, createdAt, content: 'Hi', sender: { name: 'Ada' } };

describe('chat messages', () => {
  test('every part type parses to itself, extra fields included', () => {
    const stored = { ...message, status: 'done', parts: parts.map((part) => ({ ...part, text: 'x' })) };
    expect(chatMessageSchema.parse(stored)).toEqual(stored);
  });

  test('a worker holds no worker and no step mark', () => {
    const nest = (nested: unknown) => ({
      ...message,
      parts: [{ type: 'worker', visible: true, worker: { workerId: 'w', workerSlug: 's', nestedParts: [nested] } }],
    });
    expect(chatMessageSchema.safeParse(nest({ type: 'step-start', visible: true })).success).toBe(false);
    expect(chatMessageSchema.safeParse(nest({ type: 'text', visible: true, content: '' })).success).toBe(true);
  });

  test('a payload reads without narrowing', () => {
    expect(parts.map((part) => part.toolCall?.name).filter(Boolean)).toEqual(['t']);
  });
});

const uiParts: UIMessagePart[] = [
  { type: 'text', text: 'Hi', status: 'done', thread: 'draft' },
  { type: 'reasoning', text: 'Hm', status: 'done' },
  { type: 'tool-call', toolCallId: 'c', toolName: 't', args: {}, status: 'done', result: null, display: 'stream' },
  { type: 'operation', operationId: 'o', name: 'n', operationType: 'set-resource', status: 'cancelled' },
  { type: 'source', sourceType: 'url', id: 's', url: 'u' },
  { type: 'source', sourceType: 'document', id: 's', mediaType: 'text/plain', title: 't' },
  { type: 'file', id: 'f', mediaType: 'image/png', url: 'u' },
  { type: 'object', id: 'o', typeName: 'T', status: 'done', object: { a: 1 } },
  { type: 'todo', todos: [], status: 'done' },
  { type: 'step-start' },
  { type: 'worker', workerId: 'w', workerSlug: 's', parts: [{ type: 'step-start' }], status: 'done', output: 1 },
];

const uiMessage = { id: 'm', role: 'assistant', parts: uiParts, status: 'done', createdAt };

describe('UI messages', () => {
  test('every part type parses to itself', () => {
    expect(uiMessageJsonSchema.parse(uiMessage)).toEqual(uiMessage);
  });

  test('inside an application the date is a Date, whatever it came as', () => {
    const date = new Date(createdAt);
    for (const value of [createdAt, date.getTime(), date]) {
      expect(uiMessageSchema.parse({ ...uiMessage, createdAt: value }).createdAt).toEqual(date);
    }
    expect(uiMessageSchema.safeParse({ ...uiMessage, createdAt: null }).success).toBe(false);
  });
});

describe('restore messages', () => {
  const restore = (...changes: Record<string, unknown>[]) =>
    restoreMessagesSchema.safeParse(changes.map((change) => ({ ...uiMessage, ...change })));

  test('v4 messages come through whole', () => {
    expect(restore({}).data).toEqual([uiMessage]);
  });

  test('part types we do not know are dropped, in workers too', () => {
    const unknownPart = { type: 'hologram', depth: 3 };
    const worker = { type: 'worker', workerId: 'w', workerSlug: 's', status: 'done' };
    const { data } = restore({ parts: [unknownPart, { type: 'step-start' }, { ...worker, parts: [unknownPart] }] });
    expect(data?.[0]?.parts).toEqual([{ type: 'step-start' }, { ...worker, parts: [] }]);
  });

  test.each([
    [{ type: 'text', status: 'done' }],
    [{ type: 'tool-call', toolCallId: 'c', toolName: 't', args: null, status: 'done' }],
    [{ type: 'source', sourceType: 'rumour', id: 's' }],
    [{}],
    [null],
    ['text'],
  ])('the malformed part %j is an error', (part) => {
    expect(restore({ parts: [part] }).success).toBe(false);
  });

  test('dates may be text or milliseconds and come out as text', () => {
    const { data } = restore({ createdAt: Date.parse(createdAt) }, { createdAt: '2026-03-04T10:30:00+01:00' });
    expect(data?.map((restored) => restored.createdAt)).toEqual([createdAt, createdAt]);
    for (const value of [null, undefined, 'yesterday', 1e300, {}])
      expect(restore({ createdAt: value }).success).toBe(false);
  });

  test('null in an optional field means absent, a null result stays, unknown keys go', () => {
    const call = { type: 'tool-call', toolCallId: 'c', toolName: 't', args: {}, status: 'done' };
    const { data } = restore({ sender: null, hint: 1, parts: [{ ...call, result: null, error: null, hint: 1 }] });
    expect(JSON.parse(JSON.stringify(data?.[0]))).toEqual({ ...uiMessage, parts: [{ ...call, result: null }] });
  });

  test('a system message and too many messages are refused', () => {
    expect(restore({ role: 'system' }).success).toBe(false);
    expect(restore(...Array.from({ length: maxRestoreMessages + 1 }, () => ({ parts: [] }))).success).toBe(false);
    expect(restore().data).toEqual([]);
  });
});
