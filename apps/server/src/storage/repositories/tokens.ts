import type { Connection } from '../connection.ts';
import { prepareQuery } from '../query-template.ts';
import type { ApiKeysTable, TokensTable } from '../schema.ts';
import type { TokenStatus, Tokens } from '../storage.ts';

type TokenWithKey = Pick<TokensTable, 'revoked_at'> & {
  key_permissions: ApiKeysTable['permissions'];
  key_expires_at: ApiKeysTable['expires_at'];
  key_revoked_at: ApiKeysTable['revoked_at'];
};

export function tokensRepository({ read, write, transaction }: Connection): Tokens {
  const find = prepareQuery<{ jti: string }, TokenWithKey>(read, (parameter) =>
    read
      .selectFrom('tokens')
      .innerJoin('api_keys', 'api_keys.id', 'tokens.key_id')
      .select([
        'tokens.revoked_at',
        'api_keys.permissions as key_permissions',
        'api_keys.expires_at as key_expires_at',
        'api_keys.revoked_at as key_revoked_at',
      ])
      .where('tokens.jti', '=', parameter('jti')),
  );
  return {
    async create({ jti, projectId, keyId, expiresAt }) {
      const row = { jti, project_id: projectId, key_id: keyId, expires_at: expiresAt, revoked_at: null };
      await write.insertInto('tokens').values(row).execute();
    },
    async find(jti) {
      const { rows } = await find({ jti });
      return rows[0] && toStatus(rows[0]);
    },
    async revoke(projectId, jti, at) {
      const update = write
        .updateTable('tokens')
        .set({ revoked_at: at })
        .where('jti', '=', jti)
        .where('project_id', '=', projectId)
        .where('expires_at', '>', at)
        .where('revoked_at', 'is', null);
      return (await update.executeTakeFirst()).numUpdatedRows > 0n;
    },
    async removeExpired(now, limit) {
      const expired = await read
        .selectFrom('tokens')
        .select('jti')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
        .execute();
      if (expired.length === 0) return 0;
      // In one order, so that two nodes that sweep together cannot wait for each other in a circle.
      const jtis = expired.map(({ jti }) => jti).toSorted();
      await transaction(async (db) => {
        for (const jti of jtis) await db.deleteFrom('tokens').where('jti', '=', jti).execute();
      });
      return jtis.length;
    },
  };
}

function toStatus(row: TokenWithKey): TokenStatus {
  return {
    revokedAt: row.revoked_at ?? undefined,
    key: {
      permissions: JSON.parse(row.key_permissions),
      expiresAt: row.key_expires_at ?? undefined,
      revokedAt: row.key_revoked_at ?? undefined,
    },
  };
}
