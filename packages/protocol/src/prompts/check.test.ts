import { describe, expect, test } from 'vitest';
import { cpuMsOf } from '../../../../scripts/cpu-time.ts';
import type { DeclaredValue, NameScope, PromptUseSite } from '../checks/seam.ts';
import type { CompiledType } from '../definition/types.ts';
import { createDiagnosticCollector } from '../diagnostics/report.ts';
import { checkPrompts } from './check-prompts.ts';
import { createPromptUseCheck } from './check-uses.ts';

const string: CompiledType = { kind: 'string', enum: undefined, const: undefined };

function declared(name: string, more: Partial<DeclaredValue> = {}): DeclaredValue {
  return { name, section: 'input', type: string, enum: undefined, isOptional: false, default: undefined, ...more };
}

function scopeOf(...values: DeclaredValue[]): NameScope {
  const names = new Map(values.map((value) => [value.name, value]));
  return { find: (name) => names.get(name), names: () => names.keys() };
}

/** A use of prompt `p` with labels that have their source's name. */
function aUse(labels: string[], scope: NameScope, more: Partial<PromptUseSite> = {}): PromptUseSite {
  const entries = labels.map((label, index) => {
    const place = { file: 'protocol' as const, path: `agent.input.${index}` };
    return [label, { source: label, place }] as const;
  });
  return { use: 'agent.system', prompt: 'p', labels: new Map(entries), scope, ...more };
}

function check(files: Record<string, string>, ...uses: PromptUseSite[]): string[] {
  const collector = createDiagnosticCollector();
  const prompts = new Map(Object.entries(files));
  for (const [name, text] of prompts) collector.addSource(`prompts/${name}`, text);
  const set = checkPrompts(prompts, prompts, collector.report);
  const checkUse = createPromptUseCheck(set, collector.report);
  for (const use of uses) checkUse(use);
  const { errors, warnings } = collector.finish();
  return [...errors, ...warnings].map(
    ({ code, path, line, column }) => `${code} ${path}${line ? ` ${line}:${column}` : ''}`,
  );
}

describe('includes', () => {
  test('a missing prompt is reported where it is included', () => {
    expect(check({ p: 'Hi\n {{@tone.md}}' })).toEqual(['PROMPT_INCLUDE_MISSING prompts/p 2:2']);
  });

  test('a circle is reported once, at its first member by name', () => {
    expect(check({ b: '{{@c.md}}', c: '{{@a.md}}', a: 'A {{@b.md}}', d: '{{@a.md}}' })).toEqual([
      'PROMPT_INCLUDE_CIRCULAR prompts/a 1:3',
    ]);
    expect(check({ a: '{{#if X}}{{@a.md}}{{/if}}' })).toEqual(['PROMPT_INCLUDE_CIRCULAR prompts/a 1:10']);
  });

  test('sixteen levels are fine, the seventeenth is refused once', () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length: length + 1 }, (_, index) => [
          `f${index}`,
          index === length ? 'x' : `{{@f${index + 1}.md}}`,
        ]),
      );
    expect(check(chain(16))).toEqual([]);
    expect(check(chain(19))).toEqual(['PROMPT_INCLUDE_DEPTH prompts/f2 1:1']);
  });

  test('a prompt that grows beyond one megabyte is refused at the file that crosses the limit', () => {
    const half = 'x'.repeat(200 * 1024);
    expect(check({ p: '{{@q.md}}', q: '{{@x.md}}'.repeat(6), x: half })).toEqual(['PROMPT_TOO_LARGE prompts/q']);
    expect(check({ p: '{{@x.md}}'.repeat(5), x: half })).toEqual([]);
  });

  test('empty files that include each other a thousandfold are refused', () => {
    const files: Record<string, string> = { f0: '' };
    for (let level = 1; level < 16; level++) files[`f${level}`] = `{{@f${level - 1}.md}}`.repeat(1000);
    expect(check(files)).toEqual(['PROMPT_TOO_LARGE prompts/f2']);
  });
});

