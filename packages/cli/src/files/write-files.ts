import { chmodSync, mkdirSync, realpathSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileFailure } from '../failures.ts';
import { findOwnStats, findStats } from './read-files.ts';
import { reasonOf } from './system-errors.ts';

/**
 * Writes files so that no reader ever finds half of one, and none is replaced before all could be written: each goes to a temporary name
 * beside its place first. Synchronous, so that nothing interrupts it between the two. Of a link the file it leads to is replaced.
 *
 * @param files content by path below `folder`, which is made when it is missing.
 * @param options.mode permissions of new files; those of a file that is replaced stay.
 * @throws FileFailure that names the file; then nothing was replaced, and no folder was made.
 */
export function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  options: { readonly mode?: number } = {},
): void {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  const made: string[] = [];
  try {
    for (const [name, content] of files) {
      const path = targetOf(join(folder, name));
      const temporary = `${path}.${process.pid}.tmp`;
      const existing = findStats(path);
      // Found out before the first file is replaced.
      if (existing?.isDirectory()) throw cannotWrite(path, { code: 'EISDIR' });
      const mode = existing ? existing.mode & 0o7777 : options.mode;
      written.push({ temporary, path });
      attempt(path, () => {
        makeFolders(dirname(path), made);
        writeFileSync(temporary, content, { flush: true, ...(mode !== undefined && { mode }) });
        // A new file loses what the process' mask takes away, one that is replaced does not.
        if (existing) chmodSync(temporary, existing.mode & 0o7777);
      });
    }
    for (const { temporary, path } of written) attempt(path, () => renameSync(temporary, path));
  } catch (error) {
    for (const { temporary } of written) quietly(() => rmSync(temporary, { force: true }));
    for (const path of made.reverse()) quietly(() => rmdirSync(path));
    throw error;
  }
}

/** Writes one file; see `writeFiles`. */
export function writeOneFile(path: string, content: string, options?: { readonly mode?: number }): void {
  writeFiles(dirname(path), new Map([[basename(path), content]]), options);
}

/** The place itself, or where a link there leads. */
function targetOf(path: string): string {
  return findOwnStats(path)?.isSymbolicLink() && findStats(path) ? realpathSync(path) : path;
}

/** One by one: of several that are made at once the system does not say why it refuses. @param made gets those that were missing */
function makeFolders(path: string, made: string[]): void {
  if (findStats(path)) return;
  makeFolders(dirname(path), made);
  mkdirSync(path);
  made.push(path);
}

/** What could not be undone is left, and why it came to that says the first failure. */
function quietly(undo: () => void): void {
  try {
    undo();
  } catch {}
}

function attempt(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw cause instanceof FileFailure ? cause : cannotWrite(path, cause);
  }
}

function cannotWrite(path: string, cause: unknown): FileFailure {
  return new FileFailure(`Cannot write the file: ${reasonOf(cause)}`, path, { cause });
}
