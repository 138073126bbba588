import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FileFailure } from '../failures.ts';

/** Deeper folders cannot hold a prompt: its name has at most 8 segments (protocol-language.md 1.3). */
const maxDepth = 8;

/**
 * The files of an agent folder: content by path below it, with `/` on every platform. Files that are no part of an agent are not read.
 *
 * @param folder absolute.
 * @throws FileFailure when the folder is none, or a file cannot be read.
 */
export function readFiles(folder: string): Map<string, Uint8Array> {
  assertFolder(folder);
  const paths = [
    ...['settings.json', 'protocol.yaml', 'protocol.yml'].filter((name) => isFile(join(folder, name))),
    ...listMarkdown(folder, 'prompts', maxDepth),
    ...listMarkdown(folder, 'references', 1),
  ];
  return new Map(paths.map((path) => [path, readOne(join(folder, path))]));
}

function assertFolder(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats) throw new FileFailure(`Directory not found: ${folder}`);
  if (!stats.isDirectory()) throw new FileFailure(`Not a directory: ${folder}`);
}

function listMarkdown(folder: string, below: string, depth: number): string[] {
  if (depth === 0) return [];
  return listEntries(join(folder, below)).flatMap((entry) => {
    const path = `${below}/${entry.name}`;
    // A link to a file is followed; one to a folder could lead round in a circle.
    if (entry.isDirectory()) return listMarkdown(folder, path, depth - 1);
    return entry.name.endsWith('.md') && isFile(join(folder, path)) ? [path] : [];
  });
}

function listEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new FileFailure(`Cannot read the directory (${code})`, folder, { cause });
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readOne(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new FileFailure(`Cannot read the file (${(cause as NodeJS.ErrnoException).code})`, path, { cause });
  }
}
