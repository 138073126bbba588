import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendJson, emptyJson, type JsonText, visibleValue } from './json-text.ts';

const read = (...deltas: string[]): JsonText => deltas.reduce(appendJson, emptyJson);
const seen = (...deltas: string[]) => visibleValue(read(...deltas));

function cut(text: string, sizes: readonly number[]): string[] {
  const deltas: string[] = [];
  let from = 0;
  for (const size of sizes) {
    deltas.push(text.slice(from, from + size));
    from += size;
  }
  return [...deltas, text.slice(from)];
}

/** A document as models write them: with or without indentation. */
const document = fc
  .tuple(fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }), fc.constantFrom(undefined, 1))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

describe('a whole document', () => {
  test('has the value of JSON.parse, however it is cut', () => {
    fc.assert(
      fc.property(document, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), (text, sizes) => {
        expect(seen(...cut(text, sizes))).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    '"\\ud83d\\ude00 \\" \\\\ \\/ \\b\\f\\n\\r\\t"',
    '{"__proto__":{"a":1},"constructor":2}',
    '{"a":1,"b":2,"a":3}',
    '-0',
    '1e400',
    ' [ 1 , 2 ] ',
    '{}',
    '[]',
    '""',
  ])('%s reads as JSON.parse reads it', (text) => {
    expect(seen(...text)).toEqual(JSON.parse(text));
  });
});

describe('an unfinished document', () => {
  test.each<[string, unknown]>([
    ['', undefined],
    ['  ', undefined],
    ['{', {}],
    ['{"na', {}],
    ['{"name"', {}],
    ['{"name":', {}],
    ['{"name":"A', { name: 'A' }],
    ['{"name":"A\\', { name: 'A' }],
    ['{"name":"A\\u00e', { name: 'A' }],
    ['{"name":"A\\u00e9', { name: 'Aé' }],
    ['{"list":[1,', { list: [1] }],
    ['[{"a":1},{"b":[', [{ a: 1 }, { b: [] }]],
    ['[tru', []],
    ['[true', [true]],
    ['[1.', [1]],
    ['[-', []],
    ['[12e', [12]],
    ['-', undefined],
    ['n', undefined],
    ['null', null],
  ])('%s shows %j', (text, value) => {
    expect(seen(text)).toEqual(value);
    expect(seen(...text)).toEqual(value);
  });

  test('every prefix of an object or array has a value that JSON.parse also gives for the text closed by hand', () => {
    fc.assert(
      fc.property(document, (text) => {
        if (!/^[{[]/.test(text)) return;
        for (let end = 1; end <= text.length; end += 1) {
          const value = seen(text.slice(0, end));
          expect(value).toBeDefined();
          const closed = closedAsTheOriginalDoes(text.slice(0, end));
          if (closed !== undefined) expect(value).toEqual(closed);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('what was seen stays when the text turns out not to be JSON', () => {
    const broken = read('{"a":[1,2', ' oops');
    expect(broken.isInvalid).toBe(true);
    expect(visibleValue(broken)).toEqual({ a: [1, 2] });
    expect(seen('Sorry, no.')).toBeUndefined();
    expect(seen('{"a":1} and more')).toEqual({ a: 1 });
  });

  test.each(['[01]', '[1.e3]', '[+1]', '{"a" 1}', '{,}', '[1 2]', '"\\x"', '"\t"', '{"a":1]', '[}', 'constructor'])(
    '%s is not JSON',
    (text) => {
      expect(read(text).isInvalid).toBe(true);
    },
  );

  test('never throws', () => {
    const token = fc.constantFrom(...'{}[]",:\\ \n', 'true', 'nul', '-1', '1e', '\\u00', 'text', '__proto__');
    fc.assert(fc.property(fc.array(token), (tokens) => void seen(...tokens)));
  });
});

describe('immutability', () => {
  test('a text may go on in two ways, and values handed out stay as they were', () => {
    const start = read('{"list":[{"a":1},');
    const before = visibleValue(start);
    Object.freeze((before as { list: unknown[] }).list);
    expect(visibleValue(appendJson(start, '2]'))).toEqual({ list: [{ a: 1 }, 2] });
    expect(visibleValue(appendJson(start, '3'))).toEqual({ list: [{ a: 1 }, 3] });
    expect(before).toEqual({ list: [{ a: 1 }] });
  });

  test('closed containers are the same objects in later values', () => {
    const start = read('[{"a":1},');
    const [first] = visibleValue(start) as unknown[];
    expect((visibleValue(appendJson(start, '2')) as unknown[])[0]).toBe(first);
  });

  test('the revision tells whether the visible value changed', () => {
    const start = read('{"a":1,');
    expect(appendJson(start, ' "b"').revision).toBe(start.revision);
    expect(appendJson(start, ' "b":"x').revision).toBeGreaterThan(start.revision);
  });
});

/** What the 2.0 client shows: an open string closed, then every bracket, then every brace. */
function closedAsTheOriginalDoes(text: string): unknown {
  const bare = text.replace(/\\./g, '').replace(/"[^"]*"/g, '');
  const isStringOpen = bare.includes('"');
  const outside = isStringOpen ? bare.slice(0, bare.indexOf('"')) : bare;
  const open = (opening: string, closing: string) => outside.split(opening).length - outside.split(closing).length;
  const tail =
    (isStringOpen ? '"' : '') + ']'.repeat(Math.max(0, open('[', ']'))) + '}'.repeat(Math.max(0, open('{', '}')));
  try {
    return JSON.parse(text + tail);
  } catch {
    return undefined;
  }
}
