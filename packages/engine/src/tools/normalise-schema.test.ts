import type { JsonObject } from '@octavus/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseToolSchema } from './normalise-schema.ts';

test('[rt.tool-schemas.root] combinators at the root become one object; only what every branch of allOf needs is required', () => {
  const schema: JsonObject = {
    required: ['own', 'gone'],
    properties: { own: { type: 'string' } },
    allOf: [{ properties: { own: { type: 'number' }, all: { type: 'string' } }, required: ['all'] }],
    anyOf: [{ properties: { any: { type: 'string' } }, required: ['any'] }, true],
    oneOf: [{ properties: { any: { type: 'number' }, one: {} } }],
  };
  expect(normaliseToolSchema(schema)).toEqual({
    type: 'object',
    properties: { own: { type: 'string' }, all: { type: 'string' }, any: { type: 'string' }, one: {} },
    required: ['own', 'all'],
  });
});

test('[rt.tool-schemas.properties] [rt.tool-schemas.pattern] object nodes get properties, patterns that not every engine knows go, combinators inside stay', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      a: { type: 'object' },
      b: { type: 'string', pattern: '^(?!x)' },
      c: { type: 'string', pattern: '^(a)\\1$' },
      d: { type: 'string', pattern: '^[a-z]+$' },
      e: { anyOf: [{ type: 'object' }, { $ref: '#/$defs/x' }] },
      pattern: { type: 'array', items: { type: 'object' } },
    },
    $defs: { x: { type: 'object' } },
  };
  expect(normaliseToolSchema(schema)).toEqual({
    type: 'object',
    properties: {
      a: { type: 'object', properties: {} },
      b: { type: 'string' },
      c: { type: 'string' },
      d: { type: 'string', pattern: '^[a-z]+$' },
      e: { anyOf: [{ type: 'object', properties: {} }, { $ref: '#/$defs/x' }] },
      pattern: { type: 'array', items: { type: 'object', properties: {} } },
    },
    $defs: { x: { type: 'object', properties: {} } },
  });
});

test('whatever comes, the result is an object, the input is untouched and a second pass changes nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const schema = value as JsonObject;
      const before = JSON.stringify(schema);
      const once = normaliseToolSchema(schema);
      expect(JSON.stringify(schema)).toBe(before);
      expect(normaliseToolSchema(once)).toEqual(once);
    }),
  );
});

test('a schema that nests without end is left as it is below its hundredth level', () => {
  let schema: JsonObject = { type: 'object' };
  for (let depth = 0; depth < 5000; depth += 1) schema = { type: 'object', properties: { a: schema } };
  expect(() => normaliseToolSchema(schema)).not.toThrow();
});
