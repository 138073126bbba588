import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateTypes, validateAgent } from '../src/index.ts';
import { agentSlugs, readAgentPayload } from './fixtures.ts';

const compiler = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc');

/** What the compiler says about files of these texts. */
function compile(texts: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'octavus-types-'));
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const names = Object.keys(texts).map((name) => join(folder, name));
    execFileSync(process.execPath, [compiler, '--noEmit', '--strict', '--types', '', '--ignoreConfig', ...names]);
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const typesOf = (slug: string) => generateTypes(validateAgent(readAgentPayload(slug)).definition!);

test('the types of every example compile under strict TypeScript', { timeout: 60_000 }, () => {
  expect(compile(Object.fromEntries(agentSlugs.map((slug) => [`${slug}.ts`, typesOf(slug)])))).toBe('');
});

test('they refuse what the agent would refuse', { timeout: 60_000 }, () => {
  const use = `import type { TrailOutfitterTriggers } from './agent.ts';
export const wrong: TrailOutfitterTriggers = { 'no-such-trigger': {} };
`;
  expect(compile({ 'agent.ts': typesOf('trail-outfitter'), 'use.ts': use })).toContain('no-such-trigger');
});
