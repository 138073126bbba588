import { Kysely } from 'kysely';
import type { Connection } from '../connection.ts';
import type { Database } from '../schema.ts';
import { sqliteCommit } from './sqlite-commit.ts';
import { openHere, openInThread, type SqliteConnection } from './sqlite-connection.ts';
import { sqliteCreateSessions } from './sqlite-create-sessions.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { toOpenError } from './sqlite-errors.ts';
import { memoryPath, pathOfUrl, prepareFile } from './sqlite-file.ts';

/**
 * Opens the file that a `file:` URL names, creating it when it is missing. Writing and reading have a connection each, so that a read
 * sees committed rows only; `file::memory:` has one for both.
 *
 * @param options.patienceMs how long a write waits while another process writes. Default 5 s.
 * @throws StorageOpenError with a sentence for the operator.
 */
export async function openSqlite(url: string, { patienceMs }: { patienceMs?: number } = {}): Promise<Connection> {
  const path = pathOfUrl(url);
  const { writer, reader } = await openConnections(path, patienceMs);
  const write = kyselyOf(writer);
  const read = reader === writer ? write : kyselyOf(reader);
  return {
    dialect: 'sqlite',
    write,
    read,
    transaction: (work) => write.transaction().execute(work),
    commit: sqliteCommit(write, writer),
    createSessions: sqliteCreateSessions(write, writer),
    toOpenError: (cause) => toOpenError(path, cause),
    // The last connection to close folds the write-ahead log into the file, so that must be the one that may write.
    close: () =>
      write.connection().execute(async () => {
        await reader.close();
        if (reader !== writer) await writer.close();
      }),
  };
}

interface Connections {
  readonly writer: SqliteConnection;
  readonly reader: SqliteConnection;
}

async function openConnections(path: string, patienceMs: number | undefined): Promise<Connections> {
  if (path === memoryPath) {
    const both = openHere({ path, isReadOnly: false });
    return { writer: both, reader: both };
  }
  prepareFile(path);
  try {
    const writer = await openInThread({ path, isReadOnly: false, patienceMs });
    return { writer, reader: await openReader(path, writer) };
  } catch (cause) {
    throw toOpenError(path, cause);
  }
}

async function openReader(path: string, writer: SqliteConnection): Promise<SqliteConnection> {
  try {
    return openHere({ path, isReadOnly: true });
  } catch (error) {
    await writer.close();
    throw error;
  }
}

function kyselyOf(connection: SqliteConnection): Kysely<Database> {
  return new Kysely<Database>({ dialect: sqliteDialect(connection) });
}
