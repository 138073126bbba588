import type { Connection } from '../connection.ts';
import type { Nodes } from '../storage.ts';

export function nodesRepository({ read, write }: Connection): Nodes {
  return {
    async list() {
      const rows = await read.selectFrom('nodes').select(['id', 'expires_at']).orderBy('id').execute();
      return rows.map(({ id, expires_at }) => ({ id, expiresAt: expires_at }));
    },
    async renew(nodeId, expiresAt) {
      await write
        .insertInto('nodes')
        .values({ id: nodeId, expires_at: expiresAt })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ expires_at: expiresAt }))
        .execute();
    },
    async remove(nodeId) {
      await write.deleteFrom('nodes').where('id', '=', nodeId).execute();
    },
  };
}
