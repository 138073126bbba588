import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { finish, openTerminal, runHere, runOctavus, startOctavus } from './run-octavus.ts';
import { scriptedServer } from './scripted-server.ts';
import { anAgent, temporaryFolder } from './temporary-folder.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const agents = Array.from({ length: 2000 }, (_, index) => ({
  slug: `agent-${index}`,
  id: 'ca7k2m9qd4x1v8t3h6zw5n0p',
  name: 'An agent',
  description: null,
  format: 'interactive',
  createdAt: 'x',
  updatedAt: 'x',
  projectId: 'x',
}));

/** A server with many agents, and what reaches it. */
async function anAgentServer(count = 1) {
  const server = await scriptedServer(() => ({ body: { agents: agents.slice(0, count) } }));
  return { server, env: { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'oct_sk_test' } };
}

describe('in a pipe', () => {
  test('nothing is coloured, and nothing but the JSON is on standard output', async () => {
    const { server, env } = await anAgentServer();
    await using _ = server;
    await using folder = await temporaryFolder();
    const text = await runOctavus(['list'], { cwd: folder.path, env });
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toBe(stripVTControlCharacters(text.stdout));
    const json = await runOctavus(['list', '--json'], { cwd: folder.path, env });
    expect(JSON.parse(json.stdout).agents[0].slug).toBe('agent-0');
    const forced = await runOctavus(['list'], { cwd: folder.path, env: { ...env, FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001b[1mSLUG\u001b[0m');
  });

  test('a reader that leaves early is no failure', async () => {
    const { server, env } = await anAgentServer(agents.length);
    await using _ = server;
    await using folder = await temporaryFolder();
    const child = startOctavus(['list'], { cwd: folder.path, env });
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    expect(child.stderr!.read()).toBeNull();
  });

  test('Ctrl-C ends a request that hangs with 130', async () => {
    await using server = await scriptedServer(() => ({ hangs: true }));
    await using folder = await temporaryFolder();
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    const child = startOctavus(['list'], { cwd: folder.path, env });
    const ended = finish(child);
    await server.nextRequest();
    child.kill('SIGINT');
    expect(await ended).toEqual({ status: 130, stdout: '', stderr: '' });
  });

  test('a connection that breaks is tried again where that is safe', async () => {
    let count = 0;
    await using server = await scriptedServer(() => (++count === 1 ? { isCut: true } : { body: { agents: [] } }));
    await using folder = await temporaryFolder(anAgent('desk'));
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    expect(await runHere(['list'], { cwd: folder.path, env })).toMatchObject({ status: 0 });
    count = 0;
    const posted = await runHere(['validate', 'desk'], { cwd: folder.path, env });
    expect(posted).toMatchObject({ status: 1, stderr: expect.stringContaining('Cannot reach 127.0.0.1:') });
    expect(count).toBe(1);
  });
});

describe('on a terminal', () => {
  test.each([
    ['colours are used', {}, [], true],
    ['NO_COLOR is honoured', { NO_COLOR: '1' }, [], false],
    ['--no-color is honoured', {}, ['--no-color'], false],
    ['FORCE_COLOR=0 is honoured', { FORCE_COLOR: '0' }, [], false],
  ] as const)('%s', async (_title, extra, words, isColoured) => {
    const { server, env } = await anAgentServer();
    await using _ = server;
    await using folder = await temporaryFolder();
    await using terminal = openTerminal(['list', ...words], { cwd: folder.path, env: { ...env, ...extra } });
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain('agent-0');
    expect(terminal.text().includes('\u001b[')).toBe(isColoured);
  });

  test('each line begins with its mark in its colour', async () => {
    await using server = await scriptedServer(() => ({
      status: 403,
      body: { error: 'Access denied', code: 'FORBIDDEN' },
    }));
    await using folder = await temporaryFolder(anAgent('desk'));
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    await using terminal = openTerminal(['validate', 'desk'], { cwd: folder.path, env });
    expect(await terminal.ended).toBe(1);
    expect(terminal.text().split('\r\n')).toEqual([
      '\u001b[34mℹ\u001b[0m Reading agent from \u001b[36mdesk\u001b[0m...',
      '\u001b[34mℹ\u001b[0m Validating \u001b[1mdesk\u001b[0m...',
      '\u001b[31m✗\u001b[0m API error: Access denied',
      '\u001b[90m  Status: 403\u001b[0m',
      '',
    ]);
  });

  test('Ctrl-C ends the command with 130', async () => {
    await using server = await scriptedServer(() => ({ hangs: true }));
    await using folder = await temporaryFolder();
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    await using terminal = openTerminal(['list'], { cwd: folder.path, env });
    await server.nextRequest();
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
  });
});

describe('the command line', () => {
  const cwd = process.cwd();

  test('--version is the version of the package', async () => {
    expect(await runHere(['--version'], { cwd })).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('help goes to standard output, or to standard error when nothing was asked', async () => {
    for (const words of [['--help'], ['-h'], ['help'], ['help', 'sync'], ['sync', '--help']]) {
      const run = await runHere(words, { cwd });
      expect(run).toMatchObject({ status: 0, stderr: '' });
      expect(run.stdout).toMatch(/^Usage: octavus /);
    }
    for (const words of [[]]) {
      const run = await runHere(words, { cwd });
      expect(run).toMatchObject({ status: 1, stdout: '' });
      expect(run.stderr).toMatch(/^Usage: octavus /);
    }
  });

  test.each([
    [['nonsense'], "error: unknown command 'nonsense'"],
    [['list', '--nonsense'], "error: unknown option '--nonsense'"],
    [['get'], "error: missing required argument 'slug'"],
    [['validate'], "error: missing required argument 'path"],
    [['sync'], "error: missing required argument 'path'"],
    [['sync', 'a', '--all', 'b'], 'error: give a path or --all <root>, not both'],
    [['sync', '--all', 'b', '--watch'], 'error: --watch and --write-env take one agent, not --all'],
    [['sync', 'a', '--watch', '--dry-run'], 'error: --dry-run and --check change nothing: leave out --watch'],
    [['sync', 'a', '--check', '--write-env', 'ID'], 'error: --dry-run and --check change nothing: leave out --watch'],
    [['sync', 'a', '--write-env', 'a b'], 'error: "a b" is no name of a variable: letters, digits and _'],
  ])('%j is told on standard error, with 1', async (words, message) => {
    const run = await runHere(words, { cwd, env: { OCTAVUS_API_KEY: 'k' } });
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toContain(message);
  });
});

describe('settings', () => {
  test('the env file is .env, or that of --env before, after, or with =; variables that are set win', async () => {
    const { server } = await anAgentServer();
    await using _ = server;
    const url = `OCTAVUS_API_URL=${server.url}`;
    await using folder = await temporaryFolder({
      '.env': `${url}\nOCTAVUS_API_KEY=from-dotenv\n`,
      'other.env': `${url}\nOCTAVUS_API_KEY="from other"\n`,
    });
    const keyOf = async (words: readonly string[], env = {}) => {
      expect(await runHere(words, { cwd: folder.path, env })).toMatchObject({ status: 0, stderr: '' });
      return server.requests.at(-1)?.headers.authorization;
    };
    expect(await keyOf(['list'])).toBe('Bearer from-dotenv');
    expect(await keyOf(['list', '--env', 'other.env'])).toBe('Bearer from other');
    expect(await keyOf(['--env', 'other.env', 'list'])).toBe('Bearer from other');
    expect(await keyOf(['list', '--env=other.env'])).toBe('Bearer from other');
    expect(await keyOf(['list'], { OCTAVUS_API_KEY: 'set' })).toBe('Bearer set');
    expect(await keyOf(['list'], { OCTAVUS_CLI_API_KEY: 'cli', OCTAVUS_API_KEY: 'set' })).toBe('Bearer cli');
    expect(await keyOf(['list'], { OCTAVUS_CLI_API_KEY: '', OCTAVUS_API_KEY: 'set' })).toBe('Bearer set');
  });

  test('an env file that is named and missing is told; the usual one is not', async () => {
    await using folder = await temporaryFolder();
    const named = await runHere(['list', '--env', 'nowhere.env'], { cwd: folder.path });
    expect(named.stderr).toMatch(/^⚠ Env file missing: nowhere\.env\n✗ No API key found/);
    expect((await runHere(['list'], { cwd: folder.path })).stderr).toMatch(/^✗ No API key found/);
  });

  test('the address is that of --api-url, OCTAVUS_API_URL or OCTAVUS_BASE_URL, without its last slash', async () => {
    const { server } = await anAgentServer();
    await using _ = server;
    await using folder = await temporaryFolder();
    const cwd = folder.path;
    const key = { OCTAVUS_API_KEY: 'k' };
    const dead = 'http://127.0.0.1:9';
    for (const run of [
      runHere(['list', '--api-url', `${server.url}/`], { cwd, env: { ...key, OCTAVUS_API_URL: dead } }),
      runHere(['--api-url', server.url, 'list'], { cwd, env: key }),
      runHere(['list'], { cwd, env: { ...key, OCTAVUS_API_URL: `${server.url}/`, OCTAVUS_BASE_URL: dead } }),
      runHere(['list'], { cwd, env: { ...key, OCTAVUS_BASE_URL: server.url } }),
    ]) {
      expect(await run).toMatchObject({ status: 0 });
    }
    expect(server.requests.map(({ url }) => url)).toEqual(Array.from({ length: 4 }, () => '/api/agents'));
    const wrong = await runHere(['list', '--api-url', 'localhost:6282'], { cwd, env: key });
    expect(wrong).toMatchObject({ status: 1 });
    expect(wrong.stderr).toBe('✗ --api-url is "localhost:6282": expected an address such as http://localhost:6282\n');
  });
});
