import type { JsonValue } from '@octavus/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuMsOf } from '../../../../scripts/cpu-time.ts';
import { readVectors } from '../../test/vectors.ts';
import { compilePrompts } from './compile.ts';
import { parsePrompt } from './parse.ts';
import { absentInput, type PromptLookup, renderPrompt } from './render.ts';

interface PromptCase {
  readonly name: string;
  readonly root: string;
  readonly files: Record<string, string>;
  readonly labels: Record<string, { value: JsonValue } | { absent: 'input' | 'variable' }>;
  readonly expected: string;
}

const { cases } = readVectors<{ cases: PromptCase[] }>('prompts');

function compile(files: Record<string, string>) {
  const names = new Set(Object.keys(files));
  return compilePrompts(new Map(Object.entries(files).map(([name, text]) => [name, parsePrompt(name, text, names)])));
}

function render(text: string, lookup: PromptLookup = () => undefined): string {
  return renderPrompt(compile({ p: text }).get('p')!, lookup);
}

describe('rendering vectors', () => {
  test.each(cases)('$name', ({ root, files, labels, expected }) => {
    const lookup: PromptLookup = (label) => {
      const state = labels[label];
      if (state === undefined) return undefined;
      if ('value' in state) return state.value;
      return state.absent === 'input' ? absentInput : undefined;
    };
    expect(renderPrompt(compile(files).get(root)!, lookup)).toBe(expected);
  });
});

test('the example of the specification renders as documented', () => {
  const text = `Speak {{LANGUAGE}}.
{{#if LOYALTY == "gold"}}
Thank the guest for being a gold member.
{{else if LOYALTY}}
Mention the loyalty programme once.
{{else}}
Do not mention the loyalty programme.
{{/if}}
Room: {{ROOM}}, late checkout: {{#if LATE}}yes{{else}}no{{/if}}.
`;
  const values = new Map<string, JsonValue>(Object.entries({ LANGUAGE: 'Dutch', LOYALTY: 'gold', LATE: 'false' }));
  expect(render(text, (label) => values.get(label))).toBe(
    'Speak Dutch.\nThank the guest for being a gold member.\nRoom: {{ROOM}}, late checkout: no.',
  );
});

test('text without tags renders as itself, apart from one final line feed', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', '{', '}', ' ', '\n', '#', '/', 'if', 'é') });
  fc.assert(
    fc.property(plain, (text) => {
      fc.pre(!/\{\{(#if|\/if|else|@)/.test(text));
      expect(render(text)).toBe(text.endsWith('\n') ? text.slice(0, -1) : text);
    }),
  );
});

test('a value is inserted byte for byte, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{{', '}}', 'A', '#if', '@x.md', '\n', '"') }), (value) => {
      expect(render('[{{A}}]', () => value)).toBe(`[${value}]`);
    }),
  );
});

test('forty thousand lines with conditions, values and includes render in linear time', () => {
  const line = '{{#if A}}\n{{A}} {{@e.md}}\n{{/if}}\n';
  const template = compile({ p: line.repeat(40_000), e: '' }).get('p')!;
  const spent = cpuMsOf(() => expect(renderPrompt(template, () => 'v')).toHaveLength(3 * 40_000 - 1));
  expect(spent).toBeLessThan(1000);
});

test('nested files that end in empty includes render in linear time', () => {
  const files: Record<string, string> = { e: '' };
  for (let level = 0; level < 16; level++) {
    files[`f${level}`] = `{{@${level === 0 ? 'e' : `f${level - 1}`}.md}}${'{{@e.md}}'.repeat(5000)}`;
  }
  const spent = cpuMsOf(() => expect(renderPrompt(compile(files).get('f15')!, () => undefined)).toBe(''));
  expect(spent).toBeLessThan(1000);
});
