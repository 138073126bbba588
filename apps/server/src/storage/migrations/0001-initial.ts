import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const initial: Migration = {
  name: '0001-initial',
  async up(db, { clustered }) {
    const schema = db.schema;
    await schema
      .createTable('projects')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('slug', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();

    await schema
      .createTable('api_keys')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('prefix', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      .addColumn('permissions', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint')
      .addColumn('expires_at', 'bigint')
      .addColumn('revoked_at', 'bigint')
      .execute();

    await schema
      .createTable('agents')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('slug', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('description', 'text')
      .addColumn('format', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addColumn('archived_at', 'bigint')
      .execute();
    await schema
      .createIndex('agents_slug')
      .unique()
      .on('agents')
      .columns(['project_id', 'slug'])
      .where(sql.ref('archived_at'), 'is', null)
      .execute();

    await schema
      .createTable('agent_versions')
      .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id'))
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('settings', 'text', (column) => column.notNull())
      .addColumn('protocol', 'text', (column) => column.notNull())
      .addColumn('prompts', 'text', (column) => column.notNull())
      .addColumn('references', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('agent_versions_key', ['agent_id', 'version'])
      .execute();

    await schema
      .createTable('sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id'))
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('journal_length', 'integer', (column) => column.notNull())
      .addColumn('lease_owner', 'text')
      .addColumn('execution_id', 'text')
      .addColumn('execution_status', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addColumn('last_activity_at', 'bigint', (column) => column.notNull())
      .addColumn('input', 'text', (column) => column.notNull())
      .addColumn('opening', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('sessions_running')
      .on('sessions')
      .column('lease_owner')
      .where(sql.ref('execution_status'), '=', sql.lit('running'))
      .execute();

    // No foreign key: an entry is only ever written by the statement that has just moved the session's row.
    await clustered(
      schema
        .createTable('journal')
        .addColumn('session_id', 'text', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('log_count', 'integer', (column) => column.notNull())
        .addColumn('model_request_count', 'integer', (column) => column.notNull())
        .addColumn('changes', 'text', (column) => column.notNull())
        .addColumn('log', 'text')
        .addPrimaryKeyConstraint('journal_key', ['session_id', 'seq']),
    ).execute();

    await schema
      .createTable('nodes')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
