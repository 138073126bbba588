import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Storage } from '../storage.ts';

/** One step of the schema. Applied ones are never edited: a correction is a new module. */
export interface Migration {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a migration sees the tables of its own time, not those of `schema.ts`
  up(db: Kysely<any>, differences: DialectDifferences): Promise<void>;
}

/** Everything in which the two databases differ when a schema is changed. */
export interface DialectDifferences {
  /** Held until the end of the transaction: of two nodes starting together the second waits, then finds the work done. */
  readonly lock: RawBuilder<unknown> | undefined;
  /** One row when the table is there. */
  findTable(name: string): RawBuilder<unknown>;
  /** A table of another program, where a database belongs to one program alone. */
  readonly findForeign: RawBuilder<{ readonly name: string }> | undefined;
  /** The type of a column of bytes. */
  readonly bytes: 'blob' | 'bytea';
  /** Whether `clustered` has an effect. */
  readonly canCluster: boolean;
  /** Keeps the rows of a table in the order of its primary key, where the database can do that. */
  clustered<Table extends string, Columns extends string>(
    table: CreateTableBuilder<Table, Columns>,
  ): CreateTableBuilder<Table, Columns>;
}

/** A number that others on the same PostgreSQL server are unlikely to lock: the letters "octa". */
const migrationLock = 0x6f637461;

export const dialectDifferences: Record<Storage['dialect'], DialectDifferences> = {
  sqlite: {
    // BEGIN IMMEDIATE is the lock.
    lock: undefined,
    findTable: (name) => sql`select 1 from sqlite_master where type = 'table' and name = ${name}`,
    findForeign: sql`select name from sqlite_master where type = 'table' and substr(name, 1, 7) <> 'sqlite_' limit 1`,
    bytes: 'blob',
    canCluster: true,
    clustered: (table) => table.modifyEnd(sql`without rowid`),
  },
  postgres: {
    lock: sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`,
    // Not to_regclass: after the wait for the lock it may still answer from what this connection knew before.
    findTable: (name) =>
      sql`select 1 from pg_catalog.pg_tables where schemaname = current_schema() and tablename = ${name}`,
    findForeign: undefined,
    bytes: 'bytea',
    canCluster: false,
    clustered: (table) => table,
  },
};
