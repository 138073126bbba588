import type { Connection } from '../connection.ts';
import type { StopRequests } from '../storage.ts';

export function stopRequestsRepository({ read, write, transaction }: Connection): StopRequests {
  return {
    add: ({ id, sessionId, executionId, expiresAt }, now) =>
      transaction(async (db) => {
        await db.deleteFrom('stop_requests').where('expires_at', '<', now).execute();
        await db
          .insertInto('stop_requests')
          .values({ id, session_id: sessionId, execution_id: executionId, expires_at: expiresAt })
          .execute();
      }),
    async list(now) {
      return read
        .selectFrom('stop_requests')
        .select(['session_id as sessionId', 'execution_id as executionId'])
        .where('expires_at', '>=', now)
        .execute();
    },
    async remove(id) {
      await write.deleteFrom('stop_requests').where('id', '=', id).execute();
    },
  };
}
