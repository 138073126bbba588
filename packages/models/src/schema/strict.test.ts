import type { JsonSchema, JsonValue } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { dropNullOptionals } from './drop-null-optionals.ts';
import { toStrictSchema } from './strict.ts';

const booking: JsonSchema = {
  type: 'object',
  properties: {
    room: { type: 'string' },
    note: { type: 'string', default: 'none' },
    guest: {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name'],
      additionalProperties: false,
    },
    extras: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'string' } }, required: [], additionalProperties: false },
    },
    floor: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
  },
  required: ['room'],
  additionalProperties: false,
};

describe('toStrictSchema', () => {
  test('every property becomes required, an optional one nullable, and the original stays as it was', () => {
    const before = structuredClone(booking);
    const strict = toStrictSchema(booking) as { required: string[]; properties: { [name: string]: unknown } };
    expect(strict.required).toEqual(['room', 'note', 'guest', 'extras', 'floor']);
    expect(strict.properties.room).toEqual({ type: 'string' });
    expect(strict.properties.note).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] });
    expect(strict.properties.floor).toEqual({ anyOf: [{ type: 'integer' }, { type: 'null' }] });
    expect(JSON.stringify(strict.properties.guest)).toContain('"required":["name","age"]');
    expect(booking).toEqual(before);
  });

  test.each<[string, JsonSchema]>([
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }],
    ['an open object without properties', { type: 'object' }],
    ['a node without a type', { type: 'object', properties: { any: {} }, additionalProperties: false }],
    ['a reference', { type: 'object', properties: { self: { $ref: '#' } }, additionalProperties: false }],
    ['a list of anything', { type: 'object', properties: { list: { type: 'array' } }, additionalProperties: false }],
  ])('%s cannot be strict', (_, schema) => {
    expect(toStrictSchema(schema)).toBeUndefined();
  });
});

describe('dropNullOptionals', () => {
  test('null optionals go, at any depth; required and nullable ones stay', () => {
    const answer = { room: '12', note: null, guest: { name: 'Jane', age: null }, extras: [{ id: null }], floor: null };
    expect(dropNullOptionals(answer, booking)).toEqual({
      room: '12',
      guest: { name: 'Jane' },
      extras: [{}],
      floor: null,
    });
  });

  test('an answer without any comes back as the same object', () => {
    const answer = { room: '12', guest: { name: 'Jane', age: 3 }, extras: [{ id: 'a' }] };
    expect(dropNullOptionals(answer, booking)).toBe(answer);
  });

  test('in a union the variant with the matching constant decides', () => {
    const union: JsonSchema = {
      anyOf: [
        { type: 'object', properties: { kind: { const: 'a' }, note: { type: 'string' } }, required: ['kind', 'note'] },
        { type: 'object', properties: { kind: { const: 'b' }, note: { type: 'string' } }, required: ['kind'] },
      ],
    };
    expect(dropNullOptionals({ kind: 'b', note: null }, union)).toEqual({ kind: 'b' });
    expect(dropNullOptionals({ kind: 'a', note: null }, union)).toEqual({ kind: 'a', note: null });
  });

  test.each<JsonValue>([null, 1, 'x', [], {}, [null], { __proto__: null }])(
    '%j is left alone when it does not fit',
    (value) => {
      expect(dropNullOptionals(value, booking)).toEqual(value);
    },
  );
});
