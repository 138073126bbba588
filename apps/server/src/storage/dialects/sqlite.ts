import { Kysely } from 'kysely';
import type { Connection } from '../connection.ts';
import type { Database } from '../schema.ts';
import { sqliteCommit } from './sqlite-commit.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { toOpenError } from './sqlite-errors.ts';
import { memoryPath, pathOfUrl, prepareFile } from './sqlite-file.ts';
import { createPatience, type WhenFree } from './sqlite-patience.ts';

/**
 * Opens the file that a `file:` URL names, creating it when it is missing. Writing and reading have a connection each, so that a read
 * sees committed rows only; `file::memory:` has one for both.
 *
 * @param options.patienceMs how long a write waits while another process writes. Default 5 s.
 * @throws StorageOpenError with a sentence for the operator.
 */
export async function openSqlite(url: string, { patienceMs }: { patienceMs?: number } = {}): Promise<Connection> {
  const path = pathOfUrl(url);
  if (path !== memoryPath) prepareFile(path);
  const whenFree = createPatience(patienceMs);
  const writer = open(path, false);
  const write = kyselyOf(writer, whenFree);
  const reader = path === memoryPath ? writer : openReader(path, writer);
  const read = reader === writer ? write : kyselyOf(reader, whenFree);
  return {
    dialect: 'sqlite',
    write,
    read,
    transaction: (work) => write.transaction().execute(work),
    commit: sqliteCommit(write, writer, whenFree),
    toOpenError: (cause) => toOpenError(path, cause),
    // The last connection to close folds the write-ahead log into the file, so that must be the one that may write.
    close: () =>
      write.connection().execute(async () => {
        reader.close();
        writer.close();
      }),
  };
}

function kyselyOf(database: SqliteDatabase, whenFree: WhenFree): Kysely<Database> {
  return new Kysely<Database>({ dialect: sqliteDialect(database, whenFree) });
}

function openReader(path: string, writer: SqliteDatabase): SqliteDatabase {
  try {
    return open(path, true);
  } catch (error) {
    writer.close();
    throw error;
  }
}

function open(path: string, isReadOnly: boolean): SqliteDatabase {
  try {
    return new SqliteDatabase({ path, isReadOnly });
  } catch (cause) {
    throw toOpenError(path, cause);
  }
}
