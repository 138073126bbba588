import { expect, test } from 'vitest';
import { settingsProblems, slugOf } from './settings-problems.ts';

const settings = { name: 'Fern guide', slug: 'fern-guide', format: 'interactive' } as const;

test('settings that can be saved have no problems; each other one is told at its field', () => {
  expect(settingsProblems(settings)).toEqual({});
  const wrong = { ...settings, name: ' ', slug: 'Fern guide', description: 'x'.repeat(1001) };
  expect(Object.keys(settingsProblems(wrong)).sort()).toEqual(['description', 'name', 'slug']);
  const long = { ...settings, name: 'x'.repeat(101), slug: 'x'.repeat(65) };
  expect(settingsProblems(long)).toEqual({
    name: 'Use at most 100 characters for the name',
    slug: 'Use at most 64 characters for the slug',
  });
});

test('a slug is made from any name', () => {
  expect(slugOf('Café, Größe 2!')).toBe('cafe-gro-e-2');
  expect(slugOf('草')).toBe('');
  expect(slugOf('x'.repeat(200))).toHaveLength(64);
});
