import { sql } from 'kysely';
import type { SignIns } from '../account-storage.ts';
import type { Connection } from '../connection.ts';
import { accountColumns, toAccount } from './accounts.ts';

export function signInsRepository({ read, write, transaction }: Connection): SignIns {
  return {
    async create({ digest, accountId, createdAt, lastUsedAt }, emailDigest) {
      await transaction(async (db) => {
        const values = { digest, account_id: accountId, created_at: createdAt, last_used_at: lastUsedAt };
        await db.insertInto('sign_ins').values(values).execute();
        await db.updateTable('accounts').set({ last_sign_in_at: createdAt }).where('id', '=', accountId).execute();
        await db.deleteFrom('sign_in_failures').where('email_digest', '=', emailDigest).execute();
      });
    },
    async find(digest) {
      const row = await read
        .selectFrom('sign_ins')
        .innerJoin('accounts', 'accounts.id', 'sign_ins.account_id')
        .select(accountColumns)
        .select(['sign_ins.created_at as signed_in_at', 'sign_ins.last_used_at'])
        .where('digest', '=', digest)
        .executeTakeFirst();
      if (!row) return undefined;
      const signIn = { digest, accountId: row.id, createdAt: row.signed_in_at, lastUsedAt: row.last_used_at };
      return { signIn, account: toAccount(row) };
    },
    async touch(digest, at) {
      await write.updateTable('sign_ins').set({ last_used_at: at }).where('digest', '=', digest).execute();
    },
    async remove(digest) {
      await write.deleteFrom('sign_ins').where('digest', '=', digest).execute();
    },
    async removeAll(accountId) {
      await write.deleteFrom('sign_ins').where('account_id', '=', accountId).execute();
    },
    async removeOld({ createdBefore, usedBefore, failuresBefore }) {
      await transaction(async (db) => {
        await db
          .deleteFrom('sign_ins')
          .where((where) => where.or([where('created_at', '<', createdBefore), where('last_used_at', '<', usedBefore)]))
          .execute();
        await db.deleteFrom('sign_in_failures').where('last_at', '<', failuresBefore).execute();
      });
    },
    async findFailures(emailDigest) {
      const query = read
        .selectFrom('sign_in_failures')
        .select(['count', 'last_at'])
        .where('email_digest', '=', emailDigest);
      const row = await query.executeTakeFirst();
      return row && { count: row.count, lastAt: row.last_at };
    },
    async forgetFailures(emailDigest) {
      await write.deleteFrom('sign_in_failures').where('email_digest', '=', emailDigest).execute();
    },
    async addFailure(emailDigest, { at, restartBefore }) {
      const { count } = await write
        .insertInto('sign_in_failures')
        .values({ email_digest: emailDigest, count: 1, last_at: at })
        .onConflict((conflict) =>
          conflict.column('email_digest').doUpdateSet({
            count: sql<number>`case when sign_in_failures.last_at < ${restartBefore} then 1 else sign_in_failures.count + 1 end`,
            last_at: at,
          }),
        )
        .returning('count')
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}
