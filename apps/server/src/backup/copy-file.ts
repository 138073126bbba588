import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

const chunkBytes = 256 * 1024;

interface Digest {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Copies a file for this user alone and waits until it is on the disk. @throws the error of the file system; EEXIST too. */
export async function copyFile(from: string, to: string): Promise<Digest> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await using source = await open(from, 'r');
  await using target = await open(to, 'wx', 0o600);
  const digest = await digestOf(source, (chunk) => target.writeFile(chunk));
  await target.sync();
  return digest;
}

export async function digestFile(path: string): Promise<Digest> {
  await using source = await open(path, 'r');
  return await digestOf(source, () => undefined);
}

async function digestOf(source: FileHandle, pass: (chunk: Buffer) => unknown): Promise<Digest> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const buffer = Buffer.alloc(chunkBytes);
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, chunkBytes);
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest('hex') };
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    sizeBytes += bytesRead;
    await pass(chunk);
  }
}

/** Makes the names in a directory last. */
export async function syncDirectory(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}
