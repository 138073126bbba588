import type { Insertable } from 'kysely';
import type { Account, Accounts } from '../account-storage.ts';
import type { Connection } from '../connection.ts';
import type { AccountsTable } from '../schema.ts';

export const accountColumns = [
  'accounts.id',
  'accounts.email',
  'accounts.name',
  'accounts.password_hash',
  'accounts.created_at',
  'accounts.last_sign_in_at',
  'accounts.disabled_at',
] as const;

export function accountsRepository({ read, write, transaction }: Connection): Accounts {
  return {
    async hasAny() {
      return (await read.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) !== undefined;
    },
    async list() {
      const rows = await read.selectFrom('accounts').select(accountColumns).orderBy('email').execute();
      return rows.map(toAccount);
    },
    async find(accountId) {
      const query = read.selectFrom('accounts').select(accountColumns).where('id', '=', accountId);
      const row = await query.executeTakeFirst();
      return row && toAccount(row);
    },
    async findByEmail(email) {
      const query = read.selectFrom('accounts').select(accountColumns).where('email', '=', email);
      const row = await query.executeTakeFirst();
      return row && toAccount(row);
    },
    async rename(accountId, name) {
      await write.updateTable('accounts').set({ name }).where('id', '=', accountId).execute();
    },
    async setPassword(accountId, passwordHash, keep = '') {
      await transaction(async (db) => {
        await db.updateTable('accounts').set({ password_hash: passwordHash }).where('id', '=', accountId).execute();
        await db.deleteFrom('sign_ins').where('account_id', '=', accountId).where('digest', '<>', keep).execute();
      });
    },
    setDisabled: (accountId, at) =>
      transaction(async (db) => {
        const update = db
          .updateTable('accounts')
          .set({ disabled_at: at ?? null })
          .where('id', '=', accountId);
        const { numUpdatedRows } = await update.executeTakeFirst();
        await db.deleteFrom('sign_ins').where('account_id', '=', accountId).execute();
        return numUpdatedRows > 0n;
      }),
  };
}

export function toAccount(row: AccountsTable): Account {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at ?? undefined,
    disabledAt: row.disabled_at ?? undefined,
  };
}

export function toAccountRow(account: Account): Insertable<AccountsTable> {
  return {
    id: account.id,
    email: account.email,
    name: account.name,
    password_hash: account.passwordHash,
    created_at: account.createdAt,
    last_sign_in_at: account.lastSignInAt ?? null,
    disabled_at: account.disabledAt ?? null,
  };
}
