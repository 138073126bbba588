import { join } from 'node:path';
import { skillLimits } from '@octavus/core';
import { type Zippable, zipSync } from 'fflate';
import { FileFailure } from '../failures.ts';
import { findOwnStats, listNames, readBytes } from '../files/read-files.ts';

/** What a skill's archive will hold. */
export interface SkillContent {
  /** Paths below the folder, sorted. */
  readonly files: readonly string[];
  /** Symbolic links, which are left out. */
  readonly links: readonly string[];
  readonly sizeBytes: number;
}

/** Never part of a skill, at any depth: exact names, and env files, which hold secrets. */
function isExcluded(name: string): boolean {
  return name === '.git' || name === 'node_modules' || name === '.DS_Store' || /^\.env(\..*)?$/.test(name);
}

/** @throws FileFailure when there is more than a server takes. */
export function listSkillFiles(folder: string): SkillContent {
  const files: string[] = [];
  const links: string[] = [];
  let sizeBytes = 0;
  const visit = (below: string) => {
    for (const name of listNames(join(folder, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      if (isExcluded(name)) continue;
      const stats = findOwnStats(join(folder, path));
      if (stats?.isSymbolicLink()) links.push(path);
      else if (stats?.isDirectory()) visit(path);
      else if (stats?.isFile()) {
        files.push(path);
        sizeBytes += stats.size;
      }
    }
  };
  visit('');
  if (files.length > skillLimits.entries) {
    throw new FileFailure(`A skill has at most ${skillLimits.entries} files, this one ${files.length}`, folder);
  }
  if (sizeBytes > skillLimits.unpackedBytes) throw tooLarge('', skillLimits.unpackedBytes, folder);
  return { files: files.sort(), links: links.sort(), sizeBytes };
}

/** The time of every entry: the same files make the same archive. ZIP knows no earlier year. */
const entryTime = new Date(1980, 0, 1);

/** @throws FileFailure when the archive is larger than a server takes. */
export function packSkill(folder: string, { files }: SkillContent): Uint8Array {
  const entries: Zippable = Object.fromEntries(
    files.map((path) => [path, new Uint8Array(readBytes(join(folder, path)))]),
  );
  const archive = zipSync(entries, { level: 9, mtime: entryTime, os: 3, attrs: 0o644 << 16 });
  if (archive.length > skillLimits.packedBytes) throw tooLarge(' packed', skillLimits.packedBytes, folder);
  return archive;
}

function tooLarge(state: string, bytes: number, folder: string): FileFailure {
  return new FileFailure(`The skill is larger than ${bytes / 1024 / 1024} MiB${state}`, folder);
}
