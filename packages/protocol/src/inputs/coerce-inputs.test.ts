import type { JsonValue } from '@octavus/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mapAt, parseText } from '../../test/section.ts';
import { readVectors } from '../../test/vectors.ts';
import type { InputDeclaration } from '../definition/definition.ts';
import { checkDeclaration } from '../types/check-declaration.ts';
import { validateValue } from '../types/validate.ts';
import { coerceOutput, coerceValue } from './coerce.ts';
import { coerceInputs } from './coerce-inputs.ts';

interface InputCase {
  readonly declaration: unknown;
  readonly supplied?: unknown;
  readonly missing?: boolean;
  readonly result: { value: JsonValue } | { absent: true } | { error: true };
}

const vectors = readVectors<{ types: string; cases: InputCase[] }>('inputs');

/** Compiles a declaration written as JSON, which is YAML as well. */
function declare(declaration: unknown): InputDeclaration {
  const { root, types, report } = parseText(`${vectors.types}input:\n  X: ${JSON.stringify(declaration)}\n`);
  const checked = checkDeclaration(mapAt(root, 'input', 'X'), { name: 'X', kind: 'input', types }, report);
  return { ...checked, name: 'X', description: undefined, type: checked.type! };
}

describe('input vectors', () => {
  test.each(vectors.cases.map((vector) => [JSON.stringify(vector), vector] as const))('%s', (_, vector) => {
    const supplied = vector.missing ? {} : { X: vector.supplied };
    const coerced = coerceInputs(new Map([['X', declare(vector.declaration)]]), supplied);
    const { result } = vector;
    if ('error' in result) expect(coerced.isValid).toBe(false);
    else expect(coerced).toEqual({ isValid: true, values: 'value' in result ? { X: result.value } : {} });
  });
});

test('every problem of every input is reported, with its place', () => {
  const declarations = new Map(
    [
      ['A', declare({ type: 'Guest' })],
      ['B', { ...declare({ type: 'integer' }), name: 'B' }],
      ['C', { ...declare({ type: 'Payments' }), name: 'C' }],
      ['D', { ...declare({ type: 'string' }), name: 'D' }],
    ].map(([name, declaration]) => [name as string, { ...(declaration as InputDeclaration), name: name as string }]),
  );
  const result = coerceInputs(declarations, { A: { age: 'x' }, B: 1.5, C: [{ kind: 'gold' }], Z: 1 });
  expect(result).toEqual({
    isValid: false,
    issues: [
      { path: 'A.name', message: 'Input A.name is missing.' },
      { path: 'A.age', message: 'Input A.age must be an integer, not "x".' },
      { path: 'B', message: 'Input B must be an integer, not 1.5.' },
      { path: 'C[0].kind', message: 'Input C[0].kind must be one of "card", "cash", not "gold".' },
      { path: 'D', message: 'Input D is required.' },
    ],
  });
});

test('names of Object.prototype are not taken for supplied values', () => {
  const declarations = new Map([['constructor', { ...declare({ type: 'unknown' }), name: 'constructor' }]]);
  expect(coerceInputs(declarations, {})).toMatchObject({ isValid: false });
  expect(coerceInputs(new Map(), undefined)).toEqual({ isValid: true, values: {} });
});

test('integers that lose digits are refused', () => {
  expect(coerceValue(declare({ type: 'integer' }).type, '9007199254740993').isValid).toBe(false);
  expect(coerceValue(declare({ type: 'number' }).type, '1e999').isValid).toBe(false);
});

test('a result for a string variable becomes JSON text', () => {
  const { type } = declare({ type: 'string' });
  expect(coerceOutput(type, { a: [1] })).toEqual({ isValid: true, value: '{"a":[1]}' });
  expect(coerceOutput(type, null).isValid).toBe(false);
  expect(coerceOutput(declare({ type: 'integer' }).type, '4')).toEqual({ isValid: true, value: 4 });
});

test('what coercion accepts is valid, and coercing it again changes nothing', () => {
  const names = ['string', 'number', 'integer', 'boolean', 'file', 'string[]', 'Guest', 'Payment', 'Payments'];
  const declared = names.map((type) => declare({ type }).type);
  const file = fc.record({
    id: fc.string(),
    mediaType: fc.string(),
    url: fc.string(),
    size: fc.integer(),
    width: fc.integer(),
  });
  const guest = fc.record({
    name: fc.oneof(fc.string(), fc.integer()),
    age: fc.constantFrom('1', 2, null, 'x'),
    z: fc.integer(),
  });
  const payment = fc.record({ kind: fc.constantFrom('card', 'cash'), last4: fc.oneof(fc.integer(), fc.string()) });
  const value = fc.oneof(
    fc.jsonValue(),
    file,
    guest,
    payment,
    fc.array(payment),
    fc.constantFrom('TRUE', ' 7 ', '1e2', '-0'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...declared), value, (type, supplied) => {
      const first = coerceValue(type, supplied);
      if (!first.isValid) {
        expect(first.issues.length).toBeGreaterThan(0);
        return;
      }
      expect(validateValue(type, first.value)).toEqual([]);
      expect(coerceValue(type, first.value)).toEqual(first);
    }),
    { numRuns: 1000 },
  );
});
