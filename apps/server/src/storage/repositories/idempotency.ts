import type { Connection } from '../connection.ts';
import type { IdempotentRequests } from '../storage.ts';

export function idempotencyRepository({ read, write, transaction }: Connection): IdempotentRequests {
  return {
    begin: ({ projectId, key, fingerprint, now, abandonedBefore }) =>
      transaction(async (db) => {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('idempotent_requests')
          .values({ project_id: projectId, key, fingerprint, created_at: now, answer: null })
          .onConflict((conflict) =>
            conflict
              .columns(['project_id', 'key'])
              .doUpdateSet({ fingerprint, created_at: now })
              .where('idempotent_requests.answer', 'is', null)
              .where('idempotent_requests.created_at', '<', abandonedBefore),
          )
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 0n) return 'begun';
        const used = await db
          .selectFrom('idempotent_requests')
          .select(['fingerprint', 'answer'])
          .where('project_id', '=', projectId)
          .where('key', '=', key)
          .executeTakeFirstOrThrow();
        return { fingerprint: used.fingerprint, answer: used.answer ?? undefined };
      }),
    async finish(projectId, key, answer) {
      await write
        .updateTable('idempotent_requests')
        .set({ answer })
        .where('project_id', '=', projectId)
        .where('key', '=', key)
        .execute();
    },
    async release(projectId, key) {
      await write
        .deleteFrom('idempotent_requests')
        .where('project_id', '=', projectId)
        .where('key', '=', key)
        .execute();
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
