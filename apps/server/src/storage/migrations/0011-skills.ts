import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const skills: Migration = {
  name: '0011-skills',
  async up({ schema }, { bytes }) {
    await schema
      .createTable('skills')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
      .addColumn('slug', 'text', (column) => column.notNull())
      .addColumn('visibility', 'text', (column) => column.notNull())
      .addColumn('matter', 'text', (column) => column.notNull())
      .addColumn('file_count', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      // Last: what lies behind a long value is slow to reach.
      .addColumn('archive', sql.raw(bytes), (column) => column.notNull())
      .addUniqueConstraint('skills_slug', ['project_id', 'slug'])
      .execute();
    await schema
      .createTable('skill_secrets')
      .addColumn('skill_id', 'text', (column) => column.notNull().references('skills.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('skill_secrets_key', ['skill_id', 'name'])
      .execute();
  },
};
