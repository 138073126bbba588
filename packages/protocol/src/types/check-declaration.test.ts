import { describe, expect, test } from 'vitest';
import { mapAt, parseText } from '../../test/section.ts';
import { checkDeclaration } from './check-declaration.ts';

const types = 'types:\n  Guest: { name: { type: string }, age: { type: integer, optional: true } }\n';

function check(declaration: string, kind: 'input' | 'resource' | 'variable' | 'parameter' = 'input') {
  const { root, types: table, report, found } = parseText(`${types}input:\n  X: ${declaration}\n`);
  const value = checkDeclaration(mapAt(root, 'input', 'X'), { name: 'X', kind, types: table }, report);
  return { value, found: found() };
}

describe('what is refused', () => {
  test.each([
    ['{ type: Gone, optional: true, default: 1 }', 'PROTO_TYPE_UNDEFINED input.X.type'],
    ['{ type: array }', 'PROTO_TYPE_STANDALONE input.X.type'],
    ['{ type: integer, optional: true, default: 1.5 }', 'PROTO_DEFAULT_TYPE input.X.default'],
    ['{ type: string, optional: true, default: 5 }', 'PROTO_DEFAULT_TYPE input.X.default'],
    ['{ type: number, optional: true, default: .nan }', 'PROTO_DEFAULT_TYPE input.X.default'],
    ['{ type: unknown, optional: true, default: [.inf] }', 'PROTO_DEFAULT_TYPE input.X.default'],
    ['{ type: Guest, optional: true, default: { age: 3 } }', 'PROTO_DEFAULT_TYPE input.X.default'],
    ['{ type: Guest, optional: true, default: { name: A, __proto__: 1 } }', 'PROTO_DEFAULT_TYPE input.X.default'],
    ['{ type: string, optional: true, enum: [a, b], default: c }', 'PROTO_DEFAULT_NOT_IN_ENUM input.X.default'],
    ['{ type: string, default: a }', 'PROTO_DEFAULT_NOT_OPTIONAL input.X.default'],
    ['{ type: integer, enum: [a] }', 'PROTO_ENUM_NOT_STRING_TYPE input.X.enum'],
    ['{ type: Guest, enum: [a] }', 'PROTO_ENUM_NOT_STRING_TYPE input.X.enum'],
  ])('%s', (declaration, expected) => {
    expect(check(declaration).found).toEqual([expected]);
  });
});

test('a default makes an input optional, a null default is none', () => {
  expect(check('{ type: string, default: a }').value).toMatchObject({ isOptional: true, default: 'a' });
  expect(check('{ type: string, default: null }')).toMatchObject({
    found: [],
    value: { isOptional: false, default: undefined },
  });
});

test('an enum narrows the type', () => {
  expect(check('{ type: string, enum: [a, b] }').value).toMatchObject({
    enum: ['a', 'b'],
    type: { kind: 'string', enum: ['a', 'b'] },
  });
});

test('integers fit number, objects fit their type', () => {
  expect(check('{ type: number, optional: true, default: 3 }').found).toEqual([]);
  expect(check('{ type: Guest, optional: true, default: { name: A } }')).toMatchObject({
    found: [],
    value: { default: { name: 'A' } },
  });
});

test('a resource without type is unknown', () => {
  expect(check('{ default: [1] }', 'resource')).toMatchObject({
    found: [],
    value: { type: { kind: 'unknown' }, default: [1] },
  });
});
