import { join } from 'node:path';
import type { Config } from '../config.ts';
import { directoryOf } from '../files/stores/disk.ts';
import { memoryPath, pathOfUrl } from '../storage/dialects/sqlite-file.ts';
import { BackupError } from './backup-error.ts';

/** What a backup is made of: the parts of a configuration that say where a server keeps its data. */
export type DataConfig = Pick<Config, 'databaseUrl' | 'filesUrl' | 'dataDir' | 'secret'>;

/** Where the data of a server on SQLite lies. */
export interface DataPlace {
  readonly database: string;
  /** undefined: in a bucket, which keeps copies of its own. */
  readonly files: string | undefined;
  /** undefined: the operator's environment has it. */
  readonly secret: string | undefined;
}

/** @throws BackupError for a database that has no file. */
export function placeOf({ databaseUrl, filesUrl, dataDir, secret }: DataConfig): DataPlace {
  const isFile = databaseUrl.startsWith('file:') && pathOfUrl(databaseUrl) !== memoryPath;
  if (!isFile) {
    throw new BackupError(
      'Only SQLite files are backed up by this command: for PostgreSQL use pg_dump and pg_restore, see docs/reliability.md',
    );
  }
  return {
    database: pathOfUrl(databaseUrl),
    files: filesUrl.startsWith('file:') ? directoryOf(filesUrl) : undefined,
    secret: secret === undefined ? join(dataDir, 'secret') : undefined,
  };
}
