import { OctavusError } from '@octavus/core';
import type { Insertable } from 'kysely';
import type { Connection } from '../connection.ts';
import { isStorable, refuseDuplicates } from '../errors.ts';
import { prepareQuery } from '../query-template.ts';
import type { AgentsTable, AgentVersionsTable } from '../schema.ts';
import type { Agent, Agents, AgentVersion } from '../storage.ts';

const columns = [
  'id',
  'project_id',
  'slug',
  'name',
  'description',
  'format',
  'version',
  'created_at',
  'updated_at',
  'archived_at',
] as const;

const versionColumns = ['agent_id', 'version', 'created_at', 'settings', 'protocol', 'prompts', 'references'] as const;

export function agentsRepository({ read, write, transaction }: Connection): Agents {
  const find = prepareQuery<{ projectId: string; agentId: string }, AgentsTable>(read, (parameter) =>
    read
      .selectFrom('agents')
      .select(columns)
      .where('id', '=', parameter('agentId'))
      .where('project_id', '=', parameter('projectId')),
  );
  return {
    async create(agent, version) {
      await refuseDuplicates(nameOf(agent), () =>
        transaction(async (db) => {
          await db.insertInto('agents').values(toRow(agent)).execute();
          await db.insertInto('agent_versions').values(toVersionRow(version)).execute();
        }),
      );
    },
    update: (agent, version) =>
      refuseDuplicates(nameOf(agent), () =>
        transaction(async (db) => {
          const { id, project_id, ...changed } = toRow(agent);
          const { numUpdatedRows } = await db
            .updateTable('agents')
            .set(changed)
            .where('id', '=', id)
            .where('project_id', '=', project_id)
            .where('version', '=', agent.version - 1)
            .where('archived_at', 'is', null)
            .executeTakeFirst();
          if (numUpdatedRows === 0n) return false;
          await db.insertInto('agent_versions').values(toVersionRow(version)).execute();
          return true;
        }),
      ),
    async archive(projectId, agentId, at) {
      const { numUpdatedRows } = await write
        .updateTable('agents')
        .set({ archived_at: at })
        .where('id', '=', agentId)
        .where('project_id', '=', projectId)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async list(projectId, { withArchived = false } = {}) {
      const rows = await read
        .selectFrom('agents')
        .select(columns)
        .where('project_id', '=', projectId)
        .$if(!withArchived, (query) => query.where('archived_at', 'is', null))
        .orderBy('slug')
        .execute();
      return rows.map(toAgent);
    },
    async find(projectId, agentId) {
      if (!isStorable(agentId)) return undefined;
      const { rows } = await find({ projectId, agentId });
      return rows[0] && toAgent(rows[0]);
    },
    async findBySlug(projectId, slug) {
      if (!isStorable(slug)) return undefined;
      const row = await read
        .selectFrom('agents')
        .select(columns)
        .where('project_id', '=', projectId)
        .where('slug', '=', slug)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      return row && toAgent(row);
    },
    async getVersion(agentId, version) {
      const row = await read
        .selectFrom('agent_versions')
        .select(versionColumns)
        .where('agent_id', '=', agentId)
        .where('version', '=', version)
        .executeTakeFirst();
      if (!row) throw new OctavusError('NOT_FOUND', { resource: 'Agent version' });
      return toVersion(row);
    },
    async listVersions(agentId, { before, limit }) {
      const rows = await read
        .selectFrom('agent_versions')
        .select(['version', 'created_at'])
        .where('agent_id', '=', agentId)
        .$if(before !== undefined, (query) => query.where('version', '<', before!))
        .orderBy('version', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ version, created_at }) => ({ version, createdAt: created_at }));
    },
  };
}

function nameOf({ slug }: Agent): string {
  return `An agent with the slug "${slug}"`;
}

function toRow(agent: Agent): Insertable<AgentsTable> {
  return {
    id: agent.id,
    project_id: agent.projectId,
    slug: agent.slug,
    name: agent.name,
    description: agent.description ?? null,
    format: agent.format,
    version: agent.version,
    created_at: agent.createdAt,
    updated_at: agent.updatedAt,
    archived_at: agent.archivedAt ?? null,
  };
}

function toAgent(row: AgentsTable): Agent {
  return {
    id: row.id,
    projectId: row.project_id,
    slug: row.slug,
    name: row.name,
    description: row.description ?? undefined,
    format: row.format,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at ?? undefined,
  };
}

function toVersionRow(version: AgentVersion): AgentVersionsTable {
  return {
    agent_id: version.agentId,
    version: version.version,
    created_at: version.createdAt,
    settings: JSON.stringify(version.settings),
    protocol: version.protocol,
    prompts: JSON.stringify(version.prompts),
    references: JSON.stringify(version.references),
  };
}

function toVersion(row: AgentVersionsTable): AgentVersion {
  return {
    agentId: row.agent_id,
    version: row.version,
    settings: JSON.parse(row.settings),
    protocol: row.protocol,
    prompts: JSON.parse(row.prompts),
    references: JSON.parse(row.references),
    createdAt: row.created_at,
  };
}
