import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BackupError } from './backup-error.ts';
import { checkDatabase } from './check-database.ts';
import { copyFile, digestFile, syncDirectory } from './copy-file.ts';
import { type Copy, type Manifest, readManifest } from './manifest.ts';
import { type DataConfig, placeOf } from './place.ts';

/**
 * Puts a backup where the configuration says that data lies. Everything is checked first, nothing that exists is written over, and the
 * database comes last: when this fails half-way it can be run again.
 *
 * @throws BackupError when the backup is not whole, or something else lies where it belongs.
 */
export async function restoreBackup(config: DataConfig, source: string): Promise<Manifest> {
  const place = placeOf(config);
  const manifest = await readManifest(source);
  const { database, files, secret } = manifest;
  for (const copy of [database, ...files, ...(secret ? [secret] : [])]) await checkCopy(source, copy);
  if (files.length > 0 && place.files === undefined) {
    throw new BackupError('The backup holds files, and OCTAVUS_FILES_URL names a bucket: set it to a directory');
  }
  const targets = files.map((copy) => ({ copy, target: join(place.files!, relative('files', copy.path)) }));
  if (secret && place.secret !== undefined) targets.push({ copy: secret, target: place.secret });
  refuseExisting(place.database);
  for (const { copy, target } of targets) await refuseOther(target, copy);
  for (const { copy, target } of targets) if (!existsSync(target)) await putFile(join(source, copy.path), target, copy);
  await putDatabase(join(source, database.path), place.database, database);
  return manifest;
}

async function checkCopy(source: string, copy: Copy): Promise<void> {
  const path = join(source, copy.path);
  const found = await digestFile(path).catch((cause) => {
    throw new BackupError(`The backup is not whole: ${path} cannot be read`, { cause });
  });
  if (!isSame(found, copy)) throw new BackupError(`The backup is damaged: ${path} is not what was written`);
}

function refuseExisting(path: string): void {
  for (const existing of [path, `${path}-wal`]) {
    if (existsSync(existing)) throw new BackupError(`${existing} exists: nothing is written over, move it away first`);
  }
}

/** What an earlier attempt put there may stay. */
async function refuseOther(target: string, copy: Copy): Promise<void> {
  if (!existsSync(target) || isSame(await digestFile(target), copy)) return;
  throw new BackupError(`${target} exists and is another file: nothing is written over, move it away first`);
}

async function putFile(from: string, to: string, copy: Copy): Promise<void> {
  const unfinished = `${to}.restoring`;
  await rm(unfinished, { force: true });
  if (!isSame(await copyFile(from, unfinished), copy)) throw new BackupError(`${to} could not be written as it was`);
  await rename(unfinished, to);
  await syncDirectory(dirname(to));
}

async function putDatabase(from: string, to: string, copy: Copy): Promise<void> {
  const unfinished = `${to}.restoring`;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rm(unfinished, { force: true });
  if (!isSame(await copyFile(from, unfinished), copy)) throw new BackupError(`${to} could not be written as it was`);
  forgetNodes(unfinished);
  checkDatabase(unfinished);
  await rename(unfinished, to);
  await syncDirectory(dirname(to));
}

/** The processes that wrote when the backup was made do not run on this copy: what they ran is free at once. */
function forgetNodes(path: string): void {
  using database = new DatabaseSync(path);
  database.exec('delete from nodes');
}

function isSame(found: Pick<Copy, 'sizeBytes' | 'sha256'>, copy: Copy): boolean {
  return found.sizeBytes === copy.sizeBytes && found.sha256 === copy.sha256;
}
