import { describe, expect, test } from 'vitest';
import { cpuMsOf } from '../../../../scripts/cpu-time.ts';
import { mapAt, parseText } from '../../test/section.ts';
import { validateAgent } from '../validate.ts';

/** Checks the text as the `types` section, indented by two spaces in the cases for their place in the file. */
function check(types: string): string[] {
  return parseText(`types:\n${types}\n`).found();
}

describe('definitions', () => {
  test.each([
    ['  A: { x: { type: strng } }', ['PROTO_TYPE_UNDEFINED types.A.x.type']],
    ['  A: { x: { type: object } }', ['PROTO_TYPE_STANDALONE types.A.x.type']],
    ["  A: { x: { type: 'string[][]' } }", ['PROTO_TYPE_SHORTHAND types.A.x.type']],
    ["  A: { x: { type: '[]' } }", ['PROTO_TYPE_SHORTHAND types.A.x.type']],
    ["  A: { x: { type: 'string[3]' } }", ['PROTO_TYPE_SHORTHAND types.A.x.type']],
    ["  A: { x: { type: 'array[]' } }", ['PROTO_TYPE_SHORTHAND types.A.x.type']],
    ["  A: { x: { type: 'Gone[]' } }", ['PROTO_TYPE_UNDEFINED types.A.x.type']],
    ['  A: {}', ['PROTO_TYPE_NO_PROPERTIES types.A']],
    ['  A: { description: Nothing }', ['PROTO_TYPE_NO_PROPERTIES types.A']],
    ['  A: { type: string }', ['PROTO_TYPE_ALIAS types.A.type']],
    ["  A: { type: 'string[]' }", ['PROTO_TYPE_ALIAS types.A.type']],
    ['  A: { type: array }', ['PROTO_TYPE_ITEMS_MISSING types.A.items']],
    ['  A: { x: { type: array } }', ['PROTO_TYPE_ITEMS_MISSING types.A.x.items']],
    ['  A: { x: { type: array, items: { type: array } } }', ['PROTO_TYPE_ITEMS_MISSING types.A.x.items.items']],
    ['  A: { x: { type: string, items: { type: string } } }', ['PROTO_TYPE_ITEMS_UNEXPECTED types.A.x.items']],
    ["  A: { x: { type: 'string[]', items: { type: string } } }", ['PROTO_TYPE_ITEMS_UNEXPECTED types.A.x.items']],
    ['  A: { x: { type: number, enum: [a] } }', ['PROTO_ENUM_NOT_STRING_TYPE types.A.x.enum']],
    ['  A: { x: { type: array, items: { type: string }, enum: [a] } }', ['PROTO_ENUM_NOT_STRING_TYPE types.A.x.enum']],
    ['  A: { x: { type: array, items: { type: string, enum: [] } } }', ['PROTO_ENUM_EMPTY types.A.x.items.enum']],
    [
      "  A: { x: { type: string, enum: [1, a, ''] } }",
      ['PROTO_ENUM_VALUE_NOT_STRING types.A.x.enum.0', 'PROTO_ENUM_VALUE_NOT_STRING types.A.x.enum.2'],
    ],
    ['  A: { x: { type: string, enum: [a, b, a] } }', ['PROTO_ENUM_DUPLICATE types.A.x.enum.2']],
    ['  A: { x: { type: string, const: 3 } }', ['PROTO_CONST_TYPE types.A.x.const']],
    ['  A: { x: { type: integer, const: 3.5 } }', ['PROTO_CONST_TYPE types.A.x.const']],
    ['  A: { x: { type: number, const: .inf } }', ['PROTO_CONST_TYPE types.A.x.const']],
    ['  A: { x: { type: unknown, const: a } }', ['PROTO_CONST_TYPE types.A.x.const']],
    ['  A: { x: { type: B, const: a } }\n  B: { y: { type: string } }', ['PROTO_CONST_TYPE types.A.x.const']],
    ['  A: { x: { type: array, items: { type: string }, const: a } }', ['PROTO_CONST_TYPE types.A.x.const']],
    ['  A: { x: { type: string, enum: [a], const: b } }', ['PROTO_CONST_NOT_IN_ENUM types.A.x.const']],
    [
      '  A: { x: { type: strng, enum: [a, a], const: 3, items: {} } }',
      [
        'PROTO_TYPE_UNDEFINED types.A.x.type',
        'PROTO_TYPE_ITEMS_UNEXPECTED types.A.x.items',
        'PROTO_ENUM_DUPLICATE types.A.x.enum.1',
      ],
    ],
  ])('%s', (types, expected) => {
    expect(check(types).sort()).toEqual([...expected].sort());
  });

  test('messages suggest built-in and declared types', () => {
    const { diagnostics } = parseText('types:\n  TimeSlot: { at: { type: String }, next: { type: Timeslots } }\n');
    expect(diagnostics().map(({ message, line, column }) => ({ message, line, column }))).toEqual([
      { message: 'Type "String" is not defined. Did you mean "string"?', line: 2, column: 27 },
      { message: 'Type "Timeslots" is not defined. Did you mean "TimeSlot"?', line: 2, column: 51 },
    ]);
  });
});

