import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentFiles } from './read-agent-files.ts';
import { validateAgentFiles } from './validate-agent-files.ts';

const folder = {
  'settings.json': '{ "slug": "a", "name": "A", "format": "interactive" }',
  'protocol.yaml': 'agent: { model: offline/default, system: system, references: [prices], agentic: true }\n',
  'prompts/system.md': 'Be kind.',
  'references/prices.md': '---\ndescription: Prices\n---\nText',
};

function validate(changes: Record<string, string | undefined>) {
  const files = Object.entries({ ...folder, ...changes }).filter(([, text]) => text !== undefined);
  const result = validateAgentFiles(new Map(files) as AgentFiles);
  return { result, errors: result.errors.map(({ code, path }) => `${code} ${path}`) };
}

test('a sound folder gives its definition and payload', () => {
  const { result, errors } = validate({});
  expect(errors).toEqual([]);
  expect(result).toMatchObject({
    valid: true,
    payload: { references: [{ name: 'prices', description: 'Prices', content: 'Text' }] },
  });
  expect(result.definition?.references.get('prices')?.content).toBe('Text');
});

test('each cause gives one error', () => {
  expect(validate({ 'settings.json': '{' }).errors).toEqual(['SETTINGS_INVALID_JSON settings']);
  expect(validate({ 'settings.json': undefined }).errors).toEqual(['SETTINGS_MISSING settings']);
  expect(validate({ 'protocol.yaml': undefined }).errors).toEqual(['FILE_PROTOCOL_MISSING protocol']);
  expect(validate({ 'references/prices.md': 'Text' }).errors).toEqual(['REFERENCE_FRONT_MATTER references/prices']);
  expect(validate({ 'references/prices.md': '---\ntitle: x\n---\nText' }).errors).toEqual([
    'REFERENCE_DESCRIPTION references/prices',
  ]);
});

test('any bytes in any file are diagnosed, never thrown', () => {
  const paths = [
    'settings.json',
    'protocol.yaml',
    'prompts/system.md',
    'prompts/a/b.md',
    'references/prices.md',
    'references/.md',
  ];
  const text = fc.string({
    unit: fc.constantFrom('---\n', '{{#if A}}', '{{@system.md}}', 'description: x\n', '{', '[', ': ', '\n', '\0'),
  });
  const content = fc.oneof(fc.uint8Array(), text);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...paths), content), (changes) => {
      const files = new Map(Object.entries({ ...folder, ...changes })) as AgentFiles;
      const { valid, errors, definition } = validateAgentFiles(files);
      expect(valid).toBe(errors.length === 0);
      expect(definition !== undefined).toBe(valid);
    }),
    { numRuns: 300 },
  );
});
