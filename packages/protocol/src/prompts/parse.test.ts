import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuMsOf } from '../../../../scripts/cpu-time.ts';
import { parsePrompt } from './parse.ts';

const names = new Set(['tone', 'shared/tone']);

function codes(text: string): string[] {
  return parsePrompt('p', text, names).issues.map(({ code }) => code);
}

function issues(text: string) {
  return parsePrompt('p', text, names).issues.map(({ code, start, params }) => ({ code, start, ...params }));
}

describe('conditions', () => {
  test.each([
    'A && B',
    'A == 3',
    "A == 'x'",
    'A = "x"',
    '!A == "x"',
    '(A)',
    'A or B',
    'a',
    '',
    '"x" == A',
    'A == "x" B',
    `${'A'.repeat(65)}`,
  ])('%s is malformed', (text) => {
    expect(issues(`{{#if ${text}}}x{{/if}}`)).toEqual([{ code: 'PROMPT_CONDITION_SYNTAX', start: 0, text }]);
  });

  test.each(['A', '!A', '! A', 'A=="x"', 'A != ""', 'A == "a } b"', 'A\t==\t"x"', 'A'.repeat(64)])(
    '%s is fine',
    (text) => {
      expect(codes(`{{#if ${text} }}x{{else if ${text}}}y{{/if}}`)).toEqual([]);
    },
  );

  test('a tag that is not closed on its line is malformed and still opens', () => {
    expect(issues('{{#if A\n}}x{{/if}}')).toEqual([{ code: 'PROMPT_CONDITION_SYNTAX', start: 0, text: 'A' }]);
    expect(codes('{{#if A')).toEqual(['PROMPT_CONDITION_SYNTAX', 'PROMPT_IF_UNCLOSED']);
  });

  test('text in a closing or else tag is malformed', () => {
    expect(codes('{{#if A}}x{{/if A}}')).toEqual(['PROMPT_CONDITION_SYNTAX']);
    expect(codes('{{#if A}}x{{else B}}{{/if}}')).toEqual(['PROMPT_CONDITION_SYNTAX']);
    expect(codes('{{#if A}}x{{else if}}{{/if}}')).toEqual(['PROMPT_CONDITION_SYNTAX']);
    expect(codes('{{#if A}}x{{else if!A}}{{/if}}')).toEqual(['PROMPT_CONDITION_SYNTAX']);
  });
});

describe('balance', () => {
  test('every open condition is reported at its tag', () => {
    expect(issues('{{#if A}}\n{{#if B}}')).toEqual([
      { code: 'PROMPT_IF_UNCLOSED', start: 0, tag: '{{#if A}}' },
      { code: 'PROMPT_IF_UNCLOSED', start: 10, tag: '{{#if B}}' },
    ]);
  });

  test('branches and ends outside a condition are reported', () => {
    expect(codes('a{{else}}b{{else if A}}c{{/if}}')).toEqual([
      'PROMPT_ELSE_UNEXPECTED',
      'PROMPT_ELSE_UNEXPECTED',
      'PROMPT_ENDIF_UNEXPECTED',
    ]);
  });

  test('nothing follows the final else', () => {
    expect(codes('{{#if A}}1{{else}}2{{else if B}}3{{else}}4{{/if}}')).toEqual([
      'PROMPT_ELSE_AFTER_ELSE',
      'PROMPT_ELSE_AFTER_ELSE',
    ]);
  });

  test('32 levels are fine, the 33rd is reported once', () => {
    const nested = (depth: number) => `${'{{#if A}}'.repeat(depth)}x${'{{/if}}'.repeat(depth)}`;
    expect(codes(nested(32))).toEqual([]);
    expect(issues(nested(40))).toEqual([{ code: 'PROMPT_IF_DEPTH', start: 32 * 9, max: 32 }]);
  });
});

