import {
  type AgentChangedResponse,
  type AgentDefinitionResponse,
  type CreateAgentBody,
  type ListAgentsResponse,
  OctavusError,
  type UpdateAgentBody,
  type ValidateAgentResponse,
} from '@octavus/core';
import type { Clock, Ids } from '@octavus/engine';
import { toIsoTime } from '../iso-time.ts';
import type { Agent, AgentVersion, Storage } from '../storage/storage.ts';
import { checkPayload, reportPayload } from './check-payload.ts';
import type { EnvironmentSource } from './environment.ts';

/** How `:id` of a path names an agent. */
export type AgentKey = 'id' | 'slug';

/** Agents and their versions (http-api.md 5): bodies in, response bodies out. */
export interface AgentService {
  list(projectId: string): Promise<ListAgentsResponse>;
  /** @throws OctavusError NOT_FOUND, also for archived agents. */
  get(projectId: string, key: string, by: AgentKey): Promise<AgentDefinitionResponse>;
  /** @throws OctavusError VALIDATION_ERROR with all issues, CONFLICT */
  create(projectId: string, body: CreateAgentBody): Promise<AgentChangedResponse>;
  /** @throws OctavusError VALIDATION_ERROR, NOT_FOUND, CONFLICT */
  update(projectId: string, key: string, by: AgentKey, body: UpdateAgentBody): Promise<AgentChangedResponse>;
  /**
   * Makes a new version of everything at once, unless nothing changes.
   *
   * @param baseVersion the version that the changes were made on.
   * @returns the number of the version and the warnings about it.
   * @throws OctavusError VALIDATION_ERROR, NOT_FOUND; CONFLICT when another version is current by now, or the slug is taken.
   */
  replace(
    projectId: string,
    agentId: string,
    baseVersion: number,
    body: CreateAgentBody,
  ): Promise<Pick<AgentChangedResponse, 'warnings'>>;
  /** @throws OctavusError NOT_FOUND */
  archive(projectId: string, key: string, by: AgentKey): Promise<AgentChangedResponse>;
  validate(projectId: string, body: unknown): Promise<ValidateAgentResponse>;
}

export interface AgentServiceOptions extends EnvironmentSource {
  readonly storage: Storage;
  readonly ids: Ids;
  readonly clock: Clock;
}

export function createAgentService(options: AgentServiceOptions): AgentService {
  const { storage, ids, clock } = options;
  const { agents } = storage;

  async function getAgent(projectId: string, key: string, by: AgentKey): Promise<Agent> {
    const agent = by === 'slug' ? await agents.findBySlug(projectId, key) : await agents.find(projectId, key);
    if (!agent || agent.archivedAt !== undefined) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
    return agent;
  }

  return {
    list: async (projectId) => ({ agents: (await agents.list(projectId)).map(toSummary) }),

    get: async (projectId, key, by) => {
      const agent = await getAgent(projectId, key, by);
      return toDefinition(agent, await agents.getVersion(agent.id, agent.version));
    },

    create: async (projectId, body) => {
      const payload = { ...body, references: body.references ?? [] };
      const warnings = await checkPayload(options, projectId, payload);
      const createdAt = clock.now();
      const agent: Agent = {
        id: ids.resource(),
        projectId,
        ...describe(payload.settings),
        format: payload.settings.format,
        version: 1,
        createdAt,
        updatedAt: createdAt,
        archivedAt: undefined,
      };
      await agents.create(agent, { agentId: agent.id, version: 1, ...payload, createdAt });
      return { agentId: agent.id, message: 'Agent created successfully', warnings };
    },

    update: async (projectId, key, by, body) => {
      for (;;) {
        const agent = await getAgent(projectId, key, by);
        const stored = await agents.getVersion(agent.id, agent.version);
        const payload = merge(stored, body);
        const warnings = await checkPayload(options, projectId, payload);
        const answer = { agentId: agent.id, message: 'Agent updated successfully', warnings };
        if (isSame(stored, payload)) return answer;
        const updatedAt = clock.now();
        const version = agent.version + 1;
        const changed = { ...agent, ...describe(payload.settings), version, updatedAt };
        // Somebody else's update came between: merge again, so that both changes are kept.
        if (await agents.update(changed, { agentId: agent.id, version, ...payload, createdAt: updatedAt }))
          return answer;
      }
    },

    replace: async (projectId, agentId, baseVersion, body) => {
      const agent = await getAgent(projectId, agentId, 'id');
      if (agent.version !== baseVersion) throw changedMeanwhile(agent.version);
      const stored = await agents.getVersion(agent.id, agent.version);
      const description = body.settings.description ?? null;
      const payload = merge(stored, {
        ...body,
        settings: { ...body.settings, description },
        references: body.references ?? [],
      });
      const warnings = await checkPayload(options, projectId, payload);
      if (isSame(stored, payload)) return { warnings };
      const updatedAt = clock.now();
      const version = agent.version + 1;
      const changed = { ...agent, ...describe(payload.settings), version, updatedAt };
      const isStored = await agents.update(changed, { agentId: agent.id, version, ...payload, createdAt: updatedAt });
      if (!isStored) throw changedMeanwhile(version);
      return { warnings };
    },

    archive: async (projectId, key, by) => {
      const agent = await getAgent(projectId, key, by);
      const isArchived = await agents.archive(projectId, agent.id, clock.now());
      if (!isArchived) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
      return { agentId: agent.id, message: 'Agent archived successfully' };
    },

    validate: async (projectId, body) => reportPayload(options, projectId, body),
  };
}

