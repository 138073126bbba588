import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const workforce: Migration = {
  name: '0008-workforce',
  async up({ schema }) {
    await schema
      .createTable('agent_keys')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('prefix', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('revoked_at', 'bigint')
      .execute();

    await schema
      .createTable('thread_runs')
      .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
      .addColumn('seq', 'integer', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('node_id', 'text')
      .addColumn('execution_id', 'text')
      .addColumn('failure_reason', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('thread_runs_key', ['session_id', 'seq'])
      .execute();
    await schema
      .createIndex('thread_runs_unfinished')
      .on('thread_runs')
      .columns(['status', 'created_at'])
      .where(sql.ref('status'), 'in', sql`('pending', 'running')`)
      .execute();
  },
};
