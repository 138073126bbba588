import { lstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { FileFailure } from '../failures.ts';
import { reasonOf } from './system-errors.ts';

/** @throws FileFailure that names the file and says why it cannot be read. */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new FileFailure(`Cannot read the file: ${reasonOf(cause)}`, path, { cause });
  }
}

/** As `readBytes`, as UTF-8. */
export function readText(path: string): string {
  return readBytes(path).toString();
}

/** @throws FileFailure, also when the file is not JSON. */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FileFailure(`Invalid JSON: ${(cause as Error).message}`, path, { cause });
  }
}

/** As `readText`; `undefined` when there is no such file. */
export function readTextIfThere(path: string): string | undefined {
  return findStats(path) ? readText(path) : undefined;
}

/** What a path leads to, links followed; `undefined` when that is nothing. @throws FileFailure */
export function findStats(path: string): Stats | undefined {
  return look(path, statSync);
}

/** As `findStats`, of a link itself. */
export function findOwnStats(path: string): Stats | undefined {
  return look(path, lstatSync);
}

function look(path: string, stat: (path: string) => Stats): Stats | undefined {
  try {
    return stat(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new FileFailure(`Cannot look at the file: ${reasonOf(cause)}`, path, { cause });
  }
}

export function isFile(path: string): boolean {
  return findStats(path)?.isFile() ?? false;
}

/** What lies in a folder; nothing when there is none. @throws FileFailure, also when it is no folder */
export function listNames(folder: string): string[] {
  if (!findStats(folder)) return [];
  assertFolder(folder);
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new FileFailure(`Cannot look into the folder: ${reasonOf(cause)}`, folder, { cause });
  }
}

/** @throws FileFailure for a path that leads nowhere, or to something else (cli.md 5). */
export function assertFolder(path: string): void {
  const stats = findStats(path);
  if (!stats) throw new FileFailure(`Directory not found: ${path}`);
  if (!stats.isDirectory()) throw new FileFailure(`Not a directory: ${path}`);
}
