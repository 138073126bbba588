import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, suggest } from './suggest.ts';

describe('did you mean', () => {
  test.each([
    ['sytem', ['system', 'user-message'], 'system'],
    ['max_steps', ['maxTokens', 'maxSteps'], 'maxSteps'],
    ['String', ['string'], 'string'],
    ['TEMPRATURE', ['TEMPERATURE'], 'TEMPERATURE'],
    ['ab', ['cd'], undefined],
    ['abcd', ['abdc'], 'abdc'],
    ['abcd', ['abxy'], undefined],
    ['abcdefgh', ['abcdefxy'], 'abcdefxy'],
    ['handler', ['handlers'], 'handlers'],
    ['same', ['same'], undefined],
    ['', ['a'], undefined],
    ['x'.repeat(300), ['x'.repeat(301)], undefined],
  ])('%s among %j is %s', (name, candidates, expected) => {
    expect(suggest(name, candidates)).toBe(expected);
  });

  test('ties go to the earlier candidate, smaller distances win', () => {
    expect(suggest('tools', ['fools', 'pools'])).toBe('fools');
    expect(suggest('handlerz', ['handlexx', 'handlers'])).toBe('handlers');
  });
});

test('the bounded distance is the distance, or above the bound', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.nat(4), (a, b, limit) => {
      const exact = editDistance(a, b, 100);
      expect(editDistance(b, a, 100)).toBe(exact);
      expect(editDistance(a, b, limit)).toBe(Math.min(exact, limit + 1));
    }),
  );
});
