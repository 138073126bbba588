import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { openOnTerminal, runHere } from './run-octavus.ts';
import { temporaryFolder } from './temporary-folder.ts';

// Shells start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 30_000 });

/** What is typed before Tab and Enter, and the words that the command gets then. */
const lines = [
  ['octavus sy', ['sync']],
  ['octavus sessions lo', ['sessions', 'logs']],
  ['octavus sync x --dr', ['sync', 'x', '--dry-run']],
  ['octavus init --template wor', ['init', '--template', 'worker']],
  ['octavus completion zs', ['completion', 'zsh']],
  [String.raw`octavus validate --local my\ a`, ['validate', '--local', 'my agent']],
  [String.raw`octavus run ./my\ agent --tools my-t`, ['run', './my agent', '--tools', 'my-tools.mjs']],
] as const;

const folders = { 'my agent/settings.json': '{}', 'my-tools.mjs': '' };

async function scriptOf(shell: string): Promise<string> {
  return (await runHere(['completion', shell], { cwd: process.cwd() })).stdout;
}

function hasShell(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

/** Shells on a terminal, without what a user has set up. */
const interactive = {
  bash: ['bash', '--norc', '--noprofile', '-i'],
  zsh: ['zsh', '-f', '-i'],
} as const;

describe.each(Object.entries(interactive))('in %s', (shell, words) => {
  test.runIf(hasShell(shell))('Tab completes commands, options, values and paths', async () => {
    await using folder = await temporaryFolder({
      ...folders,
      'set-up.sh': `${await scriptOf(shell)}\noctavus() { printf 'got<%s>' "$@"; echo; }\necho loaded\n`,
    });
    await using terminal = openOnTerminal(words, { cwd: folder.path, env: { HISTFILE: '/dev/null' } });
    terminal.type('. ./set-up.sh\n');
    await terminal.until('loaded');
    for (const [typed, expected] of lines) {
      terminal.type(`${typed}\t\n`);
      // Of a folder zsh takes the slash away again that it showed.
      await terminal.until(`got<${expected.join('>got<')}`);
    }
    terminal.type('exit\n');
    expect(await terminal.ended).toBe(0);
  });
});

describe.runIf(hasShell('fish'))('in fish', () => {
  test.each([
    ['octavus sy', ['sync']],
    ['octavus sessions lo', ['logs']],
    ['octavus sync x --dr', ['--dry-run']],
    ['octavus skills sync --dr', ['--dry-run']],
    // Those of `sync` are not those of `skills sync`.
    ['octavus skills sync --wa', []],
    ['octavus init --template wor', ['worker']],
    ['octavus completion zs', ['zsh']],
    ['octavus validate --local my', ['my agent/', 'my-tools.mjs']],
    ['octavus run x --tools my-t', ['my-tools.mjs']],
  ])('%j is followed by %j', async (typed, expected) => {
    await using folder = await temporaryFolder({ ...folders, 'completion.fish': await scriptOf('fish') });
    const code = `source ./completion.fish; complete -C '${typed}'`;
    const env = { PATH: process.env.PATH, HOME: folder.path };
    const { stdout } = await promisify(execFile)('fish', ['--no-config', '-c', code], { cwd: folder.path, env });
    expect(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('\t')[0]),
    ).toEqual(expected);
  });
});

test('as JSON it is one value; another shell is told which there are', async () => {
  const { stdout } = await runHere(['completion', 'zsh', '--json'], { cwd: process.cwd() });
  expect(JSON.parse(stdout)).toEqual({ shell: 'zsh', script: await scriptOf('zsh') });
  expect(await runHere(['completion', 'tcsh'], { cwd: process.cwd() })).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('Allowed choices are bash, zsh, fish.'),
  });
});
