import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { agentSlugs, readAgentPayload, readFixtures } from '../../test/fixtures.ts';
import { protocolJsonSchema, settingsJsonSchema } from '../index.ts';

const ajv = new Ajv({ strict: false, allErrors: true });
const checkInteractive = ajv.compile(protocolJsonSchema('interactive'));
const checkWorker = ajv.compile(protocolJsonSchema('worker'));
const checkAny = ajv.compile(protocolJsonSchema());
const checkSettings = ajv.compile(settingsJsonSchema());

type Payload = ReturnType<typeof readAgentPayload>;

function problems({ settings, protocol }: Payload): unknown[] {
  const check = settings.format === 'worker' ? checkWorker : checkInteractive;
  return check(parse(protocol)) ? [] : check.errors!;
}

test.each(agentSlugs)('%s fits the schemas for editors', (slug) => {
  const payload = readAgentPayload(slug);
  expect(problems(payload)).toEqual([]);
  expect(checkAny(parse(payload.protocol))).toBe(true);
  expect(checkSettings(payload.settings), JSON.stringify(checkSettings.errors)).toBe(true);
});

test.each(readFixtures('warnings'))('$file, which is valid, fits the schema', ({ payload }) => {
  expect(problems(payload as Payload)).toEqual([]);
});

/** What the shape check finds, an editor finds too. */
const shapeCodes = [
  'PROTO_UNKNOWN_SECTION',
  'PROTO_SECTION_FORMAT',
  'PROTO_SECTION_MISSING',
  'PROTO_UNKNOWN_KEY',
  'PROTO_KEY_FORMAT',
  'PROTO_MISSING_KEY',
  'PROTO_THREAD_MODEL_MISSING',
  'PROTO_WRONG_TYPE',
  'PROTO_INVALID_VALUE',
  'PROTO_OUT_OF_RANGE',
  'PROTO_TOO_LONG',
  'PROTO_TOO_MANY',
  'PROTO_BLOCK_UNKNOWN',
  'PROTO_BLOCK_FORMAT',
];

test.each(readFixtures('invalid').filter(({ code }) => shapeCodes.includes(code)))(
  '$file ($code) does not fit the schema',
  ({ payload }) => {
    expect(problems(payload as Payload)).not.toEqual([]);
  },
);

test('settings without a format do not fit', () => {
  expect(checkSettings({ slug: 'a', name: 'A' })).toBe(false);
  expect(checkSettings({ slug: 'A', name: 'A', format: 'worker' })).toBe(false);
});

test('every key has a description', () => {
  const missing: string[] = [];
  walk(protocolJsonSchema(), '');
  expect(missing).toEqual([]);

  function walk(schema: unknown, path: string): void {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      walk(value, `${path}/${key}`);
      const isField =
        path.endsWith('/properties') && !path.includes('/if/') && !/definitions\/(block|type)\//.test(path);
      if (isField && !('description' in (value as object))) missing.push(`${path}/${key}`);
    }
  }
});
