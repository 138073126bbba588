import type { Connection } from '../connection.ts';
import { isStorable } from '../errors.ts';
import type { IdentityProvider, IdentityProviders } from '../identity-providers.ts';
import { prepareQuery } from '../query-template.ts';
import type { IdentityProvidersTable } from '../schema.ts';

export function identityProvidersRepository({ read, write }: Connection): IdentityProviders {
  const findEnabled = prepareQuery<{ audience: string }, IdentityProvidersTable>(read, (parameter) =>
    read.selectFrom('identity_providers').selectAll().where('audience', '=', parameter('audience')),
  );
  return {
    async create(provider) {
      await write.insertInto('identity_providers').values(toRow(provider)).execute();
    },
    async findEnabled(issuer, audience) {
      if (!isStorable(audience)) return undefined;
      const { rows } = await findEnabled({ audience });
      // Compared here: a database may think of two texts as the same that are not.
      return rows.filter((row) => row.enabled === 1 && row.issuer === issuer).map(toProvider)[0];
    },
    async list(projectId) {
      const rows = await read
        .selectFrom('identity_providers')
        .selectAll()
        .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId!))
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toProvider);
    },
    async setEnabled(id, isEnabled) {
      const update = write
        .updateTable('identity_providers')
        .set({ enabled: isEnabled ? 1 : 0 })
        .where('id', '=', id);
      return (await update.executeTakeFirst()).numUpdatedRows > 0n;
    },
    async remove(id) {
      const { numDeletedRows } = await write.deleteFrom('identity_providers').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function toRow(provider: IdentityProvider): IdentityProvidersTable {
  const { agent } = provider;
  return {
    id: provider.id,
    project_id: provider.projectId,
    issuer: provider.issuer,
    jwks_url: provider.jwksUrl ?? null,
    algorithms: JSON.stringify(provider.algorithms),
    audience: provider.audience,
    conditions: JSON.stringify(provider.conditions),
    agent_id: 'id' in agent ? agent.id : null,
    agent_claim: 'claim' in agent ? agent.claim : null,
    session_claim: provider.sessionClaim ?? null,
    max_lifetime_seconds: provider.maxLifetimeSeconds,
    enabled: provider.isEnabled ? 1 : 0,
    created_at: provider.createdAt,
  };
}

function toProvider(row: IdentityProvidersTable): IdentityProvider {
  return {
    id: row.id,
    projectId: row.project_id,
    issuer: row.issuer,
    jwksUrl: row.jwks_url ?? undefined,
    algorithms: JSON.parse(row.algorithms),
    audience: row.audience,
    conditions: JSON.parse(row.conditions),
    agent: row.agent_id === null ? { claim: row.agent_claim ?? '' } : { id: row.agent_id },
    sessionClaim: row.session_claim ?? undefined,
    maxLifetimeSeconds: row.max_lifetime_seconds,
    isEnabled: row.enabled === 1,
    createdAt: row.created_at,
  };
}
