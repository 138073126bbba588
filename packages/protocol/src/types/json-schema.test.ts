import { expect, test } from 'vitest';
import { parseText } from '../../test/section.ts';
import { readVectors } from '../../test/vectors.ts';
import type { ObjectType } from '../definition/types.ts';
import { toJsonSchema, toResponseType, workerInputSchema } from './json-schema.ts';

interface TypeCase {
  readonly name: string;
  readonly types: string;
  readonly schemas: Record<string, unknown>;
}

test.each(readVectors<{ cases: TypeCase[] }>('types').cases)('schemas: $name', ({ types: text, schemas }) => {
  const { types, found } = parseText(text);
  expect(found()).toEqual([]);
  for (const [name, schema] of Object.entries(schemas)) {
    // As text, because the order of keys is part of the contract.
    expect(JSON.stringify(toJsonSchema(types.find(name)!), null, 1)).toBe(JSON.stringify(schema, null, 1));
  }
});

test('a worker input with a default is not required and carries the default', () => {
  const string = { kind: 'string', enum: undefined, const: undefined } as const;
  const declared = { description: undefined, isOptional: false, default: undefined, enum: undefined };
  const schema = workerInputSchema(
    new Map([
      ['TEXT', { ...declared, name: 'TEXT', type: string, description: 'What to shorten' }],
      ['TONE', { ...declared, name: 'TONE', type: string, enum: ['dry', 'warm'], isOptional: true, default: 'dry' }],
      ['ANY', { ...declared, name: 'ANY', type: { kind: 'unknown' }, isOptional: true }],
    ]),
  );
  expect(JSON.stringify(schema)).toBe(
    '{"type":"object","properties":{"TEXT":{"type":"string","description":"What to shorten"},' +
      '"TONE":{"type":"string","enum":["dry","warm"],"default":"dry"},"ANY":{}},"required":["TEXT"],"additionalProperties":false}',
  );
});

test('a response type that holds unknown cannot be strict', () => {
  const { types } = parseText(
    'types:\n  Loose:\n    inner: { type: Inner }\n  Inner:\n    any: { type: unknown }\n  Firm:\n    a: { type: string }\n',
  );
  expect(toResponseType('Loose', types.find('Loose') as ObjectType).isStrictCapable).toBe(false);
  expect(toResponseType('Firm', types.find('Firm') as ObjectType).isStrictCapable).toBe(true);
});

test('a property named __proto__ is an ordinary property', () => {
  const { types } = parseText('types:\n  Odd:\n    __proto__: { type: string }\n');
  expect(JSON.stringify(toJsonSchema(types.find('Odd')!))).toContain('"properties":{"__proto__":{"type":"string"}}');
});

test('a type that is used over and over is expanded once', () => {
  const wide = Array.from({ length: 40 }, (_, index) => `    p${index}: { type: Inner }`).join('\n');
  const inner = Array.from({ length: 40 }, (_, index) => `    p${index}: { type: string }`).join('\n');
  const { types } = parseText(`types:\n  Outer:\n${wide}\n  Inner:\n${inner}\n`);
  const { properties } = toJsonSchema(types.find('Outer')!) as { properties: Record<string, unknown> };
  expect(properties.p0).toBe(properties.p39);
});
