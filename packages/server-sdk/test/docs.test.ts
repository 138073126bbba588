import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as core from '@octavus/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as sdk from '../src/index.ts';
import { type AgentsServer, serveAgents } from './serve-agents.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
/** Inside the repository, so that snippets find its packages. */
const folder = join(root, '.cache/server-sdk-docs');

interface Snippet {
  readonly name: string;
  readonly code: string;
  /** What it prints, where the page says so. */
  readonly output: string | undefined;
  /** What is in it, where that is what a model says. */
  readonly says?: RegExp;
}

const fence = /^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm;

async function snippetsOf(page: string): Promise<Snippet[]> {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(fence)].map(([, code = '', output], index) => ({
    name: `${page.replaceAll(/\W+/g, '-')}-${index + 1}`,
    code,
    output,
  }));
}

const snippets: readonly Snippet[] = [
  ...(await snippetsOf('docs/sdk-server.md')),
  // Their snippets are written for an agent of another name.
  ...[...(await snippetsOf('packages/server-sdk/README.md')), ...(await snippetsOf('packages/core/README.md'))].map(
    (snippet) => ({
      ...snippet,
      code: snippet.code
        .replace('support-desk', 'shop-desk')
        .replace("baseUrl: 'http://localhost:6282'", 'baseUrl: process.env.OCTAVUS_API_URL!'),
      says: /\S/,
    }),
  ),
];

let server: AgentsServer;

beforeAll(async () => {
  const agent = (example: string) => new URL(`../../../examples/${example}/agent/`, import.meta.url);
  server = await serveAgents(agent('express-tools'), agent('worker-script'));
  await mkdir(folder, { recursive: true });
  await Promise.all(snippets.map(({ name, code }) => writeFile(join(folder, `${name}.mts`), code)));
  const compilerOptions = { noEmit: true, types: ['node'] };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.mts'] }),
  );
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Names in backticks in the first column of the table below a heading, or of the first table. */
async function namesIn(page: string, heading: string): Promise<string[]> {
  const text = await readFile(join(root, page), 'utf8');
  const rows = text.slice(text.indexOf(heading)).matchAll(/^\| (`[^|]*) \|/gm);
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

test('the page names every export, and no other', async () => {
  const named = await namesIn('docs/sdk-server.md', '## Everything it exports');
  const members = Object.keys(sdk).filter((name) => name.endsWith('Api'));
  expect([...named, ...members].sort()).toEqual(Object.keys(sdk).sort());
});

test('the README of core names what it exports besides', async () => {
  const besides = Object.keys(core).filter((name) => !Object.hasOwn(sdk, name) && !name.endsWith('Schema'));
  expect((await namesIn('packages/core/README.md', '| export')).sort()).toEqual(['…Schema', ...besides].sort());
});

test('there are snippets', () => {
  expect(snippets.length).toBeGreaterThan(8);
});

test('every snippet compiles', async () => {
  const { stdout } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
}, 60_000);

test.each(snippets)(
  '$name does what the page says',
  async ({ name, output, says }) => {
    const env = { ...process.env, ...server.env, NO_COLOR: '1' };
    const { stdout } = await run(process.execPath, ['--conditions=octavus-source', `${name}.mts`], {
      cwd: folder,
      env,
    });
    if (output !== undefined) expect(stdout).toBe(output);
    if (says) expect(stdout).toMatch(says);
  },
  60_000,
);
