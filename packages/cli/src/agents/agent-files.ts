import { join } from 'node:path';
import { assertFolder, findOwnStats, findStats, isFile, listNames, readBytes } from '../files/read-files.ts';

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
  return new Map(paths.map((path) => [path, readBytes(join(folder, path))]));
}

function listMarkdown(folder: string, below: string, depth: number): string[] {
  const place = join(folder, below);
  if (depth === 0 || !findStats(place)?.isDirectory()) return [];
  return listNames(place).flatMap((name) => {
    const path = `${below}/${name}`;
    // A link to a file is followed; one to a folder could lead round in a circle.
    if (findOwnStats(join(folder, path))?.isDirectory()) return listMarkdown(folder, path, depth - 1);
    return name.endsWith('.md') && isFile(join(folder, path)) ? [path] : [];
  });
}
