import type { Kysely } from 'kysely';
import type { Connection } from './connection.ts';
import { StorageOpenError } from './errors.ts';
import { migrations } from './migrations/index.ts';
import { dialectDifferences } from './migrations/migration.ts';
import type { Database } from './schema.ts';
import type { Storage } from './storage.ts';

/**
 * Brings the schema to the version of this code, one transaction per migration; safe when several nodes do it at once.
 *
 * @returns the names of the migrations applied, oldest first.
 * @throws StorageOpenError when the schema is newer than this code; nothing is changed then.
 */
export async function migrate(connection: Connection): Promise<string[]> {
  const applied: string[] = [];
  // An up-to-date schema is not locked: an operator command starts while the server writes.
  if ((await findVersion(connection.read, connection.dialect)) === migrations.length) return applied;
  for (;;) {
    const name = await applyNext(connection);
    if (name === undefined) return applied;
    applied.push(name);
  }
}

/** @throws StorageOpenError unless the schema has the version of this code. */
export async function assertMigrated({ read, dialect }: Connection): Promise<void> {
  const version = await findVersion(read, dialect);
  if (version === migrations.length) return;
  throw new StorageOpenError(
    `The database has schema version ${version}, this release needs ${migrations.length}: run "npm run -s admin -- migrate".`,
  );
}

function applyNext(connection: Connection): Promise<string | undefined> {
  const differences = dialectDifferences[connection.dialect];
  return connection.transaction(async (db) => {
    if (differences.lock) await differences.lock.execute(db);
    const version = await findVersion(db, connection.dialect);
    const migration = migrations[version];
    if (!migration) return undefined;
    if (version === 0) await createVersionTable(db);
    await migration.up(db, differences);
    await db
      .insertInto('schema_version')
      .values({ version: version + 1, name: migration.name })
      .execute();
    return migration.name;
  });
}

async function createVersionTable(db: Kysely<Database>): Promise<void> {
  await db.schema
    .createTable('schema_version')
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .execute();
}

async function findVersion(db: Kysely<Database>, dialect: Storage['dialect']): Promise<number> {
  const { rows } = await dialectDifferences[dialect].findTable('schema_version').execute(db);
  if (rows.length === 0) return 0;
  const { version } = await db
    .selectFrom('schema_version')
    .select((select) => select.fn.max('version').as('version'))
    .executeTakeFirstOrThrow();
  if (version <= migrations.length) return version;
  throw new StorageOpenError(
    `The database has schema version ${version}, this release knows ${migrations.length}: it was used by a newer release, start that one.`,
  );
}