describe('unions', () => {
  const members = '  P: { k: { type: string, const: p } }\n  O: { k: { type: string, const: o } }\n';
  test.each([
    ['  U: { anyOf: [P, O] }', ['PROTO_UNION_NO_DISCRIMINATOR types.U.discriminator']],
    ['  U: { discriminator: k }', ['PROTO_UNION_TOO_FEW types.U.anyOf']],
    ['  U: { anyOf: [P], discriminator: k }', ['PROTO_UNION_TOO_FEW types.U.anyOf']],
    ['  U: { anyOf: [], discriminator: k }', ['PROTO_UNION_TOO_FEW types.U.anyOf']],
    ['  U: { anyOf: [P, P], discriminator: k }', ['PROTO_UNION_DUPLICATE_VARIANT types.U.anyOf.1']],
    ['  U: { anyOf: [P, Q], discriminator: k }', ['PROTO_UNION_VARIANT_UNDEFINED types.U.anyOf.1']],
    ['  U: { anyOf: [P, string], discriminator: k }', ['PROTO_UNION_VARIANT_UNDEFINED types.U.anyOf.1']],
    [
      '  U: { anyOf: [P, L], discriminator: k }\n  L: { type: array, items: { type: P } }',
      ['PROTO_UNION_VARIANT_NOT_OBJECT types.U.anyOf.1'],
    ],
    [
      '  U: { anyOf: [P, V], discriminator: k }\n  V: { anyOf: [P, O], discriminator: k }',
      ['PROTO_UNION_VARIANT_NOT_OBJECT types.U.anyOf.1'],
    ],
    [
      '  U: { anyOf: [P, O], discriminator: z }',
      ['PROTO_UNION_DISCRIMINATOR_MISSING types.U.anyOf.0', 'PROTO_UNION_DISCRIMINATOR_MISSING types.U.anyOf.1'],
    ],
    [
      '  U: { anyOf: [P, Q], discriminator: k }\n  Q: { k: { type: string } }',
      ['PROTO_UNION_DISCRIMINATOR_NOT_CONST types.Q.k'],
    ],
    [
      '  U: { anyOf: [P, Q], discriminator: k }\n  Q: { k: { type: integer, const: 1 } }',
      ['PROTO_UNION_DISCRIMINATOR_NOT_CONST types.Q.k'],
    ],
    [
      '  U: { anyOf: [P, Q], discriminator: k }\n  Q: { k: { type: string, const: q, optional: true } }',
      ['PROTO_UNION_DISCRIMINATOR_OPTIONAL types.Q.k.optional'],
    ],
    [
      '  U: { anyOf: [P, Q], discriminator: k }\n  Q: { k: { type: string, const: p } }',
      ['PROTO_UNION_CONST_DUPLICATE types.Q.k.const'],
    ],
    ['  U: { anyOf: [P, O], discriminator: k, total: { type: number } }', ['PROTO_UNION_MIXED types.U.total']],
    [
      '  U: { anyOf: [P, O], descriminator: k }',
      ['PROTO_UNION_MIXED types.U.descriminator', 'PROTO_UNION_NO_DISCRIMINATOR types.U.discriminator'],
    ],
    ['  U: { anyOf: [P, O], discriminator: k, description: Either }', []],
  ])('%s', (types, expected) => {
    expect(check(members + types).sort()).toEqual([...expected].sort());
  });
});

