import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  aFileOf,
  contentOf,
  describeFileStore,
  inPieces,
  type TestFileStore,
} from '../../../test/suites/file-store.ts';
import { openFileStore } from './index.ts';

interface TestDiskStore extends TestFileStore {
  readonly directory: string;
}

async function openTestDiskStore(): Promise<TestDiskStore> {
  const parent = await mkdtemp(join(tmpdir(), 'octavus-files-'));
  const directory = join(parent, 'a', 'files');
  const store = await openFileStore(`file:${directory}`);
  return { store, directory, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

describeFileStore('disk', openTestDiskStore);

test('a reader keeps what it opened while it is replaced', async () => {
  await using opened = await openTestDiskStore();
  const { store } = opened;
  const file = aFileOf(Buffer.from('fern'));
  await store.write(file, inPieces(Buffer.from('fern')));
  await using before = await store.open(file.id);
  await store.write(file, inPieces(Buffer.from('moss')));
  expect(String(Buffer.concat(await before!.read().toArray()))).toBe('fern');
  expect(await contentOf(store, file)).toBe('moss');
});

test('files and directories are for this user alone', async () => {
  await using opened = await openTestDiskStore();
  const { store, directory } = opened;
  const file = aFileOf(Buffer.from('fern'));
  await store.write(file, inPieces(Buffer.from('fern')));
  const folder = join(directory, file.id.slice(-2));
  const modes = await Promise.all(
    [directory, folder, join(folder, file.id)].map(async (path) => (await stat(path)).mode),
  );
  expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
});

test('what cut-off writes left is removed when it is old', async () => {
  await using opened = await openTestDiskStore();
  const { store, directory } = opened;
  const unfinished = join(directory, 'unfinished');
  for (const name of ['old', 'young']) await writeFile(join(unfinished, name), 'half');
  await utimes(join(unfinished, 'old'), 1, 1);
  await store.removeLeftovers(2000);
  expect(await readdir(unfinished)).toEqual(['young']);
});

test('a directory that fails is unavailable, not the fault of the caller', async () => {
  await using opened = await openTestDiskStore();
  const { store, directory } = opened;
  await rename(join(directory, 'unfinished'), join(directory, 'elsewhere'));
  const file = aFileOf(Buffer.from('x'));
  const unavailable = { code: 'SERVICE_UNAVAILABLE' };
  await expect(store.write(file, inPieces(Buffer.from('x')))).rejects.toMatchObject(unavailable);
  await expect(store.removeLeftovers(0)).rejects.toMatchObject(unavailable);
  await expect(store.check()).rejects.toThrow('ENOENT');
});

test('a path that cannot be used is one sentence', async () => {
  await using opened = await openTestDiskStore();
  const path = join(opened.directory, 'file');
  await writeFile(path, '');
  await expect(openFileStore(`file:${path}/files`)).rejects.toThrow(
    'The directory for files cannot be used (ENOTDIR): set OCTAVUS_FILES_URL',
  );
  await expect(openFileStore('file://somewhere/else')).rejects.toThrow('OCTAVUS_FILES_URL is "file://somewhere/else"');
});

test('a file URL may hold escapes', async () => {
  await using opened = await openTestDiskStore();
  const directory = join(opened.directory, 'with space');
  await mkdir(directory);
  await using store = await openFileStore(`file://${encodeURI(directory)}`);
  await store.check();
  expect(await readdir(directory)).toEqual(['unfinished']);
});