describe('what looks like a tag', () => {
  test.each([
    ['{{@shared/tone}}', 'PROMPT_INCLUDE_SYNTAX'],
    ['{{@ shared/tone.md}}', 'PROMPT_INCLUDE_SYNTAX'],
    ['{{@./tone.md}}', 'PROMPT_INCLUDE_SYNTAX'],
    ['{{@/tone}}', 'PROMPT_INCLUDE_SYNTAX'],
    ['{{@index}}', 'PROMPT_PLACEHOLDER_SYNTAX'],
    ['{{@tone', 'PROMPT_PLACEHOLDER_SYNTAX'],
    ['{{#each ITEMS}}', 'PROMPT_TAG_UNKNOWN'],
    ['{{/unless}}', 'PROMPT_TAG_UNKNOWN'],
    ['{{#ifs}}', 'PROMPT_TAG_UNKNOWN'],
    ['{{ #if A }}', 'PROMPT_TAG_SPACING'],
    ['{{ /if }}', 'PROMPT_TAG_SPACING'],
    ['{{ @tone.md }}', 'PROMPT_TAG_SPACING'],
    ['{{ else }}', 'PROMPT_TAG_SPACING'],
    ['{{name}}', 'PROMPT_PLACEHOLDER_SYNTAX'],
    ['{{ORDER.id}}', 'PROMPT_PLACEHOLDER_SYNTAX'],
    ['{{ A B }}', 'PROMPT_PLACEHOLDER_SYNTAX'],
    ['{{_X}}', 'PROMPT_PLACEHOLDER_SYNTAX'],
    ['{{ elsewhere }}', 'PROMPT_PLACEHOLDER_SYNTAX'],
    [`{{${'A'.repeat(65)}}}`, 'PROMPT_PLACEHOLDER_SYNTAX'],
  ])('%s is %s', (text, code) => {
    const prompt = parsePrompt('p', text, names);
    expect(prompt.issues.map((issue) => issue.code)).toEqual([code]);
    expect(prompt.mentions).toEqual([]);
  });

  test.each(['{{}}', '{ {X} }', '{{1A}}', '{{name', '{{ - }}', '{{#}}', '{{{{{{', '}}', '{{/}}'])(
    '%s is plain text',
    (text) => {
      expect(parsePrompt('p', text, names)).toMatchObject({ issues: [], nodes: [{ kind: 'text' }] });
    },
  );

  test('a placeholder inside such text is still found', () => {
    expect(parsePrompt('p', '{{@{{A}}{{{B}}} {{#each {{C}}', names).mentions.map(({ label }) => label)).toEqual([
      'A',
      'B',
      'C',
    ]);
  });
});

test('an include that names no existing prompt is still an include', () => {
  expect(parsePrompt('p', 'a {{@x/y.z.md}} {{@tone.md }}', names).includes.map(({ prompt }) => prompt)).toEqual([
    'x/y.z',
    'tone',
  ]);
});

test('parsing never throws and its nodes cover every character in order', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '#if ',
    '/if',
    'else',
    ' if ',
    '@tone.md',
    'A',
    '!',
    '==',
    '"x"',
    ' ',
    '\n',
    '\r',
    'é',
    '{',
  );
  fc.assert(
    fc.property(fc.string({ unit: piece, maxLength: 60 }), (text) => {
      const prompt = parsePrompt('p', text, names);
      let at = 0;
      for (const node of prompt.nodes) {
        expect(node.start).toBeGreaterThanOrEqual(at);
        at = node.end;
      }
      expect(at).toBeLessThanOrEqual(prompt.text.length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  '{{@',
  '{{',
  '{{#if ',
  '{{#if A}}',
  '{{ ',
  '{{a',
  '{{@a/',
  ' \t',
  '{{#if A}}  {{/if}}\n',
  '{{else',
  '{{A.md',
  '{{/if}',
])('a quarter of a megabyte of %s parses in no time', (piece) => {
  const text = piece.repeat(Math.ceil((256 * 1024) / piece.length));
  expect(cpuMsOf(() => parsePrompt('p', text, names))).toBeLessThan(1000);
});