describe('the graph of types', () => {
  test('each circle is reported once, at its first member', () => {
    const { diagnostics } = parseText(
      'types:\n  Z: { a: { type: A } }\n  A: { b: { type: B }, c: { type: C } }\n  B: { a: { type: A } }\n  C: { a: { type: A }, c: { type: C } }\n',
    );
    expect(diagnostics().map(({ path, message }) => `${path} ${message}`)).toEqual([
      'types.A Types refer to each other in a circle: A → B → A.',
      'types.A Types refer to each other in a circle: A → C → A.',
      'types.C Types refer to each other in a circle: C → C.',
    ]);
  });

  test('a chain of ten types is fine, eleven are refused once', () => {
    const chain = (length: number) =>
      Array.from(
        { length },
        (_, index) => `  T${index}: { next: { type: ${index + 1 < length ? `T${index + 1}` : 'string'} } }`,
      ).join('\n');
    expect(check(chain(10))).toEqual([]);
    expect(check(chain(11))).toEqual(['PROTO_TYPE_TOO_DEEP types.T0']);
    expect(check(chain(13))).toEqual(['PROTO_TYPE_TOO_DEEP types.T2']);
  });

  test('a type with more than 5,000 properties in total is refused', () => {
    const wide = (type: string, count: number) =>
      Array.from({ length: count }, (_, index) => `    p${index}: { type: ${type} }`).join('\n');
    const text = (count: number) => `  A:\n${wide('B', count)}\n  B:\n${wide('C', 70)}\n  C:\n${wide('string', 70)}\n`;
    expect(check(text(1))).toEqual([]);
    expect(check(text(2))).toEqual(['PROTO_TYPE_TOO_LARGE types.A']);
  });

  test('five hundred types that double each other are checked in no time', () => {
    const types = Array.from(
      { length: 500 },
      (_, index) => `  T${index}: { a: { type: T${index + 1} }, b: { type: T${index + 1} } }`,
    );
    const text = `${types.join('\n')}\n  T500: { x: { type: string } }`;
    expect(cpuMsOf(() => check(text))).toBeLessThan(3000);
  });
});

test('a type that is wrong is silent where it is used, and known by name', () => {
  const { types, root, report, found } = parseText(
    'types:\n  Bad: { x: { type: nope } }\n  User: { b: { type: Bad } }\nvariables:\n  V: { type: Bad }\n  W: { type: User }\n',
  );
  for (const name of ['V', 'W']) {
    expect(types.resolve(mapAt(root, 'variables', name).entries.get('type')!, report)).toBeUndefined();
  }
  expect(types.names.has('Bad')).toBe(true);
  expect(found()).toEqual(['PROTO_TYPE_UNDEFINED types.Bad.x.type']);
});

test('unused types are those that nothing outside the section reaches', () => {
  const { types, root, report } = parseText(
    'types:\n  A: { b: { type: B } }\n  B: { x: { type: string } }\n  C: { d: { type: D } }\n  D: { x: { type: string } }\n  E: { x: { type: string } }\nvariables:\n  V: { type: "A[]" }\n',
  );
  types.resolve(mapAt(root, 'variables', 'V').entries.get('type')!, report);
  types.use('E');
  expect([...types.unused()]).toEqual(['C', 'D']);
});

test('nothing more is said about what has the wrong shape', () => {
  const errors = (types: string) =>
    validateAgent({
      settings: { slug: 'a', name: 'A', format: 'interactive' },
      protocol: `types:\n${types}\nagent: { model: offline/default, system: system }\n`,
      prompts: [{ name: 'system', content: 'x' }],
    }).errors.map(({ code, path }) => `${code} ${path}`);
  const member = '  P: { k: { type: string, const: p } }\n';
  expect(errors('  A: 5')).toEqual(['PROTO_WRONG_TYPE types.A']);
  expect(errors(`${member}  U: { anyOf: [P, 5], discriminator: k }`)).toEqual(['PROTO_WRONG_TYPE types.U.anyOf.1']);
  expect(errors('  U: { anyOf: P, discriminator: k }')).toEqual(['PROTO_WRONG_TYPE types.U.anyOf']);
  expect(errors('  A: { x: { type: array, items: string } }')).toEqual(['PROTO_WRONG_TYPE types.A.x.items']);
  expect(errors('  A: { x: { type: string, cons: a }, y: { type: nope } }')).toEqual([
    'PROTO_UNKNOWN_KEY types.A.x.cons',
    'PROTO_TYPE_UNDEFINED types.A.y.type',
  ]);
});
