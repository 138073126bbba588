import type { Connection } from '../connection.ts';
import { refuseDuplicates } from '../errors.ts';
import { prepareQuery } from '../query-template.ts';
import type { ApiKeysTable } from '../schema.ts';
import type { ApiKey, ApiKeys } from '../storage.ts';

const columns = [
  'id',
  'project_id',
  'name',
  'prefix',
  'digest',
  'permissions',
  'created_at',
  'last_used_at',
  'expires_at',
  'revoked_at',
] as const;

export function apiKeysRepository({ read, write }: Connection): ApiKeys {
  const findByDigest = prepareQuery<{ digest: string }, ApiKeysTable>(read, (parameter) =>
    read.selectFrom('api_keys').select(columns).where('digest', '=', parameter('digest')),
  );
  return {
    async create(key) {
      await refuseDuplicates('API key', () => write.insertInto('api_keys').values(toRow(key)).execute());
    },
    async findByDigest(digest) {
      const { rows } = await findByDigest({ digest });
      return rows[0] && toApiKey(rows[0]);
    },
    async list(projectId) {
      const all = read.selectFrom('api_keys').select(columns);
      const query = projectId === undefined ? all : all.where('project_id', '=', projectId);
      const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').execute();
      return rows.map(toApiKey);
    },
    async revoke(id, at, projectId) {
      const update = write
        .updateTable('api_keys')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId!));
      return (await update.executeTakeFirst()).numUpdatedRows > 0n;
    },
    async touch(id, at) {
      await write.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
    },
  };
}

function toRow(key: ApiKey): ApiKeysTable {
  return {
    id: key.id,
    project_id: key.projectId,
    name: key.name,
    prefix: key.prefix,
    digest: key.digest,
    permissions: JSON.stringify(key.permissions),
    created_at: key.createdAt,
    last_used_at: key.lastUsedAt ?? null,
    expires_at: key.expiresAt ?? null,
    revoked_at: key.revokedAt ?? null,
  };
}

function toApiKey(row: ApiKeysTable): ApiKey {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    prefix: row.prefix,
    digest: row.digest,
    permissions: JSON.parse(row.permissions),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
