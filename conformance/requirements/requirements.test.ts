import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requirements } from '../requirements.ts';

const suites = join(import.meta.dirname, '../suites');
const idPattern = /\[((?:http|sse|sdk|chat|react|cli)(?:\.[a-z0-9-]+)+)\]/g;

/** Every id in a title, with the files it appears in. */
function provenIds(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of readdirSync(suites).filter((name) => name.endsWith('.test.ts'))) {
    const source = readFileSync(join(suites, file), 'utf8');
    for (const [, id = ''] of source.matchAll(idPattern)) found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}

const known = new Set(requirements.map((requirement) => requirement.id));

test('every clause has an id of its own', () => {
  expect(known.size).toBe(requirements.length);
});

test('every clause is carried by a test', () => {
  const proven = provenIds();
  expect([...known].filter((id) => !proven.has(id))).toEqual([]);
});

test('every id in a title is a clause', () => {
  expect([...provenIds()].filter(([id]) => !known.has(id))).toEqual([]);
});
