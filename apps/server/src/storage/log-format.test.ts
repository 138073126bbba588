import type { LogEntry } from '@octavus/core';
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

test('every log reads back as it was written', () => {
  fc.assert(
    fc.property(fc.array(entry), (log) => {
      expect(decodeLog(encodeLog(log))).toEqual(log);
    }),
  );
});

test('an id that does not end in its sequence number is kept', () => {
  const log = [{ id: 'log-x', timestamp: '2026-11-24T10:00:00.000Z', type: 'message', sequence: 7 }];
  expect(decodeLog(encodeLog(log))).toEqual(log);
});

test('what entries share is written once', () => {
  const shared = { timestamp: '2026-11-24T10:00:00.000Z', type: 'message' };
  const log = [0, 1].map((sequence) => ({ id: `exec_a-1-${sequence}`, ...shared, sequence }));
  expect(encodeLog(log)).toBe(
    '{"stem":"exec_a-1-","at":"2026-11-24T10:00:00.000Z","entries":[{"type":"message","sequence":0},{"type":"message","sequence":1}]}',
  );
});

test('the plain arrays of earlier releases are read', () => {
  const log = [{ id: 'exec_a-1-0', timestamp: '2026-11-24T10:00:00.000Z', type: 'message', sequence: 0 }];
  expect(decodeLog(JSON.stringify(log))).toEqual(log);
});
