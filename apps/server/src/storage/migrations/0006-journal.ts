import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * On SQLite the journal's rows are kept in the order of their arrival. In the order of the key every row above about 1,000 bytes, which is
 * nearly every one, had a page of 4 KB to itself (https://www.sqlite.org/fileformat2.html, payload of index b-trees).
 */
export const journal: Migration = {
  name: '0006-journal',
  async up(db, { canCluster }) {
    if (!canCluster) return;
    await db.schema
      .createTable('journal_by_arrival')
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('log_count', 'integer', (column) => column.notNull())
      .addColumn('model_request_count', 'integer', (column) => column.notNull())
      .addColumn('changes', 'text', (column) => column.notNull())
      .addColumn('log', 'text')
      .addPrimaryKeyConstraint('journal_key', ['session_id', 'seq'])
      .execute();
    await sql`
      insert into journal_by_arrival (session_id, seq, created_at, log_count, model_request_count, changes, log)
      select session_id, seq, created_at, log_count, model_request_count, changes, log from journal order by created_at`.execute(
      db,
    );
    await db.schema.dropTable('journal').execute();
    await db.schema.alterTable('journal_by_arrival').renameTo('journal').execute();
  },
};
