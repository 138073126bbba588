import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../src/commands/index.ts';
import { compileCache, runHere } from './run-octavus.ts';
import { runServer } from './run-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

vi.setConfig({ testTimeout: 180_000 });

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
const readme = readFileSync(join(root, 'packages/cli/README.md'), 'utf8');

function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code!);
}

/** Runs shell code in an empty folder, with `octavus` on the path and the settings of a real server. */
async function runShell(code: string): Promise<string> {
  await using server = await runServer();
  await using folder = await temporaryFolder();
  await using bin = await temporaryFolder();
  const binary = join(root, 'packages/cli/src/octavus.ts');
  writeFileSync(
    join(bin.path, 'octavus'),
    `#!/bin/sh\nexec '${process.execPath}' --conditions=octavus-source '${binary}' "$@"\n`,
  );
  chmodSync(join(bin.path, 'octavus'), 0o755);
  const env = {
    ...server.env,
    NODE_COMPILE_CACHE: compileCache,
    PATH: `${bin.path}:${process.env.PATH}`,
    HOME: folder.path,
  };
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', code], { cwd: folder.path, env });
  return stdout;
}

test('the examples of the page run, one after the other', async () => {
  const out = await runShell(blocksOf(page, 'sh').join('\n'));
  for (const piece of [
    '✓ Wrote desk into desk',
    'I am the offline model',
    '✓ An order is looked up',
    '✓ Created: desk',
    '✓ Unchanged: desk',
    '✓ Pulled: desk into copy',
    '✓ Archived: desk',
    '✓ Restored: ',
    '✓ Skill seed-packer is valid',
    '✓ Key: allows agents, sessions, mint-tokens',
  ]) {
    expect(out).toContain(piece);
  }
});

test('the examples of the README run', async () => {
  const [install, ...blocks] = blocksOf(readme, 'sh');
  expect(install).toBe('npm install --global @octavus/cli\n');
  const out = await runShell(blocks.join('\n').replace(/^export .*$/m, ''));
  expect(out).toContain('✓ Created: first-agent');
  expect(out.match(/I am the offline model/g)).toHaveLength(2);
});

test('the test on the page passes', async () => {
  const [example] = blocksOf(page, 'yaml');
  expect(parse(example!).name).toBe('An order is looked up');
  await using folder = await temporaryFolder();
  await runHere(['init', 'desk', '--template', 'support'], { cwd: folder.path });
  folder.write({ 'desk/tests/order.yaml': example! });
  expect(await runHere(['test', 'desk'], { cwd: folder.path })).toMatchObject({ status: 0, stderr: '' });
});

test('the page names every command and option', async () => {
  const names = commands.flatMap((entry) =>
    'commands' in entry ? entry.commands.map((command) => `${entry.name} ${word(command.usage)}`) : [word(entry.usage)],
  );
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
  const { stdout } = await runHere(['completion', 'fish'], { cwd: root });
  const options = [...new Set([...stdout.matchAll(/'(--[\w-]+)'/g)].map(([, name]) => name!))];
  expect(options).toContain('--write-env');
  const unsaid = ['--help', '--version'];
  expect(options.filter((option) => !page.includes(option) && !unsaid.includes(option))).toEqual([]);
});

function word(usage: string): string {
  return usage.split(' ')[0]!;
}
