import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StorageOpenError } from '../errors.ts';

export const memoryPath = ':memory:';

/**
 * The path that a `file:` URL names: `file:relative/octavus.db` (from the working directory), `file:/absolute/octavus.db` and
 * `file::memory:` as they stand, `file:///absolute/octavus.db` with its escapes decoded.
 *
 * @throws StorageOpenError when it names none.
 */
export function pathOfUrl(url: string): string {
  const rest = url.slice('file:'.length);
  if (rest === memoryPath) return memoryPath;
  if (rest === '' || rest.includes('\0'))
    throw new StorageOpenError('DATABASE_URL names no file: write file:./octavus.db.');
  return rest.startsWith('//') ? absolutePathOf(url) : resolve(rest);
}

/**
 * Makes the file and its directory when they are missing, for this user alone: the database holds conversations. SQLite gives its
 * companion files the permissions of the database.
 *
 * @throws StorageOpenError when it cannot be written.
 */
export function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new StorageOpenError(`The database file ${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}

function absolutePathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new StorageOpenError(
      `DATABASE_URL ${JSON.stringify(url)} is not a file URL: write file:./octavus.db or file:///data/octavus.db.`,
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied, check the owner of the directory';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of its path is a file';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
