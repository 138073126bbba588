import { expect, test } from 'vitest';
import { memoryOf } from './memory-of.ts';

test('texts count by their length, everything else by its number', () => {
  expect(memoryOf('x'.repeat(100)) - memoryOf('')).toBe(100);
  expect(memoryOf([1, null, true]) - memoryOf([])).toBe(3 * memoryOf(1));
  expect(memoryOf({ a: { b: 'text' } })).toBe(memoryOf({ a: {} }) + memoryOf('text'));
});

test('what is nested a million times deep is counted too', () => {
  let value: unknown = 0;
  for (let depth = 0; depth < 1_000_000; depth += 1) value = [value];
  expect(memoryOf(value)).toBe(1_000_000 * memoryOf([]) + memoryOf(0));
});
