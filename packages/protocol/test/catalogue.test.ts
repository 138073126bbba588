import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnosticCatalogue, validateAgent } from '../src/index.ts';
import { fixtures, readFixtures } from './fixtures.ts';

const codes = Object.keys(diagnosticCatalogue);
const root = join(import.meta.dirname, '..');

test('the language has 216 diagnostics', () => {
  expect(codes).toHaveLength(216);
});

describe('the documentation page', () => {
  const page = readFileSync(join(root, '../../docs/protocol/diagnostics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `.*\|$/gm)].map(([row]) => row.split('|').slice(1, -1));
  const cells = rows.map((row) => row.map((cell) => cell.trim().replaceAll('`', '')));

  test('has one row for each diagnostic, with its severity and message', () => {
    const documented = cells.map(([code, severity, message]) => ({ code, severity, message }));
    expect(documented).toEqual(Object.entries(diagnosticCatalogue).map(([code, entry]) => ({ code, ...entry })));
  });

  test('gives a cause and a cure each time', () => {
    for (const [code, , , cause, cure] of cells) {
      expect(cause, code).toMatch(/\w.*\.$/);
      expect(cure, code).toMatch(/\w.*\.$/);
    }
  });
});

test('every diagnostic has a fixture, a vector or a test', () => {
  const vectors = readFileSync(join(fixtures, 'vectors', 'definitions.json'), 'utf8');
  const named = new Set([
    ...[...readFixtures('invalid'), ...readFixtures('warnings')].map(({ code }) => code),
    ...[...vectors.matchAll(/"code": "([A-Z_]+)"/g)].map(([, code]) => code!),
    ...testSources().flatMap((text) => [...text.matchAll(/'([A-Z_]+)[ ']/g)].map(([, code]) => code!)),
  ]);
  expect(codes.filter((code) => !named.has(code))).toEqual([]);
});

function testSources(): string[] {
  const paths = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(root, folder, path)),
  );
  return paths.filter((path) => path.endsWith('.test.ts')).map((path) => readFileSync(path, 'utf8'));
}

describe('limits of files', () => {
  const settings = { slug: 'fixture', name: 'Fixture', format: 'interactive' };
  const protocol = 'agent: { model: offline/default, system: system }\n';
  const system = { name: 'system', content: 'Hi.' };
  const found = (payload: unknown) => validateAgent(payload).errors.map(({ code, path }) => `${code} ${path}`);

  test('a prompt of more than 256 KiB', () => {
    const prompts = [{ name: 'system', content: 'é'.repeat(140_000) }];
    expect(found({ settings, protocol, prompts })).toEqual(['FILE_TOO_LARGE prompts/system']);
  });

  test('a protocol of more than 256 KiB is not parsed', () => {
    expect(found({ settings, protocol: `${'#'.repeat(270_000)}\n{`, prompts: [] })).toEqual([
      'FILE_TOO_LARGE protocol',
    ]);
  });

  test('more than 500 prompts', () => {
    const prompts = [system, ...Array.from({ length: 500 }, (_, index) => ({ name: `p${index}`, content: 'x' }))];
    expect(found({ settings, protocol, prompts })).toEqual(['FILE_TOO_MANY prompts']);
  });

  test('more than 8 MiB in total', () => {
    const prompts = Array.from({ length: 40 }, (_, index) => ({ name: `p${index}`, content: 'x'.repeat(250_000) }));
    expect(found({ settings, protocol, prompts })).toEqual(['FILE_TOTAL_TOO_LARGE protocol']);
  });

  test('the 501st error is a count of the rest', () => {
    const keys = Array.from({ length: 600 }, (_, index) => `k${index}: 1\n`).join('');
    const { errors } = validateAgent({ settings, protocol: protocol + keys, prompts: [system] });
    expect(errors).toHaveLength(500);
    expect(errors.at(-1)).toMatchObject({
      code: 'PROTO_MORE_DIAGNOSTICS',
      message: '101 more not shown.',
      path: 'protocol',
    });
  });
});
