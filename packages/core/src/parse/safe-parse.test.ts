import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isFileReference,
  isFileReferenceArray,
  safeParseStreamEvent,
  safeParseUIMessage,
  safeParseUIMessages,
} from './safe-parse.ts';

describe('events', () => {
  const parse = (value: unknown) => {
    const result = safeParseStreamEvent(value);
    return result.success ? result.data : 'refused';
  };

  test('keys of newer servers are kept', () => {
    const event = { type: 'text-delta', id: 't', delta: 'x', later: { deep: 1 } };
    expect(parse(event)).toEqual(event);
  });

  test('null in an optional key means absent, at any depth', () => {
    expect(parse({ type: 'start', messageId: null, executionId: 'e' })).toStrictEqual({
      type: 'start',
      executionId: 'e',
    });
    const call = { toolCallId: 'c', toolName: 't', args: { kept: null } };
    expect(parse({ type: 'tool-request', toolCalls: [{ ...call, source: null, thread: null }] })).toStrictEqual({
      type: 'tool-request',
      toolCalls: [call],
    });
    expect(parse({ type: 'source', sourceType: 'url', id: 's', url: 'u', title: null })).toStrictEqual({
      type: 'source',
      sourceType: 'url',
      id: 's',
      url: 'u',
    });
  });

  test('null in a required key is refused', () => {
    expect(parse({ type: 'text-delta', id: 't', delta: null })).toBe('refused');
    expect(parse({ type: 'error', errorType: null, message: 'm', retryable: false, source: 'platform' })).toBe(
      'refused',
    );
  });

  test.each([
    [{ type: 'tool-input-available', toolCallId: 'c', toolName: 't' }, 'input'],
    [{ type: 'tool-output-available', toolCallId: 'c' }, 'output'],
    [{ type: 'resource-update', name: 'r' }, 'value'],
  ])('%j reads with an undefined %s', (event, key) => {
    expect(parse(event)).toStrictEqual({ ...event, [key]: undefined });
    expect(parse({ ...event, [key]: null })).toStrictEqual({ ...event, [key]: null });
  });

  test('words of newer servers read as the unknown one', () => {
    expect(parse({ type: 'finish', finishReason: 'tired' })).toMatchObject({ finishReason: 'other' });
    expect(
      parse({ type: 'error', errorType: 'new_error', message: 'm', retryable: true, source: 'moon' }),
    ).toMatchObject({
      errorType: 'unknown_error',
      source: 'platform',
      message: 'm',
    });
    expect(parse({ type: 'finish', finishReason: 7 })).toBe('refused');
  });

  test('unknown types, other shapes and what no JSON gives are refused without a throw', () => {
    for (const value of [
      { type: 'dance' },
      {},
      null,
      7,
      'start',
      [],
      { type: 'finish' },
      { type: 'start', messageId: () => 1 },
    ]) {
      expect(parse(value)).toBe('refused');
    }
    fc.assert(fc.property(fc.anything(), (value) => void safeParseStreamEvent(value)));
  });

  test('the given value is not changed', () => {
    const event = Object.freeze({ type: 'start', messageId: null });
    expect(parse(event)).toEqual({ type: 'start' });
    expect(event).toEqual({ type: 'start', messageId: null });
  });
});

describe('messages', () => {
  const message = {
    id: 'm',
    role: 'assistant',
    status: 'done',
    createdAt: '2026-01-02T03:04:05.000Z',
    parts: [{ type: 'tool-call', toolCallId: 'c', toolName: 't', args: {}, status: 'cancelled' }],
  };

  test('createdAt becomes a Date from text, number or Date, not from null', () => {
    const date = new Date(message.createdAt);
    for (const createdAt of [message.createdAt, date.getTime(), date]) {
      expect(safeParseUIMessage({ ...message, createdAt }).data?.createdAt).toEqual(date);
    }
    expect(safeParseUIMessage({ ...message, createdAt: null }).success).toBe(false);
    expect(safeParseUIMessage({ ...message, role: 'system' }).success).toBe(false);
  });

  test('null in an optional key of a part means absent', () => {
    const [part] = message.parts;
    const parts = [{ ...part, displayName: null, thread: null, result: null }];
    expect(safeParseUIMessages([{ ...message, parts }]).data?.[0]?.parts).toStrictEqual([{ ...part, result: null }]);
    expect(safeParseUIMessages(message).success).toBe(false);
  });
});

test('file references may have further keys; a list is an array', () => {
  const file = { id: 'f', mediaType: 'image/png', url: 'https://x/f', colour: 'red' };
  expect([file, { id: 'f' }, null].map(isFileReference)).toEqual([true, false, false]);
  expect([[], [file], [file, {}], { length: 0 }].map(isFileReferenceArray)).toEqual([true, true, false, false]);
});
