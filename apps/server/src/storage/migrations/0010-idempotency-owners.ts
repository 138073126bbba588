import type { Migration } from './migration.ts';

export const idempotencyOwners: Migration = {
  name: '0010-idempotency-owners',
  async up({ schema }) {
    await schema.alterTable('idempotent_requests').addColumn('owner', 'text').execute();
  },
};
