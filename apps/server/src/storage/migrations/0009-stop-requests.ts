import type { Migration } from './migration.ts';

export const stopRequests: Migration = {
  name: '0009-stop-requests',
  async up({ schema }) {
    await schema
      .createTable('stop_requests')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('execution_id', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
