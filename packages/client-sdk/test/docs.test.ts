import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createModels } from '@octavus/models';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SessionServer, serveSessions } from '../../../apps/server/test/serve-sessions.ts';
import { serveDocsApp } from './docs-app.ts';
import type { Served } from './serve.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
/** Inside the repository, so that snippets find its packages. */
const folder = join(root, '.cache/client-sdk-docs');
const pages = ['docs/sdk-client.md', 'packages/client-sdk/README.md', 'packages/react/README.md'];

interface Snippet {
  readonly name: string;
  readonly language: 'ts' | 'tsx';
  readonly code: string;
  /** What it prints, where the page says so. */
  readonly output: string | undefined;
}

const fence = /^```(tsx?)\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm;

async function snippetsOf(page: string): Promise<Snippet[]> {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(fence)].map(([, language, code, output], index) => ({
    name: `${page.replaceAll(/\W+/g, '-')}-${index + 1}`,
    language: language as Snippet['language'],
    code: code as string,
    output,
  }));
}

const snippets = (await Promise.all(pages.map(snippetsOf))).flat();
const programs = snippets.filter(({ language }) => language === 'ts');

let server: SessionServer;
let app: Served;

beforeAll(async () => {
  server = await serveSessions({ databaseUrl: 'file::memory:', resolve: createModels().resolve });
  app = await serveDocsApp(server);
  await mkdir(folder, { recursive: true });
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    jsx: 'react-jsx',
    customConditions: ['octavus-source'],
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: ['react'],
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', '*.tsx'] }));
  for (const { name, language, code } of snippets) {
    await writeFile(
      join(folder, `${name}.${language}`),
      code.replaceAll('//localhost:3000', app.url.replace('http:', '')),
    );
  }
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('the snippets of the documentation', () => {
  test('are there', () => {
    expect(programs.length).toBeGreaterThan(11);
    expect(snippets.length).toBeGreaterThan(programs.length);
  });

  test('compile', { timeout: 120_000 }, async () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  test.each(programs)('$name runs and prints what the page says', { timeout: 60_000 }, async ({ name, output }) => {
    const args = ['--conditions=octavus-source', '--no-warnings', join(folder, `${name}.ts`)];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } });
    if (output !== undefined) expect(stdout).toBe(output);
  });
});

describe('the list of exports', () => {
  test('of the page is that of the packages', async () => {
    const page = await readFile(join(root, 'docs/sdk-client.md'), 'utf8');
    const section = /^## Everything exported\n([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const exported = await Promise.all(['client-sdk', 'react'].map(namesExportedBy));
    expect(listed.toSorted()).toEqual([...new Set(exported.flat())].sort());
  });
});

/** Values and types that an entry point exports by name. */
async function namesExportedBy(folder: string): Promise<string[]> {
  const source = await readFile(join(root, `packages/${folder}/src/index.ts`), 'utf8');
  const lists = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(([, list = '']) => list);
  return (
    lists
      .join(',')
      .replaceAll(/\btype\b/g, '')
      .match(/\w+/g) ?? []
  );
}
