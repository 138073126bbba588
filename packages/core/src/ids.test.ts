import { describe, expect, test } from 'vitest';
import { createIds, idPattern, idPatterns, isId } from './ids.ts';

const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));

describe('ids', () => {
  test.each(['resource', 'execution', 'message', 'file', 'toolCall', 'jti'] as const)('%s has its format', (kind) => {
    const ids = createIds(random, Date.now);
    for (let index = 0; index < 200; index++) {
      const id = ids[kind]();
      expect(id).toMatch(idPatterns[kind]);
      expect(id).toMatch(idPattern);
    }
  });

  test('message ids increase as text while the clock stands, moves and runs back', () => {
    const times = [5000, 5000, 5000, 5001, 4000, 4000, 9000];
    let call = 0;
    const ids = createIds(random, () => times[Math.min(call++, times.length - 1)] ?? 0);
    const made = Array.from({ length: 500 }, () => ids.message());
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
    expect(made[0]).toMatch(/^5000-/);
    expect(made.at(-1)).toMatch(/^9000-/);
  });

  test('one draw of random bytes serves many ids', () => {
    let draws = 0;
    const ids = createIds((n) => {
      draws++;
      return random(n);
    }, Date.now);
    for (let index = 0; index < 40; index++) ids.resource();
    expect(draws).toBe(1);
  });

  test('bytes that would favour some characters are passed over', () => {
    const ids = createIds((n) => new Uint8Array(n).map((_, index) => (index % 2 ? 35 : 255)), Date.now);
    expect(ids.resource()).toBe(`c${'z'.repeat(23)}`);
  });

  test('an identifier is text of a narrow alphabet', () => {
    expect(['call_1', 'toolu_01-X'].every(isId)).toBe(true);
    expect(['', 'a/b', 'a b', 'x'.repeat(65), 'é', 5, null].some(isId)).toBe(false);
  });
});
