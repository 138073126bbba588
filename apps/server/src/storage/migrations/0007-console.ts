import { type Kysely, sql } from 'kysely';
import type { Migration } from './migration.ts';

export const console_: Migration = {
  name: '0007-console',
  async up(db) {
    await createAccounts(db);
    await createUsage(db);
    await db.schema.alterTable('projects').addColumn('archived_at', 'bigint').execute();
    await indexSessions(db);
  },
};

// biome-ignore lint/suspicious/noExplicitAny: a migration sees the tables of its own time, not those of `schema.ts`
type AnyDatabase = Kysely<any>;

async function createAccounts({ schema }: AnyDatabase): Promise<void> {
  await schema
    .createTable('accounts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_sign_in_at', 'bigint')
    .addColumn('disabled_at', 'bigint')
    .execute();

  await schema
    .createTable('sign_ins')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('sign_ins_account').on('sign_ins').column('account_id').execute();

  await schema
    .createTable('sign_in_failures')
    .addColumn('email_digest', 'text', (column) => column.primaryKey())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('sign_in_failures_age').on('sign_in_failures').column('last_at').execute();

  await schema
    .createTable('memberships')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('memberships_key', ['project_id', 'account_id'])
    .execute();
  await schema.createIndex('memberships_account').on('memberships').column('account_id').execute();

  await schema
    .createTable('links')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('project_id', 'text', (column) => column.references('projects.id'))
    .addColumn('role', 'text')
    .addColumn('account_id', 'text', (column) => column.references('accounts.id'))
    .addColumn('created_by', 'text', (column) => column.references('accounts.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function createUsage({ schema }: AnyDatabase): Promise<void> {
  const count = ['executions', 'errors', 'input_tokens', 'cached_input_tokens', 'output_tokens'] as const;
  const durations = ['ms_500', 'ms_1000', 'ms_2000', 'ms_5000', 'ms_10000', 'ms_30000', 'ms_60000', 'ms_more'] as const;
  let table = schema
    .createTable('usage')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('bucket_start', 'bigint', (column) => column.notNull())
    .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id'));
  for (const name of [...count, ...durations]) table = table.addColumn(name, 'bigint', (column) => column.notNull());
  await table.addPrimaryKeyConstraint('usage_key', ['project_id', 'bucket_start', 'agent_id']).execute();
  await schema.createIndex('usage_age').on('usage').column('bucket_start').execute();
}

/** For the pages of the console's list: of a project, of an agent, and of the few that are not idle. None changes with a turn. */
async function indexSessions({ schema }: AnyDatabase): Promise<void> {
  await schema.createIndex('sessions_of_project').on('sessions').columns(['project_id', 'created_at', 'id']).execute();
  await schema.createIndex('sessions_of_agent').on('sessions').columns(['agent_id', 'created_at', 'id']).execute();
  await schema
    .createIndex('sessions_active')
    .on('sessions')
    .columns(['project_id', 'created_at', 'id'])
    .where(sql.ref('status'), '=', sql.lit('active'))
    .execute();
  await schema
    .createIndex('sessions_waiting')
    .on('sessions')
    .columns(['project_id', 'created_at', 'id'])
    .where(sql.ref('execution_status'), '=', sql.lit('waiting'))
    .execute();
}
