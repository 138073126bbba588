import { includesRole } from '@octavus/console-api';
import type { Insertable, Transaction } from 'kysely';
import type { Account, Links, StoredLink } from '../account-storage.ts';
import type { Connection } from '../connection.ts';
import { refuseDuplicates } from '../errors.ts';
import type { Database, LinksTable } from '../schema.ts';
import { toAccount, toAccountRow } from './accounts.ts';

const columns = [
  'links.digest',
  'links.id',
  'links.kind',
  'links.project_id',
  'links.role',
  'links.account_id',
  'links.created_by',
  'links.created_at',
  'links.expires_at',
] as const;

export function linksRepository({ read, write, transaction }: Connection): Links {
  return {
    async create(link) {
      await write.insertInto('links').values(toRow(link)).execute();
    },
    async find(digest) {
      const row = await read.selectFrom('links').select(columns).where('digest', '=', digest).executeTakeFirst();
      return row && toLink(row);
    },
    async listInvites(projectId, now) {
      const rows = await read
        .selectFrom('links')
        .leftJoin('accounts', 'accounts.id', 'links.created_by')
        .select(columns)
        .select('accounts.name as created_by_name')
        .where('links.project_id', '=', projectId)
        .where('links.expires_at', '>', now)
        .orderBy('links.created_at', 'desc')
        .orderBy('links.id')
        .execute();
      return rows.map((row) => ({ ...toLink(row), createdByName: row.created_by_name ?? undefined }));
    },
    async revokeInvite(projectId, linkId) {
      const remove = write.deleteFrom('links').where('id', '=', linkId).where('project_id', '=', projectId);
      return (await remove.executeTakeFirst()).numDeletedRows > 0n;
    },
    accept: (digest, account, now) =>
      refuseDuplicates('An account with this email', () =>
        transaction(async (db) => {
          const link = await takeLink(db, digest, now);
          if (link?.kind === 'owner') return makeOwner(db, account, now);
          if (link?.kind !== 'invite') return putBack(db, link);
          await db.insertInto('accounts').values(toAccountRow(account)).execute();
          await addMember(db, { ...link, accountId: account.id, now });
          return true;
        }),
      ),
    join: (digest, accountId, now) =>
      transaction(async (db) => {
        const link = await takeLink(db, digest, now);
        if (link?.kind !== 'invite') return putBack(db, link);
        await addMember(db, { ...link, accountId, now });
        return true;
      }),
    reset: (digest, passwordHash, now) =>
      transaction(async (db) => {
        const link = await takeLink(db, digest, now);
        if (link?.kind !== 'reset') {
          await putBack(db, link);
          return undefined;
        }
        const { accountId } = link;
        await db.deleteFrom('sign_ins').where('account_id', '=', accountId).execute();
        const row = await db
          .updateTable('accounts')
          .set({ password_hash: passwordHash })
          .where('id', '=', accountId)
          .returningAll()
          .executeTakeFirstOrThrow();
        return toAccount(row);
      }),
  };
}

/** Removes a link that has not expired: of two that use it at once, one gets it. */
async function takeLink(db: Transaction<Database>, digest: string, now: number): Promise<StoredLink | undefined> {
  const remove = db.deleteFrom('links').where('digest', '=', digest).where('expires_at', '>', now);
  const row = await remove.returningAll().executeTakeFirst();
  return row && toLink(row);
}

/** The link is for something else: nothing has happened. */
async function putBack(db: Transaction<Database>, link: StoredLink | undefined): Promise<false> {
  if (link) await db.insertInto('links').values(toRow(link)).execute();
  return false;
}

/** All links of the kind go: whoever holds another one waits for this transaction and finds none. */
async function makeOwner(db: Transaction<Database>, account: Account, now: number): Promise<boolean> {
  await db.deleteFrom('links').where('kind', '=', 'owner').execute();
  if (await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) return false;
  await db.insertInto('accounts').values(toAccountRow(account)).execute();
  const projects = await db.selectFrom('projects').select('id').where('archived_at', 'is', null).execute();
  for (const { id } of projects) await addMember(db, { projectId: id, accountId: account.id, role: 'owner', now });
  return true;
}

async function addMember(
  db: Transaction<Database>,
  {
    projectId,
    accountId,
    role,
    now,
  }: Pick<Extract<StoredLink, { kind: 'invite' }>, 'projectId' | 'role'> & {
    readonly accountId: string;
    readonly now: number;
  },
): Promise<void> {
  const known = await db
    .selectFrom('memberships')
    .select('role')
    .where('project_id', '=', projectId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (known && includesRole(known.role, role)) return;
  await db
    .insertInto('memberships')
    .values({ project_id: projectId, account_id: accountId, role, created_at: now })
    .onConflict((conflict) => conflict.columns(['project_id', 'account_id']).doUpdateSet({ role }))
    .execute();
}

function toRow(link: StoredLink): Insertable<LinksTable> {
  return {
    digest: link.digest,
    id: link.id,
    kind: link.kind,
    project_id: link.kind === 'invite' ? link.projectId : null,
    role: link.kind === 'invite' ? link.role : null,
    account_id: link.kind === 'reset' ? link.accountId : null,
    created_by: link.createdBy ?? null,
    created_at: link.createdAt,
    expires_at: link.expiresAt,
  };
}

function toLink(row: LinksTable): StoredLink {
  const { digest, id, kind } = row;
  const link = {
    digest,
    id,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
  switch (kind) {
    case 'owner':
      return { ...link, kind };
    case 'invite':
      return { ...link, kind, projectId: row.project_id!, role: row.role! };
    case 'reset':
      return { ...link, kind, accountId: row.account_id! };
  }
}
