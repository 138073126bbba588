import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { protocolJsonSchema, settingsJsonSchema } from '../src/index.ts';

test.each([
  ['protocol.json', protocolJsonSchema()],
  ['settings.json', settingsJsonSchema()],
])('the published %s is what the declarations say (npm run schemas writes it)', async (name, schema) => {
  const text = await readFile(new URL(`../schemas/${name}`, import.meta.url), 'utf8');
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(schema)));
});
