import type { LogEntry } from '@octavus/core';
import type { Change } from '@octavus/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLog, encodeLog } from './log-format.ts';

const entry: fc.Arbitrary<LogEntry> = fc
  .record({
    stem: fc.constantFrom('exec_a-1-', 'exec_b-2-', ''),
    timestamp: fc.constantFrom('2026-11-24T10:00:00.000Z', '2026-11-24T10:00:00.001Z'),
    sequence: fc.option(fc.nat(1200), { nil: undefined }),
    content: fc.string(),
  })
  .map(({ stem, sequence, ...rest }) => ({
    id: `${stem}${sequence}`,
    ...rest,
    type: 'message',
    ...(sequence !== undefined && { sequence }),
  }));

/** Few words, so that entries and changes often say the same. */
const words = fc.constantFrom('', 'Hi', 'A fern', '7');
const input = fc.record({ MESSAGE: words, COUNT: fc.constantFrom(0, 7) });
const fields = fc.oneof(
  fc.record({ type: fc.constant('trigger'), triggerInput: input }),
  fc.record({ type: fc.constantFrom('message', 'llm-response', 'tool-call'), content: words, response: words }),
);
const change: fc.Arbitrary<Change> = fc.oneof(
  input.map((triggerInput) => started(triggerInput)),
  fc.array(words).map((texts) => appended(...texts)),
  fc.constant<Change>({ change: 'leg-restarted', executionId: 'exec_a' }),
);

function started(triggerInput: Record<string, string | number>): Change {
  const ids = { executionId: 'exec_a', messageId: 'm1' };
  return { change: 'execution-started', ...ids, agentVersion: 1, triggerName: 'go', triggerInput };
}

function appended(...texts: string[]): Change {
  const parts = texts.map((content) => ({ type: 'text', visible: true, content }) as const);
  const message = { id: 'm1', role: 'user', createdAt: '2026-11-24T10:00:00.000Z', parts } as const;
  return { change: 'message-appended', thread: 'main', message };
}

test('every log reads back as it was written, beside any changes', () => {
  const full = fc.tuple(entry, fields).map(([common, own]): LogEntry => ({ ...common, ...own }));
  fc.assert(
    fc.property(fc.array(full), fc.array(change), (log, changes) => {
      expect(decodeLog(encodeLog(log, changes), JSON.stringify(changes))).toEqual(log);
    }),
  );
});

test('what the changes of the commit say is not written again, in its place among the fields', () => {
  const question = 'Where is my order?';
  const answer = 'On its way to you.';
  const common = { id: 'e-0', timestamp: '2026-11-24T10:00:00.000Z', sequence: 0 };
  const log: LogEntry[] = [
    { ...common, type: 'trigger', triggerInput: { MESSAGE: question } },
    { ...common, type: 'message', content: question, visible: true },
    { ...common, type: 'llm-response', response: answer },
    { ...common, type: 'llm-response', response: 'Nothing that was kept.' },
  ];
  const changes = [started({ MESSAGE: question }), appended(question), appended(answer)];
  const text = encodeLog(log, changes);
  expect(text).not.toContain(question);
  expect(text).not.toContain(answer);
  expect(JSON.stringify(decodeLog(text, JSON.stringify(changes)))).toBe(
    JSON.stringify(log.map(({ id, timestamp, ...own }) => ({ id, timestamp, ...own }))),
  );
});

test('a row that was written before changes and log shared anything is read', () => {
  const log = [{ id: 'e-0', timestamp: '2026-11-24T10:00:00.000Z', sequence: 0, type: 'message', content: 'Hi' }];
  const text =
    '{"stem":"e-","at":"2026-11-24T10:00:00.000Z","entries":[{"sequence":0,"type":"message","content":"Hi"}]}';
  expect(decodeLog(text, JSON.stringify([appended('Bye')]))).toEqual(log);
});

test('an id that does not end in its sequence number is kept', () => {
  const log = [{ id: 'log-x', timestamp: '2026-11-24T10:00:00.000Z', type: 'message', sequence: 7 }];
  expect(decodeLog(encodeLog(log, []), '[]')).toEqual(log);
});

test('what entries share is written once', () => {
  const shared = { timestamp: '2026-11-24T10:00:00.000Z', type: 'message' };
  const log = [0, 1].map((sequence) => ({ id: `exec_a-1-${sequence}`, ...shared, sequence }));
  expect(encodeLog(log, [])).toBe(
    '{"stem":"exec_a-1-","at":"2026-11-24T10:00:00.000Z","entries":[{"type":"message","sequence":0},{"type":"message","sequence":1}]}',
  );
});

test('the plain arrays of earlier releases are read', () => {
  const log = [{ id: 'exec_a-1-0', timestamp: '2026-11-24T10:00:00.000Z', type: 'message', sequence: 0 }];
  expect(decodeLog(JSON.stringify(log), '[]')).toEqual(log);
});
