import type { JsonSchema } from '@octavus/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuMsOf } from '../../../../scripts/cpu-time.ts';
import { jsonSchema, message } from '../../test/json-schemas.ts';
import { fillSchema } from './fill-schema.ts';

// Formats as their specifications have them, for the ones the model fills.
const formats = {
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  'date-time': (text: string) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text) &&
    !Number.isNaN(Date.parse(text)),
  time: /^\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/,
  email: /^[^@\s]+@[^@\s]+$/,
  uri: (text: string) => URL.canParse(text),
  uuid: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
  ipv4: /^\d+(?:\.\d+){3}$/,
  ipv6: /^[\da-f:]+$/,
  hostname: /^[\w.-]+$/,
  duration: /^P/,
};
const ajv = new Ajv2020({ strict: false, validateFormats: true, formats });

function expectFit(schema: JsonSchema, value: unknown): void {
  const validate = ajv.compile(schema);
  if (!validate(value)) {
    throw new Error(
      `${JSON.stringify(value)} does not fit ${JSON.stringify(schema)}: ${ajv.errorsText(validate.errors)}`,
    );
  }
}

describe('fillSchema', () => {
  test('whatever the schema and the message, the value fits', () => {
    fc.assert(
      fc.property(jsonSchema, message, fc.constantFrom('all', 'mentioned'), (schema, text, optionals) => {
        expectFit(schema, fillSchema(schema, text, { optionals }));
      }),
      { numRuns: 1_500 },
    );
  });

  test('the same schema and message give the same value', () => {
    fc.assert(
      fc.property(jsonSchema, message, (schema, text) => {
        expect(fillSchema(schema, text, { optionals: 'all' })).toEqual(
          fillSchema(structuredClone(schema), text, { optionals: 'all' }),
        );
      }),
    );
  });

  test('values that were said are used where they fit', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        email: { type: 'string' },
        due: { type: 'string', format: 'date' },
        people: { type: 'integer', maximum: 10 },
        price: { type: 'number' },
        view: { type: 'string', enum: ['sea', 'garden_side'] },
        title: { type: 'string' },
        city: { type: 'string' },
        'room number': { type: 'string' },
        site: { type: 'string', format: 'uri' },
      },
      required: ['email', 'due', 'people', 'price', 'view', 'title', 'city', 'room number', 'site'],
    };
    const text =
      'Book "Summer trip" in New York for jane@example.com, room number B12, garden side, 4 people from 2026-05-01 at 99.5, see https://example.com/x.';
    expect(fillSchema(schema, text, { optionals: 'mentioned' })).toEqual({
      email: 'jane@example.com',
      due: '2026-05-01',
      people: 4,
      price: 99.5,
      view: 'garden_side',
      title: 'Summer trip',
      city: 'New York',
      'room number': 'B12',
      site: 'https://example.com/x',
    });
  });

  test('an optional property of a tool is left out unless it was mentioned', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { limit: { type: 'integer' }, page: { type: 'integer' } },
    };
    expect(fillSchema(schema, 'with limit 5 please', { optionals: 'mentioned' })).toEqual({ limit: 5 });
  });

  test('the variant whose constant was mentioned is chosen', () => {
    const variant = (kind: string): JsonSchema => ({
      type: 'object',
      properties: { kind: { const: kind } },
      required: ['kind'],
    });
    const schema: JsonSchema = { anyOf: [variant('confirmed'), variant('waitlisted')] };
    expect(fillSchema(schema, 'Is she waitlisted?', { optionals: 'all' })).toEqual({ kind: 'waitlisted' });
  });

  test('recursive schemas end', () => {
    const tree: JsonSchema = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
          required: ['name'],
        },
      },
    };
    expectFit(tree, fillSchema(tree, 'a tree', { optionals: 'all' }));
    const endless: JsonSchema = { type: 'object', properties: { self: { $ref: '#' } }, required: ['self'] };
    expect(fillSchema(endless, '', { optionals: 'all' })).toBeTypeOf('object');
  });

  test('a huge or hostile message is read in no time', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { city: { type: 'string' }, n: { type: 'number' } },
      required: ['city', 'n'],
    };
    const texts = [
      'a'.repeat(2e6),
      '"'.repeat(1e5),
      'A '.repeat(1e5),
      '1.'.repeat(1e5),
      'x@'.repeat(1e5),
      '-'.repeat(1e5),
    ];
    const spent = cpuMsOf(() => {
      for (const text of texts) expectFit(schema, fillSchema(schema, text, { optionals: 'all' }));
    });
    expect(spent).toBeLessThan(500);
  });

  test('a property named __proto__ is a property like any other', () => {
    const schema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"const":1}},"required":["__proto__"]}',
    ) as JsonSchema;
    expect(JSON.stringify(fillSchema(schema, '', { optionals: 'all' }))).toBe('{"__proto__":1}');
  });

  test('a broken schema is filled as well as can be', () => {
    const broken: JsonSchema[] = [
      { type: 'nonsense' },
      { properties: 5 },
      { enum: [] },
      { anyOf: [] },
      { $ref: '#/nowhere' },
      { $ref: 'http://elsewhere' },
      { type: 'array', items: true },
      { type: 'string', pattern: '(' },
      { minimum: 5, maximum: 1 },
      { type: 'object', required: ['toString'], additionalProperties: false },
    ];
    for (const schema of broken) expect(() => fillSchema(schema, 'x', { optionals: 'all' })).not.toThrow();
  });
});
