import { describe, expect, test } from 'vitest';
import { createDiagnosticCollector } from './report.ts';
import { createLineIndex, normaliseText } from './source.ts';

describe('the collector', () => {
  test('sorts by file, position and code', () => {
    const { report, addSource, finish } = createDiagnosticCollector();
    addSource('protocol', 'a\nb\n');
    report('REFERENCE_NAME', { file: 'references/a', path: 'references/a' }, { n: 'a' });
    report('PROMPT_NAME', { file: 'prompts/b', path: 'prompts/b' }, { n: 'b' });
    report('PROMPT_NAME', { file: 'prompts/a', path: 'prompts/a' }, { n: 'a' });
    report('PROTO_NAME_TYPE', { file: 'protocol', path: 'y', offset: 2 }, { n: 'y' });
    report('PROTO_NAME_TOOL', { file: 'protocol', path: 'y', offset: 2 }, { n: 'y' });
    report('PROTO_EMPTY', { file: 'protocol', path: 'protocol' }, {});
    report('SETTINGS_MISSING', { file: 'settings', path: 'settings' }, {});
    expect(finish().errors.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'SETTINGS_MISSING settings',
      'PROTO_EMPTY protocol',
      'PROTO_NAME_TOOL y',
      'PROTO_NAME_TYPE y',
      'PROMPT_NAME prompts/a',
      'PROMPT_NAME prompts/b',
      'REFERENCE_NAME references/a',
    ]);
  });

  test('the same finding of two uses is one', () => {
    const { report, finish } = createDiagnosticCollector();
    const place = { file: 'prompts/a', path: 'prompts/a', offset: 0 } as const;
    report('PROMPT_CONDITION_UNDECLARED', place, { v: 'X', use: 'agent.system' });
    report('PROMPT_CONDITION_UNDECLARED', place, { v: 'X', use: 'steps.A.prompt' });
    report('PROMPT_CONDITION_UNDECLARED', place, { v: 'Y', use: 'agent.system' });
    expect(finish().errors.map(({ message }) => message)).toEqual([
      'Condition on "X", which is neither passed nor declared (used by agent.system).',
      'Condition on "Y", which is neither passed nor declared (used by agent.system).',
    ]);
  });

  test('a hundred thousand findings are counted, not kept', () => {
    const { report, finish } = createDiagnosticCollector();
    for (let i = 0; i < 100_000; i++)
      report('PROMPT_NAME_STYLE', { file: 'prompts/a', path: 'prompts/a', offset: i }, {});
    const { warnings } = finish();
    expect(warnings).toHaveLength(500);
    expect(warnings.at(-1)?.message).toBe('99501 more not shown.');
  });

  test('long values are shortened in messages', () => {
    const { report, finish } = createDiagnosticCollector();
    report('SETTINGS_SLUG', { file: 'settings', path: 'settings.slug' }, { slug: 'x'.repeat(10_000) });
    expect(finish().errors[0]?.message.length).toBeLessThan(400);
  });
});

describe('positions', () => {
  test('line ends of all kinds are one break, a byte order mark is none', () => {
    expect(normaliseText('\uFEFFa\r\nb\rc\n')).toBe('a\nb\nc\n');
    const positionOf = createLineIndex('a\nbc\n');
    expect([0, 1, 2, 3, 4, 5].map(positionOf).map(({ line, column }) => `${line}:${column}`)).toEqual([
      '1:1',
      '1:2',
      '2:1',
      '2:2',
      '2:3',
      '3:1',
    ]);
  });
});
