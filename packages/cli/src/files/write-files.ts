import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileFailure } from '../failures.ts';

/**
 * Writes files so that no reader ever finds half of one, and none is replaced before all could be written: each goes to a temporary name
 * beside its place first. Synchronous, so that nothing interrupts it between the two.
 *
 * @param files content by path below `folder`, which is made when it is missing.
 * @param options.mode permissions of new files; those of a file that is replaced stay.
 * @throws FileFailure that names the file; then nothing was replaced.
 */
export function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  options: { readonly mode?: number } = {},
): void {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const [name, content] of files) {
      const path = join(folder, name);
      const temporary = `${path}.${process.pid}.tmp`;
      const existing = statSync(path, { throwIfNoEntry: false });
      // Found out before the first file is replaced.
      if (existing?.isDirectory()) throw new FileFailure('Cannot write the file (EISDIR)', path);
      const mode = existing?.mode ?? options.mode;
      written.push({ temporary, path });
      attempt(path, () => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(temporary, content, { flush: true, ...(mode !== undefined && { mode }) });
      });
    }
    for (const { temporary, path } of written) attempt(path, () => renameSync(temporary, path));
  } finally {
    for (const { temporary } of written) removeQuietly(temporary);
  }
}

/** Writes one file; see `writeFiles`. */
export function writeOneFile(path: string, content: string, options?: { readonly mode?: number }): void {
  writeFiles(dirname(path), new Map([[path.slice(dirname(path).length).replace(/^[\\/]/, ''), content]]), options);
}

/** What could not be written is not there to be removed, and why it could not says the first failure. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

function attempt(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new FileFailure(`Cannot write the file (${(cause as NodeJS.ErrnoException).code})`, path, { cause });
  }
}
