import { EventEmitter } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as chokidar from 'chokidar';
import { describe, expect, test, vi } from 'vitest';
import { watchFolders } from '../src/files/watch.ts';
import { writeFiles, writeOneFile } from '../src/files/write-files.ts';
import { finish, runHere, startOctavus } from './run-octavus.ts';
import { anAgent, aWorker, deskProtocol, temporaryFolder } from './temporary-folder.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000 });

vi.mock('chokidar', { spy: true });

describe('writing', () => {
  test('of several files of which one cannot be written leaves nothing behind, no folder either', async () => {
    await using folder = await temporaryFolder();
    const files = new Map([
      ['first.md', 'x'],
      [`deep/${'n'.repeat(300)}.md`, 'x'],
    ]);
    expect(() => writeFiles(join(folder.path, 'new/agent'), files)).toThrow(
      'Cannot write the file: its name is too long (ENAMETOOLONG)',
    );
    expect(existsSync(join(folder.path, 'new'))).toBe(false);
  });

  test('replaces what a link leads to, and keeps the permissions whatever the mask of the process is', async () => {
    await using folder = await temporaryFolder({ 'real/.env': 'OLD=1\n' });
    const real = join(folder.path, 'real/.env');
    const link = join(folder.path, '.env');
    chmodSync(real, 0o666);
    symlinkSync(real, link);
    writeOneFile(link, 'NEW=1\n', { mode: 0o600 });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('NEW=1\n');
    expect(statSync(real).mode & 0o777).toBe(0o666);
  });

  test.runIf(existsSync('/dev/full'))('to a full disk ends the command with one line and 1', async () => {
    await using folder = await temporaryFolder();
    const full = openSync('/dev/full', 'w');
    const child = startOctavus(['completion', 'bash'], { cwd: folder.path, stdout: full });
    expect(await finish(child)).toEqual({
      status: 1,
      stdout: '',
      stderr: '✗ Cannot write to standard output: no space is left, free some and try again (ENOSPC)\n',
    });
    closeSync(full);
  });
});

describe('watching', () => {
  /** Tells of each burst of changes, until the test ends. */
  async function watched(path: string, ignore?: string) {
    const stopping = new AbortController();
    const changes = await watchFolders([path], { signal: stopping.signal, ...(ignore !== undefined && { ignore }) });
    const bursts = changes[Symbol.asyncIterator]();
    return {
      next: () => bursts.next(),
      [Symbol.asyncDispose]: async () => {
        stopping.abort();
        await bursts.next();
      },
    };
  }

  test('goes on after the folder was moved away and came back', async () => {
    await using folder = await temporaryFolder({ 'desk/a.md': '1' });
    const [here, away] = [join(folder.path, 'desk'), join(folder.path, 'away')];
    await using watching = await watched(here);
    renameSync(here, away);
    await watching.next();
    renameSync(away, here);
    await watching.next();
    writeFileSync(join(here, 'a.md'), '2');
    expect(await watching.next()).toMatchObject({ done: false });
  });

  test('of a folder whose own name is hidden sees what is in it', async () => {
    await using folder = await temporaryFolder({ '.desk/a.md': '1' });
    await using watching = await watched(join(folder.path, '.desk'));
    writeFileSync(join(folder.path, '.desk/a.md'), '2');
    expect(await watching.next()).toMatchObject({ done: false });
  });

  test.each([
    [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'raise fs.inotify.max_user_watches'],
    [Object.assign(new Error('x'), { code: 'EMFILE' }), 'too many files are open (EMFILE)'],
  ])('that the system refuses is told, at the start and later: %s', async (error, reason) => {
    const watcher = () => Object.assign(new EventEmitter(), { close: async () => undefined, add: () => undefined });
    const [early, late] = [watcher(), watcher()];
    vi.mocked(chokidar.watch)
      .mockReturnValueOnce(early as never)
      .mockReturnValueOnce(late as never);
    const opening = watchFolders(['/x'], { signal: new AbortController().signal });
    early.emit('error', error);
    await expect(opening).rejects.toThrow(`Cannot watch for changes: `);
    const opened = watchFolders(['/x'], { signal: new AbortController().signal });
    late.emit('ready');
    const waiting = (await opened)[Symbol.asyncIterator]().next();
    late.emit('error', error);
    await expect(waiting).rejects.toThrow(reason);
  });

  test.each([
    ['types', ['types', 'desk', '--out', 'desk/agents.ts', '--watch'], /Types of/],
    ['dev', ['dev', 'desk', '--types', 'desk/agents.ts'], /Runs here/],
  ])('%s does not take what it writes for a change, which would never end', async (_name, words, interruptAfter) => {
    await using folder = await temporaryFolder(anAgent('desk'));
    await runHere(words, { cwd: folder.path, interruptAfter });
    expect(existsSync(join(folder.path, 'desk/agents.ts'))).toBe(true);
    const { ignored } = vi.mocked(chokidar.watch).mock.lastCall![1]! as { ignored: (path: string) => boolean };
    expect(ignored(join(folder.path, 'desk/agents.ts'))).toBe(true);
    expect(ignored(join(folder.path, 'desk/protocol.yaml'))).toBe(false);
  });
});

