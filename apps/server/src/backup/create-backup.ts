import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { openStorage } from '../storage/open-storage.ts';
import { BackupError } from './backup-error.ts';
import { checkDatabase } from './check-database.ts';
import { copyFile, digestFile, syncDirectory } from './copy-file.ts';
import { backupFormat, type Copy, type Manifest, manifestName } from './manifest.ts';
import { type DataConfig, type DataPlace, placeOf } from './place.ts';

/** All pages in one step: a backup in several would begin again whenever the server writes. */
const everyPage = 2 ** 31 - 1;

/**
 * Copies the database as it is in one moment, the files that it knows, and the generated secret, while the server runs. The copies are
 * checked before the manifest makes them a backup.
 *
 * @param target a directory that is missing or empty; it becomes this user's alone.
 * @throws BackupError when it exists and is not empty, when there is nothing to copy, or a copy is not whole. StorageOpenError
 */
export async function createBackup(config: DataConfig, target: string, now: () => number): Promise<Manifest> {
  const place = placeOf(config);
  if (!existsSync(place.database)) throw new BackupError(`There is no database ${place.database} to back up`);
  await prepareTarget(target);
  // Refuses a schema that this release does not know.
  await (await openStorage({ url: config.databaseUrl, migrate: false }))[Symbol.asyncDispose]();
  const database = await copyDatabase(place.database, target);
  const { schemaVersion, fileIds } = readCopy(join(target, database.path));
  const manifest: Manifest = {
    format: backupFormat,
    createdAt: new Date(now()).toISOString(),
    schemaVersion,
    database,
    files: await copyFiles(place, fileIds, target),
    ...(await copySecret(place, target)),
  };
  await writeFile(join(target, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`, {
    flag: 'wx',
    flush: true,
  });
  await syncDirectory(target);
  return manifest;
}

async function prepareTarget(target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  const [first] = await readdir(target);
  if (first !== undefined) throw new BackupError(`${target} is not empty: name a new directory`);
}

async function copyDatabase(path: string, target: string): Promise<Copy> {
  const copy = join(target, 'octavus.db');
  await writeFile(copy, '', { mode: 0o600, flag: 'wx' });
  {
    // Not read-only: then it would leave its companion files behind.
    using source = new DatabaseSync(path, { timeout: 5_000 });
    await backup(source, copy, { rate: everyPage });
  }
  makeSingleFile(copy);
  checkDatabase(copy);
  return { path: 'octavus.db', ...(await digestFile(copy)) };
}

/** Without a write-ahead log beside it. */
function makeSingleFile(path: string): void {
  using database = new DatabaseSync(path);
  database.exec('pragma journal_mode = delete');
}

interface CopiedDatabase {
  readonly schemaVersion: number;
  /** Of the files whose bytes are there. */
  readonly fileIds: readonly string[];
}

function readCopy(path: string): CopiedDatabase {
  using database = new DatabaseSync(path, { readOnly: true });
  const version = database.prepare('select max(version) as version from schema_version').get();
  const files = database.prepare('select id from files where uploaded_at is not null order by id').all();
  return { schemaVersion: Number(version?.version), fileIds: files.map(({ id }) => String(id)) };
}

/** A file that expired since the database was copied is left out: reading it answers that it is gone, as it would have then. */
async function copyFiles({ files, database }: DataPlace, ids: readonly string[], target: string): Promise<Copy[]> {
  if (files === undefined) return [];
  const copies: Copy[] = [];
  for (const id of ids) {
    const path = join('files', id.slice(-2), id);
    try {
      copies.push({ path, ...(await copyFile(join(files, id.slice(-2), id), join(target, path))) });
    } catch (cause) {
      const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT' && !isKnown(database, id);
      if (!isGone) throw new BackupError(`The file ${id} cannot be copied: ${(cause as Error).message}`, { cause });
    }
  }
  return copies;
}

function isKnown(path: string, fileId: string): boolean {
  using database = new DatabaseSync(path, { timeout: 5_000 });
  return database.prepare('select 1 from files where id = ?').get(fileId) !== undefined;
}

/** Without it signed addresses, tokens and stored secrets could not be read any more. */
async function copySecret({ secret }: DataPlace, target: string): Promise<Pick<Manifest, 'secret'>> {
  if (secret === undefined || !existsSync(secret)) return {};
  return { secret: { path: 'secret', ...(await copyFile(secret, join(target, 'secret'))) } };
}