describe('what a use passes', () => {
  const scope = scopeOf(declared('CITY'), declared('NAME'));

  test('placeholders: passed, declared, unknown', () => {
    expect(check({ p: '{{NAME}} {{CITY}} {{GONE}}' }, aUse(['NAME'], scope))).toEqual([
      'PROMPT_PLACEHOLDER_UNLISTED prompts/p 1:10',
      'PROMPT_PLACEHOLDER_UNKNOWN prompts/p 1:19',
    ]);
  });

  test('conditions: passed, declared, undeclared', () => {
    const text = '{{#if NAME}}{{/if}}\n{{#if CITY}}{{else if !GONE}}{{/if}}';
    expect(check({ p: text }, aUse(['NAME'], scope))).toEqual([
      'PROMPT_CONDITION_UNDECLARED prompts/p 2:13',
      'PROMPT_CONDITION_UNLISTED prompts/p 2:1',
    ]);
  });

  test('a label that renames its source is passed, whatever the scope', () => {
    const place = { file: 'protocol' as const, path: 'agent.input.TOWN' };
    const labels = new Map([['TOWN', { source: 'CITY', place }]]);
    expect(check({ p: '{{TOWN}}{{#if TOWN}}{{/if}}' }, aUse([], scope, { labels }))).toEqual([]);
  });

  test('problems are reported in the included file that has them, once for all uses', () => {
    const files = { p: '{{@q.md}}', q: 'x {{CITY}}' };
    expect(check(files, aUse([], scope), aUse([], scope), aUse(['CITY'], scope))).toEqual([
      'PROMPT_PLACEHOLDER_UNLISTED prompts/q 1:3',
    ]);
  });

  test('every use is judged by its own labels and scope', () => {
    expect(check({ p: '{{CITY}}' }, aUse(['CITY'], scope), aUse([], scope))).toEqual([
      'PROMPT_PLACEHOLDER_UNLISTED prompts/p 1:1',
    ]);
    expect(check({ p: '{{CITY}}' }, aUse([], scope), aUse([], scopeOf()))).toEqual([
      'PROMPT_PLACEHOLDER_UNKNOWN prompts/p 1:1',
      'PROMPT_PLACEHOLDER_UNLISTED prompts/p 1:1',
    ]);
  });

  test('labels that no file reads are reported at their entry', () => {
    expect(check({ p: '{{@q.md}}', q: '{{#if NAME}}{{/if}}' }, aUse(['NAME', 'CITY'], scope))).toEqual([
      'PROMPT_INPUT_UNUSED agent.input.1',
    ]);
  });

  test('a prompt with errors is not said to ignore its labels', () => {
    expect(check({ p: '{{#if CITY && NAME}}{{/if}}' }, aUse(['NAME', 'CITY'], scope))).toEqual([
      'PROMPT_CONDITION_SYNTAX prompts/p 1:1',
    ]);
  });
});

describe('comparisons', () => {
  const yes = declared('YES', { type: { kind: 'boolean', const: undefined } });
  const count = declared('COUNT', { type: { kind: 'integer', const: undefined } });
  const plan = declared('PLAN', { enum: ['basic', 'plus'] });
  test.each([
    ['YES == "yes"', yes, ['PROMPT_CONDITION_TYPE prompts/p 1:1']],
    ['YES != "true"', yes, []],
    ['COUNT == "many"', count, ['PROMPT_CONDITION_TYPE prompts/p 1:1']],
    ['COUNT == "-1.5e3"', count, []],
    ['PLAN == "plus"', plan, []],
    ['PLAN != "pls"', plan, ['PROMPT_CONDITION_ENUM prompts/p 1:1']],
    ['PLAN == ""', plan, ['PROMPT_CONDITION_ENUM prompts/p 1:1']],
    ['PLAN == ""', { ...plan, isOptional: true }, []],
  ])('%s', (condition, value, expected) => {
    expect(check({ p: `{{#if ${condition}}}{{/if}}` }, aUse([value.name], scopeOf(value)))).toEqual(expected);
  });
});

test('five thousand uses of a prompt with thirty thousand placeholders are checked in time', () => {
  const text = Array.from({ length: 30_000 }, (_, index) => `{{A${index}}}`).join('');
  const scope = scopeOf(declared('A1'), declared('A2'));
  const uses = Array.from({ length: 5000 }, (_, index) => aUse([`A${index}`], scope));
  expect(cpuMsOf(() => check({ p: text }, ...uses))).toBeLessThan(1500);
});
