import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundOutput } from './bound-output.ts';

test('a result within the limit stays the value it is', () => {
  const value = { a: [1, 2] };
  expect(boundOutput(value, 100)).toEqual({ value });
  expect(boundOutput(value, undefined).value).toBe(value);
});

test('[proto.view.tool-output] a longer one keeps its first 60 % and last 40 %, and says what is missing', () => {
  const { value, originalChars } = boundOutput('0123456789'.repeat(10), 5);
  expect(originalChars).toBe(100);
  expect(value).toMatch(/^012345678901\n\[80 of 100 characters left out\. .*\]\n23456789$/);
});

test('characters outside the basic plane are never cut in two', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 20, max: 80 }),
      fc.boolean(),
      (tokens, count, odd) => {
        const { value } = boundOutput(`${odd ? 'x' : ''}${'😀'.repeat(count)}`, tokens);
        expect(String(value).isWellFormed()).toBe(true);
      },
    ),
  );
});
