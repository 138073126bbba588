import type { Migration } from './migration.ts';

export const tokens: Migration = {
  name: '0004-tokens',
  async up({ schema }) {
    await schema
      .createTable('tokens')
      .addColumn('jti', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_keys.id'))
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('revoked_at', 'bigint')
      .execute();
    await schema.createIndex('tokens_expires_at').on('tokens').column('expires_at').execute();
  },
};
