import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { access, constants, type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OctavusError } from '@octavus/core';
import { StartError } from '../../start-error.ts';
import type { FileStore, OpenFile } from './store.ts';

/**
 * Opens the directory that a `file:` URL names, creating it for this user alone: `file:relative/files` (from the working directory) and
 * `file:/absolute/files` as they stand, `file:///absolute/files` with its escapes decoded. Nodes may share it over a network.
 *
 * Files lie in folders named by the last two characters of their ids, so that no folder grows large.
 *
 * @throws StartError when it cannot be written.
 */
export async function openDiskStore(url: string): Promise<FileStore> {
  const root = directoryOf(url);
  const unfinished = join(root, 'unfinished');
  await prepare(unfinished);
  const pathOf = (fileId: string) => join(root, fileId.slice(-2), fileId);
  return {
    write: ({ id }, bytes) =>
      translating(async () => {
        const temporary = join(unfinished, `${id}.${randomUUID()}`);
        try {
          const etag = await writeSynced(temporary, bytes);
          await moveSynced(temporary, pathOf(id));
          return { etag };
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
      }),
    open: (fileId) => translating(() => openFile(pathOf(fileId))),
    remove: (fileId) => translating(() => rm(pathOf(fileId), { force: true })),
    removeLeftovers: (before) => translating(() => removeOlder(unfinished, before)),
    check: () => access(unfinished, constants.W_OK),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The directory that a `file:` URL names. @throws StartError */
export function directoryOf(url: string): string {
  const rest = url.slice('file:'.length);
  try {
    return rest.startsWith('//') ? fileURLToPath(url) : resolve(rest);
  } catch (cause) {
    throw new StartError(`OCTAVUS_FILES_URL is "${url}": expected file:./files or file:///data/files`, { cause });
  }
}

async function prepare(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new StartError(`The directory for files cannot be used (${reason}): set OCTAVUS_FILES_URL`, { cause });
  }
}

async function writeSynced(path: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(bytes);
  await file.sync();
  return etagOf(await file.stat({ bigint: true }));
}

/** The new name is on the disk, too, when this resolves. */
async function moveSynced(from: string, to: string): Promise<void> {
  const directory = dirname(to);
  const isNew = (await mkdir(directory, { recursive: true, mode: 0o700 })) !== undefined;
  await rename(from, to);
  await syncDirectory(directory);
  if (isNew) await syncDirectory(dirname(directory));
}

async function syncDirectory(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

async function openFile(path: string): Promise<OpenFile | undefined> {
  const file = await openIfThere(path);
  if (!file) return undefined;
  const stats = await file.stat({ bigint: true });
  return {
    sizeBytes: Number(stats.size),
    etag: etagOf(stats),
    read: (range) => file.createReadStream(range),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Known without reading the bytes, kept by a rename, and another one for every file that is written. */
function etagOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `"${[ino, size, mtimeNs].map((number) => number.toString(36)).join('-')}"`;
}

async function removeOlder(directory: string, before: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < before) await rm(path, { force: true });
  }
}

/** What the file system refuses (no room, no rights, too many files) is nothing the caller did. */
async function translating<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isOfFileSystem = error instanceof Error && 'syscall' in error && !OctavusError.isInstance(error);
    throw isOfFileSystem ? new OctavusError('SERVICE_UNAVAILABLE', {}, { cause: error }) : error;
  }
}
