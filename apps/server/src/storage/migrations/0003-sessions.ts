import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const sessions: Migration = {
  name: '0003-sessions',
  async up(db) {
    const schema = db.schema;
    for (const column of ['start_key', 'start_body', 'start_execution_id'] as const) {
      await schema.alterTable('sessions').addColumn(column, 'text').execute();
    }
    await schema
      .createIndex('sessions_start')
      .unique()
      .on('sessions')
      .columns(['project_id', 'agent_id', 'start_key'])
      .where(sql.ref('start_key'), 'is not', null)
      .execute();
    await schema
      .createIndex('sessions_idle')
      .on('sessions')
      .column('last_activity_at')
      .where(sql.ref('status'), '=', sql.lit('active'))
      .execute();

    await schema
      .createTable('idempotent_requests')
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('answer', 'text')
      .addPrimaryKeyConstraint('idempotent_requests_key', ['project_id', 'key'])
      .execute();
    await schema.createIndex('idempotent_requests_age').on('idempotent_requests').column('created_at').execute();
  },
};
