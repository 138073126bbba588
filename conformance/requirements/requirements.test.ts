import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requirements } from '../requirements.ts';
import { openClauses } from './open.ts';
import { idsOfTitles, skippedTitles } from './titles.ts';

const root = join(import.meta.dirname, '../..');
/** Where tests and the suites that they share are. */
const testFiles = [
  '{packages,apps}/*/src/**/*.test.ts',
  '{packages,apps}/*/test/**/*.ts',
  'conformance/{suites,support}/**/*.test.ts',
];

const sources = globSync(testFiles, { cwd: root }).map(
  (path) => [path, readFileSync(join(root, path), 'utf8')] as const,
);
const known = new Set(requirements.map(({ id }) => id));
const proven = new Map<string, string[]>();
for (const [path, source] of sources) {
  for (const id of idsOfTitles(source)) proven.set(id, [...(proven.get(id) ?? []), path]);
}

describe('the clauses of the specification', () => {
  test('each has an id of its own', () => {
    expect(known.size).toBe(requirements.length);
  });

  test('each is carried by a test, or is named as open', () => {
    const unproven = requirements.filter(({ id }) => !proven.has(id) && !(id in openClauses));
    expect(unproven.map(({ id, sentence }) => `${id}: ${sentence}`)).toEqual([]);
  });

  test('every id in a title is a clause', () => {
    expect([...proven].filter(([id]) => !known.has(id))).toEqual([]);
  });

  test('no open clause is proven, and all of them are clauses', () => {
    for (const [id, reason] of Object.entries(openClauses)) console.warn(`open: ${id}: ${reason}`);
    expect(Object.keys(openClauses).filter((id) => proven.has(id) || !known.has(id))).toEqual([]);
  });

  test('no test that carries a clause is skipped for good', () => {
    expect(sources.flatMap(([path, source]) => skippedTitles(source).map((title) => `${path}: ${title}`))).toEqual([]);
  });
});

describe('ids of titles', () => {
  test('are read from the start of a title, in every kind of quote', () => {
    const source = [
      `test('[rt.abort] [sse.done] a title', run)`,
      'test(`[sse.grammar] of ${name}`, run)',
      `test.each([['[http.ids] a row', 1]])('%s', run)`,
      `// [rt.recovery] in a comment`,
      `expect('see [rt.failure]').toBe(1)`,
    ].join('\n');
    expect([...idsOfTitles(source)]).toEqual(['rt.abort', 'sse.done', 'sse.grammar', 'http.ids']);
  });

  test('do not count where the test never runs', () => {
    expect(skippedTitles(`test.skip('[rt.abort] x')`)).toEqual(['[rt.abort]']);
    expect(skippedTitles(`test.todo(\n  '[rt.abort] x')`)).toEqual(['[rt.abort]']);
    expect(skippedTitles(`test('[rt.abort] x')`)).toEqual([]);
  });
});
