import { type FileHandle, open, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OctavusError } from '@octavus/core';

// Nothing of the console is kept between two requests: it can be built anew under a running server.

/** Of `apps/console`. */
const dist = fileURLToPath(new URL('../../../../console/dist/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file of the console, open to be sent. */
export interface BuiltFile {
  readonly type: string;
  readonly handle: FileHandle;
  readonly isBrotli: boolean;
}

/**
 * Opens what `scripts/build-console.ts` left.
 *
 * @param name as it was asked for: none leads out of the folder, and what no file system would take is not there.
 * @returns `undefined` when there is no such file.
 */
export async function openBuilt(
  folder: '' | 'assets',
  name: string,
  { wantsBrotli }: { wantsBrotli: boolean },
): Promise<BuiltFile | undefined> {
  const type = types[extname(name)];
  if (type === undefined || !/^[\w-][\w.-]{0,199}$/.test(name)) return undefined;
  const path = join(dist, folder, name);
  const compressed = wantsBrotli ? await openIfThere(`${path}.br`) : undefined;
  const handle = compressed ?? (await openIfThere(path));
  return handle && { type, handle, isBrotli: compressed !== undefined };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @throws OctavusError SERVICE_UNAVAILABLE when the console was not built. */
export async function readDocument(): Promise<string> {
  try {
    return await readFile(join(dist, 'index.html'), 'utf8');
  } catch (cause) {
    const message = 'The console is not built on this server: run npm run build:console';
    throw new OctavusError('SERVICE_UNAVAILABLE', {}, { message, cause });
  }
}
