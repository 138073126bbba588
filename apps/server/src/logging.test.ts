import { expect, test } from 'vitest';
import { createLogger, createRedactor } from './logging.ts';

function openLog(level: 'info' | 'silent' = 'info', secrets: string[] = []) {
  const lines: string[] = [];
  const logger = createLogger({ level, secrets, sink: { write: (line) => void lines.push(line) } });
  return { logger, lines };
}

test('a line is JSON with its facts', () => {
  const { logger, lines } = openLog();
  logger.info({ requestId: 'r1', status: 200 }, 'request');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, requestId: 'r1', status: 200, msg: 'request' });
});

test('silent writes nothing', () => {
  const { logger, lines } = openLog('silent');
  logger.error('x');
  expect(lines).toEqual([]);
});

test('secrets are left out wherever they are, in errors and nested objects too', () => {
  const { logger, lines } = openLog('info', ['my-provider-key-123']);
  const cause = new Error('401 for key my-provider-key-123');
  logger.error(
    { err: new Error('failed', { cause }), headers: { authorization: 'Bearer abc.def-123' } },
    'oct_sk_AAAABBBBCCCC',
  );
  const [line = ''] = lines;
  expect(line).not.toContain('my-provider-key-123');
  expect(line).not.toContain('abc.def');
  expect(line).not.toContain('AAAABBBB');
  expect(JSON.parse(line)).toMatchObject({ msg: 'oct_sk_[redacted]', headers: { authorization: 'Bearer [redacted]' } });
});

test.each([
  ['oct_sk_GV0RirwR0vc2FkHSltU9', 'oct_sk_[redacted]'],
  ['oct_et_eyJqdGki.pN3w', 'oct_et_[redacted]'],
  ['oct_agt_abc', 'oct_agt_[redacted]'],
  ['authorization: bearer YWJj', 'authorization: bearer [redacted]'],
  ['sk-ant-api03-abcdefghijkl', 'sk-[redacted]'],
  ['xai-abcdefghijklmnop', 'xai-[redacted]'],
  ['AIzaSyA1234567890abcdefghij', 'AIza[redacted]'],
  ['a task-force of skills', 'a task-force of skills'],
])('%s', (text, redacted) => {
  expect(createRedactor([])(text)).toBe(redacted);
});

test('a known secret may hold any characters, and a very short one is not searched for', () => {
  const redact = createRedactor(['p$ss.(w)ord', 'a']);
  expect(redact('a p$ss.(w)ord a')).toBe('a [redacted] a');
});
