import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { throughJson } from '../testing/collect-leg.ts';
import { aCallPart, aMessage, aTextPart } from '../testing/messages.ts';
import type { Change, ExecutionStarted } from './change.ts';
import { fold, foldAll } from './fold.ts';
import type { ToolCallPart } from './message.ts';
import { openSession, type SessionState } from './session-state.ts';
import { cancelledCallError } from './settle.ts';
import type { ThreadSettings } from './thread-settings.ts';

const settings: ThreadSettings = {
  model: 'offline/default',
  tools: [],
  mcpServers: [],
  skills: [],
  workers: [],
  references: [],
  webSearch: false,
  todoList: false,
  cycles: 1,
  speed: 'standard',
  cache: 'auto',
  loopGuard: false,
};

function aSession(variables: SessionState['variables'] = {}): SessionState {
  return openSession({ sessionId: 'cs', kind: 'interactive', input: {}, variables, resources: {} });
}

function started(executionId: string): ExecutionStarted {
  return {
    change: 'execution-started',
    executionId,
    messageId: `${executionId}-message`,
    agentVersion: 1,
    triggerName: 'user-message',
    triggerInput: {},
  };
}

function appended(id: string, executionId: string, parts = [aTextPart(id)], thread = 'main'): Change {
  const message = aMessage(id, 'assistant', parts, { executionId, isOpen: true });
  return { change: 'message-appended', thread, message };
}

function ended(executionId: string, status: 'completed' | 'aborted' | 'failed' | 'interrupted' = 'completed'): Change {
  return { change: 'execution-ended', executionId, status };
}

function paused(executionId: string): Change {
  return {
    change: 'execution-paused',
    executionId,
    position: { blockIndex: 1, block: null },
    pending: [{ toolCallId: 'call_1', toolName: 'find-order', args: {}, source: 'llm', display: 'description' }],
    announced: 2,
  };
}

const resumed: Change = {
  change: 'leg-started',
  executionId: 'e1',
  outcomes: [{ toolCallId: 'call_1', outcome: { result: 7 } }],
};

function callOf(state: SessionState, toolCallId: string): ToolCallPart['toolCall'] | undefined {
  const parts = state.messages.flatMap((message) => message.parts);
  return parts.find((part): part is ToolCallPart => part.type === 'tool-call' && part.toolCall.id === toolCallId)
    ?.toolCall;
}

describe('text', () => {
  test('grows in its open part and is closed by the last piece', () => {
    const open = appended('m1', 'e1', [aTextPart('Hel', { isOpen: true })]);
    const at = { thread: 'main', messageId: 'm1', index: 0 };
    const half = foldAll(aSession(), [started('e1'), open, { change: 'part-extended', ...at, text: 'lo' }]);
    expect(half.messages[0]?.parts[0]).toEqual(aTextPart('Hello', { isOpen: true }));
    const whole = fold(half, { change: 'part-extended', ...at, text: '!', isLast: true });
    expect(whole.messages[0]?.parts[0]).toEqual(aTextPart('Hello!'));
  });

  test('a piece for a part that is no text changes nothing', () => {
    const state = foldAll(aSession(), [started('e1'), appended('m1', 'e1', [])]);
    const extended = fold(state, { change: 'part-extended', thread: 'main', messageId: 'm1', index: 3, text: 'x' });
    expect(extended.messages[0]?.parts).toEqual([]);
  });
});

describe('the end of an execution', () => {
  const open = appended('m1', 'e1', [aTextPart('Ros', { isOpen: true })]);
  const call: Change = { change: 'part-appended', thread: 'main', messageId: 'm1', part: aCallPart('call_1') };

  test('[rt.cancelled-calls] seals its messages: texts are closed, unanswered calls are cancelled', () => {
    const state = foldAll(aSession(), [started('e1'), open, call, ended('e1', 'failed')]);
    expect(state.messages[0]?.isOpen).toBeUndefined();
    expect(state.messages[0]?.parts[0]).toEqual(aTextPart('Ros'));
    expect(state.messages[0]?.parts[1]).toMatchObject({ isCancelled: true });
    expect(callOf(state, 'call_1')).toMatchObject({ status: 'error', error: cancelledCallError });
    expect(state.execution).toMatchObject({ status: 'failed', pending: [], position: undefined });
  });

  test('leaves answered calls alone', () => {
    const answer: Change = { change: 'tool-call-settled', toolCallId: 'call_1', outcome: { result: null } };
    const state = foldAll(aSession(), [started('e1'), open, call, answer, ended('e1', 'aborted')]);
    expect(callOf(state, 'call_1')).toMatchObject({ status: 'available', result: null });
  });

  test('does not touch the messages of executions before it', () => {
    const before = foldAll(aSession(), [started('e1'), open, call, ended('e1')]);
    const after = foldAll(before, [started('e2'), appended('m2', 'e2'), ended('e2')]);
    expect(after.messages[0]).toBe(before.messages[0]);
  });

  test('seals named threads too', () => {
    const thread: Change = { change: 'thread-started', name: 'draft', settings };
    const inThread = appended('t1', 'e1', [aTextPart('half', { isOpen: true })], 'draft');
    const state = foldAll(aSession(), [started('e1'), thread, inThread, ended('e1', 'interrupted')]);
    expect(state.threads.get('draft')?.messages[0]?.isOpen).toBeUndefined();
  });
});

