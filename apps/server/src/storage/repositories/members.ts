import type { Transaction } from 'kysely';
import type { MemberChange, Members } from '../account-storage.ts';
import type { Connection } from '../connection.ts';
import type { Database } from '../schema.ts';
import { accountColumns, toAccount } from './accounts.ts';

export function membersRepository({ read, write, transaction }: Connection): Members {
  return {
    async listProjects(accountId) {
      const rows = await read
        .selectFrom('memberships')
        .innerJoin('projects', 'projects.id', 'memberships.project_id')
        .select(['projects.id', 'projects.slug', 'projects.name', 'projects.created_at', 'memberships.role'])
        .where('memberships.account_id', '=', accountId)
        .where('projects.archived_at', 'is', null)
        .orderBy('projects.slug')
        .execute();
      return rows.map(({ created_at, ...project }) => ({ ...project, createdAt: created_at }));
    },
    async findRole(projectId, accountId) {
      const row = await read
        .selectFrom('memberships')
        .innerJoin('projects', 'projects.id', 'memberships.project_id')
        .select('memberships.role')
        .where('memberships.project_id', '=', projectId)
        .where('memberships.account_id', '=', accountId)
        .where('projects.archived_at', 'is', null)
        .executeTakeFirst();
      return row?.role;
    },
    async list(projectId) {
      const rows = await read
        .selectFrom('memberships')
        .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
        .select(accountColumns)
        .select(['memberships.role', 'memberships.created_at as joined_at'])
        .where('memberships.project_id', '=', projectId)
        .orderBy('accounts.email')
        .execute();
      return rows.map((row) => ({ account: toAccount(row), role: row.role, joinedAt: row.joined_at }));
    },
    async add(projectId, accountId, { role, at }) {
      await write
        .insertInto('memberships')
        .values({ project_id: projectId, account_id: accountId, role, created_at: at })
        .onConflict((conflict) => conflict.columns(['project_id', 'account_id']).doUpdateSet({ role }))
        .execute();
    },
    setRole: (projectId, accountId, role) =>
      transaction(async (db) => {
        const refusal = await refuseChange(db, { projectId, accountId, staysOwner: role === 'owner' });
        if (refusal) return refusal;
        await db
          .updateTable('memberships')
          .set({ role })
          .where('project_id', '=', projectId)
          .where('account_id', '=', accountId)
          .execute();
        return 'changed';
      }),
    remove: (projectId, accountId) =>
      transaction(async (db) => {
        const refusal = await refuseChange(db, { projectId, accountId, staysOwner: false });
        if (refusal) return refusal;
        await db
          .deleteFrom('memberships')
          .where('project_id', '=', projectId)
          .where('account_id', '=', accountId)
          .execute();
        return 'changed';
      }),
  };
}

interface Change {
  readonly projectId: string;
  readonly accountId: string;
  readonly staysOwner: boolean;
}

async function refuseChange(
  db: Transaction<Database>,
  { projectId, accountId, staysOwner }: Change,
): Promise<Exclude<MemberChange, 'changed'> | undefined> {
  // Locks the project, so that two owners who demote each other at once do so one after the other.
  await db.updateTable('projects').set({ id: projectId }).where('id', '=', projectId).execute();
  const rows = await db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .select(['memberships.account_id', 'memberships.role', 'accounts.disabled_at'])
    .where('memberships.project_id', '=', projectId)
    .execute();
  const member = rows.find(({ account_id }) => account_id === accountId);
  if (!member) return 'unknown';
  const otherOwners = rows.filter((row) => row !== member && row.role === 'owner' && row.disabled_at === null);
  return member.role === 'owner' && !staysOwner && otherOwners.length === 0 ? 'last-owner' : undefined;
}
