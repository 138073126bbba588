import type { ExpressionBuilder } from 'kysely';
import type { Connection } from '../connection.ts';
import type { Database } from '../schema.ts';
import type { IdempotentRequest, IdempotentRequests } from '../storage.ts';

export function idempotencyRepository({ read, write, transaction }: Connection): IdempotentRequests {
  return {
    begin: ({ projectId, key, owner, fingerprint, now }) =>
      transaction(async (db) => {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('idempotent_requests')
          .values({ project_id: projectId, key, fingerprint, owner, created_at: now, answer: null })
          .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 0n) return 'begun';
        const used = await db
          .selectFrom('idempotent_requests')
          .select(['fingerprint', 'answer', 'created_at'])
          .where('project_id', '=', projectId)
          .where('key', '=', key)
          .executeTakeFirstOrThrow();
        return { fingerprint: used.fingerprint, answer: used.answer ?? undefined, createdAt: used.created_at };
      }),
    async finish(request, answer) {
      await write.updateTable('idempotent_requests').set({ answer }).where(isOwn(request)).execute();
    },
    async release(request) {
      await write.deleteFrom('idempotent_requests').where(isOwn(request)).execute();
    },
    async removeOld(before, limit) {
      const old = await read
        .selectFrom('idempotent_requests')
        .select(['project_id', 'key'])
        .where('created_at', '<', before)
        .orderBy('created_at')
        .limit(limit)
        .execute();
      if (old.length === 0) return 0;
      await transaction(async (db) => {
        for (const { project_id, key } of old) {
          await db
            .deleteFrom('idempotent_requests')
            .where('project_id', '=', project_id)
            .where('key', '=', key)
            .where('created_at', '<', before)
            .execute();
        }
      });
      return old.length;
    },
  };
}

/** The row of a request that has no answer yet. */
function isOwn({ projectId, key, owner }: IdempotentRequest) {
  return (where: ExpressionBuilder<Database, 'idempotent_requests'>) =>
    where.and([
      where('project_id', '=', projectId),
      where('key', '=', key),
      where('owner', '=', owner),
      where('answer', 'is', null),
    ]);
}
