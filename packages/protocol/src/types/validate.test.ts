import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseText } from '../../test/section.ts';
import { toJsonSchema } from './json-schema.ts';
import { validateValue } from './validate.ts';
import { issueText } from './value-issue.ts';

const { types } = parseText(`types:
  Guest:
    name: { type: string }
    age: { type: integer, optional: true }
    mood: { type: string, enum: [good, bad], optional: true }
    tags: { type: array, items: { type: array, items: { type: number } }, optional: true }
    any: { type: unknown, optional: true }
    yes: { type: boolean, const: true, optional: true }
  Card: { kind: { type: string, const: card }, last4: { type: string } }
  Cash: { kind: { type: string, const: cash } }
  Payment: { anyOf: [Card, Cash], discriminator: kind }
  Bill: { guest: { type: Guest }, payments: { type: 'Payment[]' } }
`);

function problems(name: string, value: unknown): string[] {
  return validateValue(types.find(name)!, value).map((issue) => issueText(issue));
}

test('issues say where and what', () => {
  expect(
    problems('Bill', { guest: { name: 5, mood: 'sad', x: 1 }, payments: [{ kind: 'cash' }, { kind: 'gold' }, 3] }),
  ).toEqual([
    'guest.name must be a string, not 5',
    'guest.mood must be one of "good", "bad", not "sad"',
    'guest.x is not expected',
    'payments[1].kind must be one of "card", "cash", not "gold"',
    'payments[2] must be an object, not 3',
  ]);
  expect(problems('Bill', null)).toEqual(['the value must be an object, not null']);
  expect(problems('Bill', {})).toEqual(['guest is missing', 'payments is missing']);
});

test('at most 20 issues are listed', () => {
  expect(problems('Bill', { guest: { name: 'A' }, payments: Array.from({ length: 1000 }, () => 1) })).toHaveLength(20);
});

test('validation agrees with the JSON Schema of the type', () => {
  const ajv = new Ajv2020({ strict: false });
  const guest = fc.record(
    {
      name: fc.oneof(fc.string(), fc.integer()),
      age: fc.oneof(fc.integer(), fc.double(), fc.constant(null)),
      mood: fc.constantFrom('good', 'bad', 'sad', 1),
      tags: fc.oneof(fc.array(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }))), fc.array(fc.string())),
      any: fc.jsonValue(),
      yes: fc.boolean(),
      extra: fc.constant(1),
    },
    { requiredKeys: [] },
  );
  const payment = fc.record(
    { kind: fc.constantFrom('card', 'cash', 'gold', 1), last4: fc.string() },
    { requiredKeys: [] },
  );
  const bill = fc.record(
    { guest: fc.oneof(guest, fc.jsonValue()), payments: fc.array(fc.oneof(payment, fc.jsonValue())) },
    { requiredKeys: [] },
  );
  const accepts = ajv.compile(toJsonSchema(types.find('Bill')!));
  fc.assert(
    fc.property(bill, (value) => {
      const json = JSON.parse(JSON.stringify(value));
      expect(validateValue(types.find('Bill')!, json).length === 0).toBe(accepts(json));
    }),
    { numRuns: 500 },
  );
});
