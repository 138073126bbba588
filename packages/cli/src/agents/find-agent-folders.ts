import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { FileFailure } from '../failures.ts';
import { assertFolder, findStats, isFile } from '../files/read-files.ts';

/**
 * The agent folders that paths and globs name.
 *
 * @param paths a path that exists is taken as it is; any other is a glob whose matches hold a `settings.json` or are one.
 * @returns absolute paths, each once, in the order given; those of one glob sorted.
 * @throws FileFailure when a path leads nowhere.
 */
export function findAgentFolders(paths: readonly string[], cwd: string): string[] {
  return [...new Set(paths.flatMap((path) => expand(path, cwd)))];
}

function expand(path: string, cwd: string): string[] {
  const absolute = resolve(cwd, path);
  if (findStats(absolute)) return [absolute];
  if (!/[*?[\]{}!()]/.test(path)) throw new FileFailure(`Directory not found: ${absolute}`);
  const folders = [path, `${path.replace(/\/+$/, '')}/settings.json`].flatMap((pattern) => foldersOf(pattern, cwd));
  if (folders.length === 0) throw new FileFailure(`No agent folder matches: ${path}`);
  return [...new Set(folders)].sort();
}

/** Every folder below `root` that holds a `settings.json`, once however many links lead to it; sorted. */
export function findAllAgentFolders(root: string, cwd: string): string[] {
  const absolute = resolve(cwd, root);
  assertFolder(absolute);
  const folders = foldersOf('**/settings.json', absolute);
  if (folders.length === 0) throw new FileFailure(`No settings.json found below: ${absolute}`);
  return [...new Map(folders.reverse().map((folder) => [realpathSync(folder), folder])).values()].sort();
}

function foldersOf(pattern: string, cwd: string): string[] {
  const ignore = ['**/node_modules/**', '**/.*/**'];
  return globSync(pattern, { cwd, ignore, absolute: true, expandDirectories: false })
    .filter((file) => file.endsWith('settings.json'))
    .map((file) => resolve(dirname(file)))
    .filter((folder) => isFile(join(folder, 'settings.json')))
    .sort();
}