describe('a result', () => {
  test('reaches every copy of its call, and the first one wins', () => {
    const thread: Change = { change: 'thread-started', name: 'draft', settings };
    const state = foldAll(aSession(), [
      started('e1'),
      thread,
      appended('m1', 'e1', [aCallPart('call_1', {}, { thread: 'draft' })] as never),
      appended('t1', 'e1', [aCallPart('call_1')] as never, 'draft'),
      { change: 'tool-call-settled', toolCallId: 'call_1', outcome: { error: 'down' } },
      { change: 'tool-call-settled', toolCallId: 'call_1', outcome: { result: 'late' } },
    ]);
    const failed = { status: 'error', error: 'down' };
    expect(callOf(state, 'call_1')).toMatchObject(failed);
    expect(state.threads.get('draft')?.messages[0]?.parts[0]).toMatchObject({ toolCall: failed });
  });
});

describe('a continuation', () => {
  const opening = [started('e1'), appended('m1', 'e1', [aCallPart('call_1')] as never), paused('e1')];

  test('writes its results onto the calls and keeps the start of its leg', () => {
    const state = foldAll(aSession(), [...opening, resumed]);
    expect(callOf(state, 'call_1')).toMatchObject({ status: 'available', result: 7 });
    expect(state.execution?.status).toBe('running');
    expect(state.execution?.legStart?.messages).toBe(state.messages);
  });

  test('starts again from the results when its leg broke off', () => {
    const atStart = foldAll(aSession({ A: 1 }), [...opening, resumed]);
    const broken = foldAll(atStart, [
      { change: 'variable-set', name: 'A', value: 2 },
      appended('m2', 'e1'),
      ended('e1', 'interrupted'),
    ]);
    const again = fold(broken, { change: 'leg-restarted', executionId: 'e1' });
    expect(again.messages).toEqual(atStart.messages);
    expect(again.variables).toEqual({ A: 1 });
    expect(again.execution?.status).toBe('running');
    expect(again.execution?.position).toEqual(atStart.execution?.position);
    expect(again.execution?.pending).toEqual(atStart.execution?.pending);
  });

  test('cannot start again once a newer trigger was accepted, it failed, or it was stopped on request', () => {
    const ofOne = [...opening, resumed];
    const legStartAfter = (...changes: Change[]) => foldAll(aSession(), [...ofOne, ...changes]).execution?.legStart;
    expect(legStartAfter(ended('e1', 'aborted'))).toBeDefined();
    expect(legStartAfter(ended('e1', 'failed'))).toBeUndefined();
    expect(
      legStartAfter({ change: 'execution-ended', executionId: 'e1', status: 'aborted', isStopped: true }),
    ).toBeUndefined();
    expect(legStartAfter(ended('e1', 'aborted'), started('e2'))).toBeUndefined();
  });
});

describe('rollback', () => {
  const turn = (number: number): Change[] => [
    started(`e${number}`),
    appended(`m${number}`, `e${number}`),
    { change: 'variable-set', name: 'TURN', value: number },
    ended(`e${number}`),
  ];

  test('[rt.rollback.message] [rt.rollback.checkpoint] [rt.execution.checkpoint] returns messages and values to the checkpoint taken at that message', () => {
    const state = foldAll(aSession(), [...turn(1), ...turn(2), ...turn(3)]);
    const back = fold(state, { change: 'history-truncated', afterMessageId: 'm1' });
    expect(back.messages.map((message) => message.id)).toEqual(['m1']);
    expect(back.variables).toEqual({ TURN: 1 });
  });

  test('[rt.rollback.null] [rt.rollback.checkpoint] to the empty session removes everything and takes the oldest checkpoint', () => {
    const state = foldAll(aSession({ TURN: 0 }), [...turn(1), ...turn(2)]);
    const back = fold(state, { change: 'history-truncated', afterMessageId: null });
    expect(back.messages).toEqual([]);
    expect(back.variables).toEqual({ TURN: 0 });
  });

  test('[rt.rollback.checkpoint] to a message without a checkpoint keeps the values', () => {
    const state = foldAll(aSession(), [...turn(1), ...turn(2)]);
    const back = fold(state, { change: 'history-truncated', afterMessageId: 'm2' });
    expect(back.messages).toHaveLength(2);
    expect(back.variables).toEqual({ TURN: 2 });
  });
});

