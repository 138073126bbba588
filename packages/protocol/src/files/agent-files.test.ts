import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuMsOf } from '../../../../scripts/cpu-time.ts';
import { createDiagnosticCollector } from '../diagnostics/report.ts';
import { type AgentFiles, readAgentFiles } from './read-agent-files.ts';
import { writeAgentFiles } from './write-agent-files.ts';

function read(files: Record<string, string | Uint8Array>) {
  const collector = createDiagnosticCollector();
  const payload = readAgentFiles(new Map(Object.entries(files)) as AgentFiles, collector.report);
  const { errors } = collector.finish();
  return {
    payload,
    errors: errors.map(({ code, path }) => `${code} ${path}`),
    messages: errors.map(({ message }) => message),
  };
}

const settings = { slug: 'a', name: 'A', format: 'interactive' } as const;

test('a folder becomes a payload, sorted by name, other files left out', () => {
  const { payload, errors } = read({
    'settings.json': JSON.stringify(settings),
    'protocol.yaml': 'agent: {}',
    'prompts/system.md': 'Be kind.\r\n',
    'prompts/shared/tone.md': '---\nno front matter\n---',
    'prompts/notes.txt': 'x',
    'references/prices.md': '---\ndescription: Prices\nother: 1\n---\n\n Text \n',
    'references/old/prices.md': 'x',
    'README.md': 'x',
  });
  expect(errors).toEqual([]);
  expect(payload).toEqual({
    settings,
    protocol: 'agent: {}',
    prompts: [
      { name: 'shared/tone', content: '---\nno front matter\n---' },
      { name: 'system', content: 'Be kind.\r\n' },
    ],
    references: [{ name: 'prices', description: 'Prices', content: 'Text' }],
  });
});

test('protocol.yml is read when it is alone', () => {
  expect(read({ 'protocol.yml': 'a' }).payload.protocol).toBe('a');
  expect(read({ 'protocol.yml': 'a', 'protocol.yaml': 'b' }).payload.protocol).toBe('b');
});

describe('front matter', () => {
  test.each([
    ['---\r\ndescription: D\r\n---\r\nText\r\nmore', 'D', 'Text\nmore'],
    ['\uFEFF---\ndescription: "D: d"\n---\nText', 'D: d', 'Text'],
    ['--- \ndescription: >\n  two\n  lines\n---', 'two lines\n', ''],
    ['---\n---\nText', '', 'Text'],
    ['---\ndescription: 2024\n---\nText\n---\nmore', '2024', 'Text\n---\nmore'],
  ])('%j', (text, description, content) => {
    expect(read({ 'references/r.md': text })).toMatchObject({
      errors: [],
      payload: { references: [{ description, content }] },
    });
  });

  test.each([
    'Text',
    '',
    '---',
    '---\ndescription: D\n',
    'x\n---\ndescription: D\n---\n',
    '----\ndescription: D\n----\n',
    '---\ndescription: [\n---\n',
    '---\n- a\n---\n',
  ])('%j is refused', (text) => {
    expect(read({ 'references/r.md': text }).errors).toEqual(['REFERENCE_FRONT_MATTER references/r']);
  });

  test('half a megabyte that never closes is refused in no time', () => {
    const spent = cpuMsOf(() => {
      for (const line of ['a\n', '--\n', '---x\n', '\n', 'a: [{\n'])
        read({ 'references/r.md': `---\n${line.repeat(100_000)}` });
      read({ 'references/r.md': `---\n${'['.repeat(200_000)}\n---\n` });
    });
    expect(spent).toBeLessThan(600);
  });
});

test('settings that are no JSON are refused', () => {
  const { errors, messages } = read({ 'settings.json': '{ "slug": }' });
  expect(errors).toEqual(['SETTINGS_INVALID_JSON settings']);
  expect(messages[0]).toContain('settings.json is not valid JSON: ');
  expect(read({ 'settings.json': '\uFEFF{"slug":"a"}' }).payload.settings).toEqual({ slug: 'a' });
});

test('files that are not UTF-8 are refused, a written replacement character is fine', () => {
  const broken = new Uint8Array([0x68, 0x69, 0xff]);
  const fine = new TextEncoder().encode('hi \uFFFD');
  const files = {
    'prompts/a.md': broken,
    'references/r.md': broken,
    'protocol.yaml': broken,
    'notes.txt': broken,
    'prompts/b.md': fine,
  };
  expect(read(files).errors.sort()).toEqual([
    'FILE_ENCODING prompts/a',
    'FILE_ENCODING protocol',
    'FILE_ENCODING references/r',
    'REFERENCE_FRONT_MATTER references/r',
  ]);
});

test('what is written reads back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', ':', '#', '"', '-', ' ', '---', 'é', '{{A}}', "'") });
  const trimmed = text.map((value) => value.trim());
  const payload = fc.record({
    settings: fc.constant(settings),
    protocol: text,
    prompts: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b/c', 'system'), content: text }), {
      selector: ({ name }) => name,
    }),
    references: fc.uniqueArray(fc.record({ name: fc.constantFrom('r', 's'), description: text, content: trimmed }), {
      selector: ({ name }) => name,
    }),
  });
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  fc.assert(
    fc.property(payload, (written) => {
      const { payload: result, errors } = read(Object.fromEntries(writeAgentFiles(written)));
      expect(errors).toEqual([]);
      expect(result).toEqual({
        ...written,
        prompts: written.prompts.toSorted(byName),
        references: written.references.toSorted(byName),
      });
    }),
  );
});

test('a description that opens with a line of spaces is kept', () => {
  const references = [{ name: 'r', description: ' \n', content: '' }];
  const written = writeAgentFiles({ settings, protocol: '', prompts: [], references });
  expect(read(Object.fromEntries(written)).payload?.references).toEqual(references);
});
