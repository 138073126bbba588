import type { JsonSchema } from '@octavus/core';
import fc from 'fast-check';

const name = fc.constantFrom(
  'id',
  'city',
  'email',
  'name',
  'count',
  'due_date',
  'items',
  'kind',
  'isOpen',
  'query',
  'ü',
);
const described = <T extends object>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<JsonSchema> =>
  fc.tuple(arbitrary, fc.option(fc.string(), { nil: undefined })).map(([schema, description]) => ({
    ...schema,
    ...(description !== undefined && { description }),
  }));

const formats = ['date', 'date-time', 'time', 'email', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname', 'duration'];

const stringSchema = described(
  fc.oneof(
    fc.constant({ type: 'string' }),
    fc.record({ type: fc.constant('string'), format: fc.constantFrom(...formats) }),
    fc
      .tuple(fc.nat(30), fc.nat(30))
      .map(([minLength, more]) => ({ type: 'string', minLength, maxLength: minLength + more })),
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map((members) => ({ type: 'string', enum: members })),
    fc.string().map((value) => ({ type: 'string', const: value })),
  ),
);

const bound = fc.integer({ min: -1_000, max: 1_000 });
const numberSchema = described(
  fc.oneof(
    fc.constantFrom({ type: 'number' }, { type: 'integer' }, { minimum: 3 }),
    fc
      .tuple(fc.constantFrom('number', 'integer'), bound, fc.nat(50))
      .map(([type, minimum, more]) => ({ type, minimum, maximum: minimum + more })),
    fc
      .tuple(fc.constantFrom('number', 'integer'), bound)
      .map(([type, least]) => ({ type, exclusiveMinimum: least, exclusiveMaximum: least + 3 })),
    bound.map((least) => ({ type: 'number', exclusiveMinimum: least, exclusiveMaximum: least + 1 })),
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), bound)
      .map(([multipleOf, minimum]) => ({ type: 'integer', multipleOf, minimum })),
    fc.integer().map((value) => ({ const: value })),
    fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 3 }).map((members) => ({ enum: members })),
  ),
);

/** JSON Schemas of every kind that a tool or a response type may bring along. */
export const jsonSchema: fc.Arbitrary<JsonSchema> = fc.letrec<{ node: JsonSchema; object: JsonSchema }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    stringSchema,
    numberSchema,
    fc.constantFrom<JsonSchema>(
      { type: 'boolean' },
      { type: 'null' },
      {},
      { type: ['string', 'null'] },
      { type: ['null', 'integer'] },
    ),
    tie('object'),
    described(
      fc
        .record({ items: tie('node'), minItems: fc.nat(3), more: fc.nat(3) })
        .map(({ items, minItems, more }) => ({ type: 'array', items, minItems, maxItems: minItems + more })),
    ),
    described(
      fc
        .array(tie('node'), { minLength: 1, maxLength: 3 })
        .map((prefixItems) => ({ type: 'array', prefixItems, minItems: prefixItems.length, items: false })),
    ),
    fc.constantFrom<JsonSchema>(
      { type: 'array', items: { type: 'string' }, uniqueItems: true, minItems: 3 },
      { type: 'array', items: { enum: ['a', 'b', 'c'] }, uniqueItems: true, minItems: 2 },
      { type: 'array', items: { type: 'integer', minimum: 0 }, uniqueItems: true, minItems: 4 },
    ),
    described(fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf }))),
    tie('object').map((object) => ({ allOf: [object], title: 'all' })),
  ),
  object: described(
    fc
      .record({
        properties: fc.dictionary(name, tie('node'), { maxKeys: 5, noNullPrototype: true }),
        openness: fc.constantFrom(undefined, false, true, 'schema' as const),
        pick: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        least: fc.nat(3),
      })
      .map(({ properties, openness, pick, least }) => ({
        type: 'object',
        properties,
        required: Object.keys(properties).filter((_, index) => pick[index]),
        ...(openness !== undefined && { additionalProperties: openness === 'schema' ? { type: 'integer' } : openness }),
        ...(openness !== false && { minProperties: least }),
      })),
  ),
})).node;

/** Texts as people write them, with and without values to find. */
export const message: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        'city',
        'Lisbon',
        'email jane@example.com',
        'on 2026-05-01',
        'count: 7',
        '"quoted text"',
        '-3.5',
        'https://example.com/a',
        'kind is b',
        'without isOpen',
        '9e99',
        '2026-02-31',
        'id',
      ),
    )
    .map((words) => words.join(' ')),
);
