import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { printable } from '../src/terminal/printable.ts';
import { widthOf } from '../src/terminal/width.ts';
import { openTerminal, runHere } from './run-octavus.ts';
import { scriptedServer } from './scripted-server.ts';
import { anAgent, temporaryFolder } from './temporary-folder.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000 });

/** Sets the title of the window, then goes up a line and clears it. */
const steering = '\u001b]0;Owned\u0007\u001b[1A\u001b[2K\u009b2J';

describe('what others wrote', () => {
  test.each([
    ['plain\ttext\n', 'plain\ttext\n'],
    ['\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m'],
    [`a${steering}b`, 'a]0;Owned[1A[2K2Jb'],
    ['over\rwritten', 'overwritten'],
    ['cut \u001b', 'cut '],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('does not steer a terminal, whether a model, a server or a file says it; a pipe gets it byte for byte', async () => {
    const reply = `replies:\n  - text: "said\\e]0;Owned\\a"\nturns:\n  - input: { USER_MESSAGE: x }\n    expect: { text: other }\n`;
    await using folder = await temporaryFolder({ ...anAgent('desk'), 'desk/tests/a.yaml': reply });
    await using server = await scriptedServer(() => ({ status: 400, body: { error: `No${steering}` } }));
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    const run = (isTerminal: boolean, ...words: readonly string[]) =>
      runHere(words, { cwd: folder.path, env, isTerminal });
    const said = ['run', './desk', '--input', `USER_MESSAGE=${steering}`];
    expect((await run(false, ...said)).stdout).toContain('\u0007');
    expect((await run(false, 'list')).stderr).toContain(steering);
    for (const words of [said, ['list'], ['test', 'desk']]) {
      const { stdout, stderr } = await run(true, ...words);
      expect(stdout + stderr).toBe(printable(stdout + stderr));
      expect(stdout + stderr).toMatch(/Owned/);
    }
  });
});

describe('tables', () => {
  test.each([
    ['plain', 5],
    ['東京', 4],
    ['ﾄｳｷｮｳ', 5],
    ['cafe\u0301', 4],
    ['🌱', 2],
    ['👩‍🌾', 2],
    ['\u200b', 0],
  ])('%s takes %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  test('are aligned whatever the names are written in, and nothing is cut off', async () => {
    const names = ['Desk', '案内 🌱', 'cafe\u0301', 'n'.repeat(40)];
    const agents = names.map((name, index) => ({
      ...{ slug: `a${index}`, id: 'ID', name, description: null, format: 'worker' },
      ...{ createdAt: 'x', updatedAt: 'x', projectId: 'x' },
    }));
    await using server = await scriptedServer(() => ({ body: { agents } }));
    await using folder = await temporaryFolder();
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    const { stdout } = await runHere(['list'], { cwd: folder.path, env });
    for (const [name, blanks] of [
      ['Desk', 26],
      ['案内 🌱', 23],
      ['cafe\u0301', 26],
    ] as const) {
      expect(stdout).toContain(`  ${name}${' '.repeat(blanks)}  worker        ID`);
    }
    expect(stdout).toContain('n'.repeat(40));
  });
});

describe('questions', () => {
  test('are answered by what was pasted ahead, however narrow the terminal is', async () => {
    await using folder = await temporaryFolder();
    await using terminal = openTerminal(['init', 'desk'], { cwd: folder.path, env: { COLUMNS: '40' } });
    terminal.type('worker\nfront-desk\nFront Desk\n');
    await terminal.until('octavus dev desk');
    expect(await terminal.ended).toBe(0);
    expect(JSON.parse(readFileSync(join(folder.path, 'desk/settings.json'), 'utf8'))).toMatchObject({
      ...{ slug: 'front-desk', name: 'Front Desk', format: 'worker' },
    });
  });

  test('take what they propose for an empty line, refuse what there is not, and end with Ctrl-C', async () => {
    await using folder = await temporaryFolder();
    await using proposed = openTerminal(['init', 'My Desk'], { cwd: folder.path });
    for (const question of ['tools [chat]: ', 'Slug [my-desk]: ', 'Name [Assistant]: ']) {
      await proposed.until(question);
      proposed.type('\n');
    }
    expect(await proposed.ended).toBe(0);
    await using refused = openTerminal(['init', 'other'], { cwd: folder.path });
    await refused.until('tools [chat]: ');
    refused.type('nonsense\n');
    await refused.until('there is no template "nonsense": chat, worker, support, tools');
    expect(await refused.ended).toBe(1);
    await using stopped = openTerminal(['init', 'third'], { cwd: folder.path });
    await stopped.until('tools [chat]: ');
    stopped.type('\u0003');
    expect(await stopped.ended).toBe(130);
    expect(stopped.text()).toMatch(/\n$/);
  });

  test('archive --confirm does what is answered', async () => {
    await using server = await scriptedServer(() => ({ body: { agentId: 'ca1', message: 'ok' } }));
    await using folder = await temporaryFolder();
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'k' };
    for (const [answer, status] of [
      ['n', 1],
      ['y', 0],
    ] as const) {
      await using terminal = openTerminal(['archive', 'desk', '--confirm'], { cwd: folder.path, env });
      await terminal.until('Archive desk? [y/N] ');
      terminal.type(`${answer}\n`);
      expect(await terminal.ended).toBe(status);
      expect(server.requests).toHaveLength(status === 0 ? 1 : 0);
    }
  });
});

test('reports on standard error have colours only where it is a terminal', async () => {
  await using folder = await temporaryFolder(anAgent('desk', { 'protocol.yaml': 'agent: 1\n' }));
  const words = ['run', './desk'];
  const piped = await runHere(words, { cwd: folder.path });
  expect(piped.stderr).toContain('protocol.yaml:1:8 error');
  expect(piped.stderr).not.toContain('\u001b');
  const mixed = await runHere(words, { cwd: folder.path, isTerminal: { stdout: true, stderr: false } });
  expect(mixed.stderr).toBe(piped.stderr);
});
