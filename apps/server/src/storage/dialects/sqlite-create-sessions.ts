import type { Kysely } from 'kysely';
import type { Connection } from '../connection.ts';
import type { Database } from '../schema.ts';
import { insertSession } from '../session-row.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** Past Kysely for the same reason as `sqliteCommit`: building the statement would cost more than running it. */
export function sqliteCreateSessions(db: Kysely<Database>, connection: SqliteConnection): Connection['createSessions'] {
  const { sql, bind } = insertSession(db);
  return async (rows) => {
    const batches = rows.map((row) => [{ sql, parameters: bind(row) }]);
    await db.connection().execute(() => connection.runBatches(batches));
  };
}
