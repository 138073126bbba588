import type { Migration } from './migration.ts';

export const identityProviders: Migration = {
  name: '0005-identity-providers',
  async up({ schema }) {
    await schema
      .createTable('identity_providers')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('issuer', 'text', (column) => column.notNull())
      .addColumn('jwks_url', 'text')
      .addColumn('algorithms', 'text', (column) => column.notNull())
      .addColumn('audience', 'text', (column) => column.notNull().unique())
      .addColumn('conditions', 'text', (column) => column.notNull())
      .addColumn('agent_id', 'text', (column) => column.references('agents.id'))
      .addColumn('agent_claim', 'text')
      .addColumn('session_claim', 'text')
      .addColumn('max_lifetime_seconds', 'integer', (column) => column.notNull())
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
