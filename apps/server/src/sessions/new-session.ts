import { OctavusError } from '@octavus/core';
import { type EnginePorts, openingValues } from '@octavus/engine';
import type { Scope } from '../access/scope.ts';
import type { AgentDefinitions } from '../agents/definitions.ts';
import type { FileService } from '../files/files.ts';
import type { Agent, SessionRow, Storage } from '../storage/storage.ts';

export interface OpeningParts {
  readonly definitions: AgentDefinitions;
  readonly files: Pick<FileService, 'resolve'>;
  readonly ports: Pick<EnginePorts, 'models'>;
}

/**
 * The agent that a session is asked for, by id or slug; the id wins over a slug of the same text (http-api.md 6.2).
 *
 * @throws OctavusError NOT_FOUND, also when it is archived; VALIDATION_ERROR for a worker.
 */
export async function findSessionAgent(
  { agents }: Pick<Storage, 'agents'>,
  projectId: string,
  idOrSlug: string,
): Promise<Agent> {
  const agent = (await agents.find(projectId, idOrSlug)) ?? (await agents.findBySlug(projectId, idOrSlug));
  if (!agent || agent.archivedAt !== undefined) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
  if (agent.format !== 'worker') return agent;
  const message = 'This agent is a worker: it has no sessions. Execute it instead.';
  throw new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: 'agentId', message }] });
}

/**
 * What a session of an agent starts with, from what the caller sent as its input.
 *
 * @param request.scope of the caller: the input may name files in it alone.
 * @throws OctavusError VALIDATION_ERROR
 */
export async function prepareOpening(
  { definitions, files, ports }: OpeningParts,
  agent: { readonly id: string; readonly projectId: string; readonly version: number },
  {
    input: sent = {},
    scope,
  }: { readonly input?: Record<string, unknown> | undefined; readonly scope?: Scope | undefined },
): Promise<Pick<SessionRow, 'input' | 'opening'>> {
  const definition = await definitions.get(agent.id, agent.version);
  const { input, variables, resources } = openingValues(definition, sent, ports.models);
  return {
    input: await files.resolve({ projectId: agent.projectId, scope }, input, 'input'),
    opening: { variables, resources },
  };
}

/** The row of a session in which nothing has happened. */
export function newSession(
  agent: Pick<Agent, 'id' | 'projectId'>,
  opening: Pick<SessionRow, 'input' | 'opening'>,
  {
    id,
    now,
    kind = 'interactive',
  }: Pick<SessionRow, 'id'> & { readonly now: number; readonly kind?: SessionRow['kind'] },
): SessionRow {
  return {
    id,
    projectId: agent.projectId,
    agentId: agent.id,
    kind,
    status: 'active',
    ...opening,
    journalLength: 0,
    execution: undefined,
    createdAt: now,
    updatedAt: now,
    lastActivityAt: now,
  };
}
