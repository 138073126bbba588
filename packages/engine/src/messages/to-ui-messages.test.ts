import { uiMessageJsonSchema } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import type { Message, Part } from '../state/message.ts';
import { openSession, type SessionState } from '../state/session-state.ts';
import { aCallPart, aMessage, aTextPart } from '../testing/messages.ts';
import { toUiMessages } from './to-ui-messages.ts';

const session = openSession({ sessionId: 'cs', kind: 'interactive', input: {}, variables: {}, resources: {} });

function shown(messages: readonly Message[], options?: Parameters<typeof toUiMessages>[1]) {
  const ui = toUiMessages({ ...session, messages }, options);
  for (const message of ui) uiMessageJsonSchema.parse(message);
  return ui;
}

function partsOf(...parts: Part[]) {
  return shown([aMessage('m1', 'assistant', parts)])[0]?.parts;
}

/** A session whose newest execution `e1` is at work. */
function atWork(messages: readonly Message[], status: 'running' | 'waiting' | 'completed' = 'running'): SessionState {
  return { ...session, messages, execution: { executionId: 'e1', status } as SessionState['execution'] };
}

describe('which messages are shown', () => {
  test('[rt.ui.skip] [rt.ui.text] system messages and messages without a visible part are not', () => {
    const hidden = aTextPart('directive', { visible: false });
    const messages = [
      aMessage('m1', 'system', [aTextPart('rules')]),
      aMessage('m2', 'user', [hidden]),
      aMessage('m3', 'user', [hidden, aTextPart('Hello')], { sender: { name: 'Ada' } }),
    ];
    expect(shown(messages)).toEqual([
      {
        id: 'm3',
        role: 'user',
        parts: [{ type: 'text', text: 'Hello', status: 'done' }],
        status: 'done',
        createdAt: '2026-03-04T09:30:00.000Z',
        sender: { name: 'Ada' },
      },
    ]);
  });

  test('[rt.ui.join] consecutive assistant messages of one execution are one bubble with the id of the first', () => {
    const own = { executionId: 'e1' };
    const messages = [
      aMessage('m1', 'assistant', [aTextPart('one')], own),
      aMessage('m2', 'user', [aTextPart('directive', { visible: false })], own),
      aMessage('m3', 'assistant', [aTextPart('two')], own),
      aMessage('m4', 'assistant', [aTextPart('three')], { executionId: 'e2' }),
    ];
    expect(shown(messages).map(({ id, parts }) => [id, parts.length])).toEqual([
      ['m1', 2],
      ['m4', 1],
    ]);
  });

  test('restored messages, which no execution wrote, stay apart', () => {
    const messages = [aMessage('m1', 'assistant', [aTextPart('one')]), aMessage('m2', 'assistant', [aTextPart('two')])];
    expect(shown(messages)).toHaveLength(2);
  });
});

describe('a message that is being written', () => {
  const open = aMessage('m1', 'assistant', [aTextPart('Hal', { isOpen: true }), aCallPart('c1')], {
    executionId: 'e1',
    isOpen: true,
  });

  test('[rt.ui.open] is streaming while its execution runs or waits', () => {
    for (const status of ['running', 'waiting'] as const) {
      const [message] = toUiMessages(atWork([open], status));
      expect(message).toMatchObject({ status: 'streaming', parts: [{ status: 'streaming' }, { status: 'running' }] });
    }
  });

  test('is shown before it has a visible part', () => {
    const empty = aMessage('m1', 'assistant', [], { executionId: 'e1', isOpen: true });
    expect(toUiMessages(atWork([empty]))).toMatchObject([{ id: 'm1', status: 'streaming', parts: [] }]);
  });

  test('is done once a directive closed it', () => {
    const { isOpen: _, ...closed } = open;
    expect(toUiMessages(atWork([closed]))).toMatchObject([{ status: 'done' }]);
  });
});

