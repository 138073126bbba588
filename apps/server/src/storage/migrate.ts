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
 * @throws StorageOpenError when the schema is newer than this code or another one's; nothing is changed then.
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

/** @throws StorageOpenError when the database is not one that this release, or an older one, has made. */
async function findVersion(db: Kysely<Database>, dialect: Storage['dialect']): Promise<number> {
  const { findTable, findForeign } = dialectDifferences[dialect];
  const { rows } = await findTable('schema_version').execute(db);
  if (rows.length > 0)
    return checkVersions(await db.selectFrom('schema_version').selectAll().orderBy('version').execute());
  const foreign = (await findForeign?.execute(db))?.rows[0];
  if (!foreign) return 0;
  throw new StorageOpenError(
    `The database has tables of another program, such as "${foreign.name}": name another one in DATABASE_URL.`,
  );
}

/** @returns the newest version. */
function checkVersions(applied: readonly { readonly version: number; readonly name: string }[]): number {
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > migrations.length) {
    throw new StorageOpenError(
      `The database has schema version ${newest}, this release knows ${migrations.length}: it was used by a newer release, start that one.`,
    );
  }
  const isKnown = applied.every(
    ({ version, name }, index) => version === index + 1 && name === migrations[index]?.name,
  );
  if (isKnown && newest > 0) return newest;
  throw new StorageOpenError(
    `The database has the schema steps ${applied.map(({ name }) => name).join(', ') || '(none)'}, which are not those of this release: it was used by another edition, start that one.`,
  );
}
