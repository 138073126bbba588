import { expect, test } from 'vitest';
import { type LogEntryType, logEntryTypes } from '../api/logs.ts';
import { type ExecutionLogEntryType, isTrimmedValue } from './execution-log.ts';

test('every type that the server writes has a shape, and no other', () => {
  const written = {} as Record<LogEntryType, true> satisfies Record<ExecutionLogEntryType, true>;
  const described = {} as Record<ExecutionLogEntryType, true> satisfies Record<LogEntryType, true>;
  expect([written, described]).toHaveLength(2);
  expect(logEntryTypes).toHaveLength(18);
});

test('a trimmed value is told by its mark', () => {
  expect([{ __trimmed: true, preview: '' }, { __trimmed: 1 }, null, 'x'].map(isTrimmedValue)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