test('[rt.restore.state] a restored session is what it was restored to and nothing else', () => {
  const before = foldAll(aSession({ COUNT: 1 }), [
    started('e1'),
    appended('m1', 'e1'),
    { change: 'thread-started', name: 'notes', settings },
    { change: 'todos-set', thread: 'main', todos: [{ id: '1', content: 'Repot', status: 'pending' }] },
    paused('e1'),
  ]);
  const messages = [aMessage('m0', 'user', [aTextPart('Hello again')])];
  const opening = { input: { NAME: 'Larkspur' }, variables: { COUNT: 0 }, resources: { PLAN: '' } };
  const restored = fold(before, { change: 'session-restored', ...opening, messages, todos: [] });
  expect(restored).toEqual({ ...openSession({ sessionId: 'cs', kind: 'interactive', ...opening }), messages });
});

describe('for any changes', () => {
  const ids = fc.constantFrom('m1', 'm2', 'm3');
  const threads = fc.constantFrom('main', 'draft', 'unknown');
  const executions = fc.constantFrom('e1', 'e2');
  const parts = fc.oneof(
    fc.string().map((content) => aTextPart(content, { isOpen: true })),
    fc.constantFrom('call_1', 'call_2').map((id) => aCallPart(id)),
  );
  const change: fc.Arbitrary<Change> = fc.oneof(
    executions.map((executionId) => started(executionId)),
    fc
      .tuple(ids, executions, fc.array(parts, { maxLength: 3 }), threads)
      .map(([id, execution, list, thread]) => appended(id, execution, list as never, thread)),
    fc.record({ change: fc.constant('part-appended' as const), thread: threads, messageId: ids, part: parts }),
    fc.record({
      change: fc.constant('part-extended' as const),
      thread: threads,
      messageId: ids,
      index: fc.nat(3),
      text: fc.string(),
    }),
    fc.record({ change: fc.constant('message-closed' as const), thread: threads, messageId: ids }),
    fc.record({
      change: fc.constant('tool-call-settled' as const),
      toolCallId: fc.constantFrom('call_1', 'call_2'),
      outcome: fc.jsonValue().map((result) => ({ result: result as never })),
    }),
    fc.record({
      change: fc.constant('variable-set' as const),
      name: fc.constantFrom('A', 'B'),
      value: fc.jsonValue().map((value) => value as never),
    }),
    fc.constant<Change>({ change: 'thread-started', name: 'draft', settings }),
    executions.map((executionId) => paused(executionId)),
    fc.constant(resumed),
    fc.constant<Change>({ change: 'leg-restarted', executionId: 'e1' }),
    fc
      .tuple(executions, fc.constantFrom('completed', 'failed', 'aborted', 'interrupted'))
      .map(([executionId, status]) => ended(executionId, status as 'completed')),
    fc.option(ids, { nil: null }).map((afterMessageId) => ({ change: 'history-truncated' as const, afterMessageId })),
  );
  const changes = fc.array(change, { maxLength: 30 });

  test('folding what a store gives back leads to the same state', () => {
    fc.assert(
      fc.property(changes, (list) => {
        expect(foldAll(aSession(), throughJson(list))).toEqual(foldAll(aSession(), list));
      }),
    );
  });

  test('folding never changes a state that was there before', () => {
    fc.assert(
      fc.property(changes, (list) => {
        let state = deepFreeze(aSession());
        for (const next of list) state = deepFreeze(fold(state, deepFreeze(next)));
      }),
    );
  });

  test('an ended execution leaves nothing open and nothing unanswered', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const own: Change[] = [
          started('e9'),
          appended('m9', 'e9', [aTextPart('x', { isOpen: true }), aCallPart('c9')] as never),
        ];
        const state = foldAll(aSession(), [...list, ...own, ended('e9', 'aborted')]);
        const last = state.messages.at(-1);
        expect(last?.isOpen).toBeUndefined();
        expect(JSON.stringify(last?.parts)).not.toMatch(/isOpen|"streaming"|"pending"/);
      }),
    );
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  const children = value instanceof Map ? [...value.values()] : Object.values(value);
  for (const child of children) deepFreeze(child);
  return value;
}