describe('what a tool call shows after a refresh', () => {
  const call = { description: 'Looking up your order', status: 'available', result: { eta: 'Friday' } } as const;
  const always = { type: 'tool-call', toolCallId: 'c1', toolName: 'find-order', status: 'done' };
  const args = { orderNo: 'LK-2041' };

  test.each([
    [
      '[rt.ui.display.stream] [rt.ui.tool-call] [proto.display.tool.stream]',
      'stream',
      { displayName: 'Looking up your order', args, result: { eta: 'Friday' } },
    ],
    [
      '[rt.ui.display.description] [proto.display.tool.description]',
      'description',
      { displayName: 'Looking up your order', args },
    ],
    ['[rt.ui.display.name] [proto.display.tool.name]', 'name', { args: {} }],
    ['[rt.ui.display.title] [proto.display.tool.title]', 'title', { displayName: 'Looking up your order', args: {} }],
  ] as const)('%s display %s', (_clauses, display, kept) => {
    expect(partsOf(aCallPart('c1', { ...call, display }))).toEqual([{ ...always, ...kept, display }]);
  });

  test.each([
    ['stream', 'down'],
    ['description', 'down'],
    ['name', undefined],
    ['title', undefined],
  ] as const)('an error with display %s', (display, error) => {
    const [part] = partsOf(aCallPart('c1', { status: 'error', error: 'down', display })) ?? [];
    expect(part).toMatchObject({ status: 'error' });
    expect((part as { error?: string }).error).toBe(error);
  });

  test('[rt.ui.status] a cancelled call has neither result nor error', () => {
    const part = aCallPart('c1', { status: 'error', error: 'Cancelled: …' }, { isCancelled: true });
    expect(partsOf(part)).toEqual([{ ...always, args, status: 'cancelled', display: 'description' }]);
  });

  test('[rt.part.hidden-tool] a hidden call is not there', () => {
    expect(partsOf(aTextPart('x'), aCallPart('c1', {}, { visible: false }))).toHaveLength(1);
  });
});

describe('parts', () => {
  const step: Part = { type: 'step-start', visible: true };
  const object: Part = { type: 'object', visible: true, object: { id: 'o1', typeName: 'Card', value: { a: 1 } } };
  const invalid = aTextPart('{"a":', { invalidObject: { id: 'o0', typeName: 'Card' } });

  test('[rt.ui.step-start] a step boundary stands only between two parts', () => {
    const hidden = aTextPart('quiet', { visible: false });
    const parts = [step, aTextPart('one'), step, hidden, step, aTextPart('two'), step];
    expect(partsOf(...parts)?.map((part) => part.type)).toEqual(['text', 'step-start', 'text']);
  });

  test('[rt.ui.object] a structured output that failed is an error, and gone once a valid one follows', () => {
    const error = {
      type: 'object',
      id: 'o0',
      typeName: 'Card',
      status: 'error',
      error: 'Failed to parse response as JSON',
    };
    const valid = { type: 'object', id: 'o1', typeName: 'Card', status: 'done', object: { a: 1 } };
    expect(partsOf(invalid)).toEqual([error]);
    expect(partsOf(invalid, object)).toEqual([valid]);
    expect(partsOf(object, invalid)).toEqual([valid, error]);
  });

  test('[rt.ui.reasoning] [rt.ui.operation] [rt.ui.source-file] [rt.ui.worker] [rt.ui.todo] [rt.part.file] every kind has the shape of its UI part', () => {
    const parts: Part[] = [
      { type: 'reasoning', visible: true, content: 'hm', providerMetadata: { anthropic: { signature: 's' } } },
      { type: 'operation', visible: true, operation: { id: 'b-1', name: 'Saving', operationType: 'set-resource' } },
      {
        type: 'source',
        visible: true,
        source: { sourceType: 'url', id: 's1', url: 'https://a.example' },
        thread: 'draft',
      },
      { type: 'file', visible: true, file: { id: 'f1', mediaType: 'image/png', url: 'https://old.example/f1' } },
      { type: 'todo', visible: true, todos: [{ id: '1', content: 'Water', status: 'pending' }] },
      {
        type: 'worker',
        visible: true,
        worker: { workerId: 'w1', workerSlug: 'writer', nestedParts: [aTextPart('x')], output: 'x' },
      },
    ];
    const [message] = shown([aMessage('m1', 'assistant', parts)], {
      fileUrl: (file) => `https://new.example/${file.id}`,
    });
    expect(message?.parts).toEqual([
      { type: 'reasoning', text: 'hm', status: 'done', providerMetadata: { anthropic: { signature: 's' } } },
      { type: 'operation', operationId: 'b-1', name: 'Saving', operationType: 'set-resource', status: 'done' },
      { type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example', thread: 'draft' },
      { type: 'file', id: 'f1', mediaType: 'image/png', url: 'https://new.example/f1' },
      { type: 'todo', todos: [{ id: '1', content: 'Water', status: 'pending' }], status: 'done' },
      {
        type: 'worker',
        workerId: 'w1',
        workerSlug: 'writer',
        parts: [{ type: 'text', text: 'x', status: 'done' }],
        output: 'x',
        status: 'done',
      },
    ]);
  });
});
