import type { Migration } from './migration.ts';

export const files: Migration = {
  name: '0002-files',
  async up({ schema }) {
    await schema
      .createTable('files')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
      .addColumn('filename', 'text', (column) => column.notNull())
      .addColumn('media_type', 'text', (column) => column.notNull())
      .addColumn('size_bytes', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('uploaded_at', 'bigint')
      .addColumn('check_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('files_check_at').on('files').column('check_at').execute();
  },
};