function changedMeanwhile(version: number): OctavusError {
  const message = `Somebody else saved version ${version} meanwhile: compare it with yours before you save`;
  return new OctavusError('CONFLICT', { version }, { message });
}

type Payload = Pick<AgentVersion, 'settings' | 'protocol' | 'prompts' | 'references'>;

function merge(stored: AgentVersion, body: UpdateAgentBody): Payload {
  const { description, format, ...renamed } = body.settings ?? {};
  if (format !== undefined && format !== stored.settings.format) {
    const message = `An agent's format cannot change: this one is ${stored.settings.format}`;
    throw new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: 'settings.format', message }] });
  }
  const { description: storedDescription, ...storedSettings } = stored.settings;
  const nextDescription = description === undefined ? storedDescription : (description ?? undefined);
  return {
    settings: { ...storedSettings, ...renamed, ...(nextDescription !== undefined && { description: nextDescription }) },
    protocol: body.protocol ?? stored.protocol,
    prompts: body.prompts ?? stored.prompts,
    references: body.references ?? stored.references,
  };
}

function isSame(stored: AgentVersion, payload: Payload): boolean {
  const pick = ({ settings, protocol, prompts, references }: Payload) => {
    const { slug, name, description, format } = settings;
    return JSON.stringify([slug, name, description, format, protocol, prompts, references]);
  };
  return pick(stored) === pick(payload);
}

function describe({ slug, name, description }: AgentVersion['settings']): Pick<Agent, 'slug' | 'name' | 'description'> {
  return { slug, name, description };
}

function toSummary(agent: Agent): ListAgentsResponse['agents'][number] {
  const { id, slug, name, description, format, projectId } = agent;
  return {
    id,
    slug,
    name,
    description: description ?? null,
    format,
    createdAt: toIsoTime(agent.createdAt),
    updatedAt: toIsoTime(agent.updatedAt),
    projectId,
  };
}

function toDefinition(
  agent: Agent,
  { settings, protocol, prompts, references }: AgentVersion,
): AgentDefinitionResponse {
  const { slug, name, description, format } = settings;
  return {
    id: agent.id,
    settings: { slug, name, ...(description !== undefined && { description }), format },
    protocol,
    prompts: [...prompts],
    references: [...references],
    createdAt: toIsoTime(agent.createdAt),
    updatedAt: toIsoTime(agent.updatedAt),
    projectId: agent.projectId,
    version: agent.version,
  };
}
