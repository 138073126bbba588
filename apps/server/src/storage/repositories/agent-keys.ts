import type { Connection } from '../connection.ts';
import { prepareQuery } from '../query-template.ts';
import type { AgentKeysTable } from '../schema.ts';
import type { AgentKey, AgentKeys } from '../workforce.ts';

export function agentKeysRepository({ read, write }: Connection): AgentKeys {
  const findByDigest = prepareQuery<{ digest: string }, AgentKeysTable>(read, (parameter) =>
    read.selectFrom('agent_keys').selectAll().where('digest', '=', parameter('digest')),
  );
  return {
    async create(key) {
      await write.insertInto('agent_keys').values(toRow(key)).execute();
    },
    async findByDigest(digest) {
      const { rows } = await findByDigest({ digest });
      return rows[0] && toKey(rows[0]);
    },
    async list(projectId) {
      const rows = await read
        .selectFrom('agent_keys')
        .selectAll()
        .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId!))
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(toKey);
    },
    async revoke(id, at) {
      const update = write
        .updateTable('agent_keys')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null);
      return (await update.executeTakeFirst()).numUpdatedRows > 0n;
    },
  };
}

function toRow(key: AgentKey): AgentKeysTable {
  return {
    id: key.id,
    project_id: key.projectId,
    agent_id: key.agentId,
    name: key.name,
    prefix: key.prefix,
    digest: key.digest,
    created_at: key.createdAt,
    revoked_at: key.revokedAt ?? null,
  };
}

function toKey(row: AgentKeysTable): AgentKey {
  return {
    id: row.id,
    projectId: row.project_id,
    agentId: row.agent_id,
    name: row.name,
    prefix: row.prefix,
    digest: row.digest,
    createdAt: row.created_at,
    revokedAt: row.revoked_at ?? undefined,
  };
}
