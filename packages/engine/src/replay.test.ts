import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { replayTurn } from './replay.ts';
import { foldAll } from './state/fold.ts';
import type { Message } from './state/message.ts';
import type { PendingCall } from './state/position.ts';
import { openSession, type SessionState } from './state/session-state.ts';
import { anAgent } from './testing/an-agent.ts';
import { checkEventGrammar } from './testing/event-grammar/check-event-grammar.ts';
import { aCallPart, aMessage, aTextPart } from './testing/messages.ts';

const executionId = 'exec_h4t9k2v7m1q8x3z6w5n0p2r7';

const chat = anAgent(
  `
  input:
    NURSERY: { type: string, optional: true }
  variables:
    SLOT: { type: unknown }
  triggers:
    book: {}
  tools:
    book-slot:
      description: Books a slot
      display: title
      title: Booking
      parameters:
        day: { type: string }
    find-order:
      description: Finds an order
      parameters: {}
  agent:
    model: offline/default
    system: system
    tools: [find-order]
    agentic: true
  handlers:
    book:
      Serialize chat: { block: serialize-thread, output: SLOT, format: markdown }
      Book a slot: { block: tool-call, tool: book-slot, input: { day: Friday }, output: SLOT, description: Booking a slot }
      Say so: { block: add-message, role: assistant, prompt: said, visible: true }
      Confirm: { block: next-message }
      Quietly: { block: next-message, display: hidden }
  `,
  { system: 'You help.', said: 'Booked.' },
);

function aTurn(messages: readonly Message[], ending: 'completed' | { pending: readonly PendingCall[] }): SessionState {
  const opened = openSession({ sessionId: 'cs', kind: 'interactive', input: {}, variables: {}, resources: {} });
  const before = { ...opened, messages: [aMessage('m0', 'user', [aTextPart('before')])] };
  return foldAll(before, [
    {
      change: 'execution-started',
      executionId,
      messageId: 'm1',
      agentVersion: 1,
      triggerName: 'book',
      triggerInput: {},
    },
    ...messages.map((message) => ({
      change: 'message-appended' as const,
      thread: 'main',
      message: { ...message, executionId },
    })),
    ending === 'completed'
      ? { change: 'execution-ended', executionId, status: 'completed' }
      : { change: 'execution-paused', executionId, position: { blockIndex: 3, block: null }, announced: 9, ...ending },
  ]);
}

function replayed(
  messages: readonly Message[],
  ending: Parameters<typeof aTurn>[1] = 'completed',
): readonly StreamEvent[] {
  const events = replayTurn(aTurn(messages, ending), chat);
  checkEventGrammar(events);
  return events;
}

function outline(events: readonly StreamEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'block-start' || event.type === 'block-end') return `${event.type} ${event.blockId}`;
    return event.type === 'text-delta' ? `text ${event.delta}` : event.type;
  });
}

const operation = { id: 'p2r7-0', name: 'Serialize chat', operationType: 'serialize-thread' };
const booked = aCallPart(
  'c1',
  { name: 'book-slot', display: 'title', description: 'Booking', status: 'available', result: 1 },
  { source: 'block' },
);

describe('a finished turn', () => {
  const messages = [
    aMessage('m1', 'assistant', [{ type: 'operation', visible: true, operation }, booked]),
    aMessage('m2', 'assistant', [aTextPart('Booked.')]),
    aMessage('m3', 'assistant', [
      { type: 'reasoning', visible: true, content: 'Short is best.' },
      aTextPart('Let me look.'),
      aCallPart('c2', { status: 'available', result: { eta: 'Friday' }, description: 'Finds an order' }),
      { type: 'step-start', visible: true },
      aTextPart('On Friday.'),
      aTextPart('directive', { visible: false }),
    ]),
  ];

  test('starts with its original ids and ends as it ended', () => {
    const events = replayed(messages);
    expect(events[0]).toEqual({ type: 'start', messageId: 'm1', executionId, lastMessageId: 'm0', sessionId: 'cs' });
    expect(events.at(-1)).toEqual({ type: 'finish', finishReason: 'stop', executionId });
  });

  test('has its blocks in order, every text in one delta, and results as they were shown live', () => {
    const events = replayed(messages);
    expect(outline(events)).toEqual([
      'start',
      'block-start p2r7-0',
      'block-end p2r7-0',
      'block-start p2r7-1',
      'tool-input-start',
      'tool-input-end',
      'tool-input-available',
      'tool-output-available',
      'block-end p2r7-1',
      'text-start',
      'text Booked.',
      'text-end',
      'block-start p2r7-3',
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
      'text-start',
      'text Let me look.',
      'text-end',
      'tool-input-start',
      'tool-input-end',
      'tool-input-available',
      'tool-output-available',
      'text-start',
      'text On Friday.',
      'text-end',
      'block-end p2r7-3',
      'finish',
    ]);
    const outputs = events.filter((event) => event.type === 'tool-output-available').map((event) => event.output);
    expect(outputs).toEqual([null, { eta: 'Friday' }]);
  });

  test('that said nothing is a start and a finish', () => {
    expect(outline(replayed([]))).toEqual(['start', 'finish']);
  });
});

test('a waiting turn ends in the same request', () => {
  const pending: PendingCall = {
    toolCallId: 'c2',
    toolName: 'find-order',
    args: { a: 1 },
    source: 'llm',
    display: 'description',
  };
  const events = replayed([aMessage('m1', 'assistant', [aTextPart('Wait.'), aCallPart('c2')], { isOpen: true })], {
    pending: [pending],
  });
  const { display: _, ...asked } = pending;
  expect(events.slice(-2)).toEqual([
    { type: 'tool-request', toolCalls: [asked] },
    { type: 'finish', finishReason: 'tool-calls', executionId },
  ]);
});

test('a turn that failed has no replay', () => {
  const failed = foldAll(aTurn([], { pending: [] }), [{ change: 'execution-ended', executionId, status: 'failed' }]);
  expect(replayTurn(failed, chat)).toEqual([]);
});