test('dev that cannot begin watches nothing any more', async () => {
  await using folder = await temporaryFolder(anAgent('desk'));
  const env = { OCTAVUS_API_URL: 'http://127.0.0.1:1', OCTAVUS_API_KEY: 'k' };
  expect(await runHere(['dev', 'desk'], { cwd: folder.path, env })).toMatchObject({ status: 1 });
  expect(vi.mocked(chokidar.watch).mock.results.at(-1)!.value).toMatchObject({ closed: true });
});

describe('reading', () => {
  test('dev says what stands in its way: a file, or a folder of something else', async () => {
    await using folder = await temporaryFolder({ 'a.txt': 'x', 'notes/b.txt': 'x' });
    const dev = (path: string) => runHere(['dev', path], { cwd: folder.path });
    expect(await dev('a.txt')).toMatchObject({ status: 1, stderr: `✗ Not a directory: ${folder.path}/a.txt\n` });
    const message = '✗ No agent in this folder: `octavus init --force` writes one, or give an empty folder';
    expect(await dev('notes')).toMatchObject({ status: 1, stderr: `${message}\n  File: ${folder.path}/notes\n` });
  });

  test('an agent finds workers behind links, and broken neighbours do not matter', async () => {
    const workers = 'workers:\n  shorten:\n    description: Shortens a text\n';
    const boss = deskProtocol.replace('  agentic: true', '  agentic: true\n  workers: [shorten]') + workers;
    await using folder = await temporaryFolder({
      ...anAgent('agents/boss', {
        'protocol.yaml': boss,
        'settings.json': '{"slug":"boss","name":"B","format":"interactive"}',
      }),
      ...aWorker('shared/shorten'),
      'shared/shorten/settings.json': '{"slug":"shorten","name":"S","format":"worker"}',
      'agents/broken/settings.json': '{}',
    });
    symlinkSync('prompts', join(folder.path, 'agents/broken/prompts'));
    symlinkSync('../shared/shorten', join(folder.path, 'agents/link'));
    const words = ['run', './agents/boss', '--input', 'USER_MESSAGE=Shorten: a long text', '--json'];
    const run = await runHere(words, { cwd: folder.path });
    expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('"type":"worker-result"') });
  });

  test('sync --all takes an agent once, however many links lead to it', async () => {
    await using folder = await temporaryFolder(anAgent('desk'));
    symlinkSync('desk', join(folder.path, 'again'));
    symlinkSync('.', join(folder.path, 'round'));
    const { stdout } = await runHere(['validate', '--local', '*'], { cwd: folder.path });
    expect(stdout).toBe('0 errors, 0 warnings\n');
    const { findAllAgentFolders } = await import('../src/agents/find-agent-folders.ts');
    expect(findAllAgentFolders('.', folder.path)).toHaveLength(1);
  });
});
