import {
  type CreateSessionBody,
  type CreateSessionResponse,
  type ExpiredSessionState,
  OctavusError,
  type SessionState as SessionResponse,
  type UISessionStateJson,
} from '@octavus/core';
import {
  type Clock,
  type Ids,
  type MessageOptions,
  openingValues,
  type SessionState,
  toChatMessages,
  toUiMessages,
} from '@octavus/engine';
import type { AgentDefinitions } from '../agents/definitions.ts';
import type { SessionCache } from '../executions/session-cache.ts';
import type { FileService } from '../files/files.ts';
import { toIsoTime } from '../iso-time.ts';
import type { Agent, SessionRow, Storage } from '../storage/storage.ts';
import { isExpired } from './expiry.ts';

/** Creating and reading sessions (http-api.md 6.2, 6.3); messages in the v4 shape. */
export interface SessionService {
  /** @throws OctavusError VALIDATION_ERROR, NOT_FOUND */
  create(projectId: string, body: CreateSessionBody): Promise<CreateSessionResponse>;
  /** @throws OctavusError NOT_FOUND */
  get(projectId: string, sessionId: string, format: 'full'): Promise<SessionResponse | ExpiredSessionState>;
  get(projectId: string, sessionId: string, format: 'ui'): Promise<UISessionStateJson | ExpiredSessionState>;
}

export interface SessionServiceOptions {
  readonly storage: Storage;
  readonly definitions: AgentDefinitions;
  readonly cache: SessionCache;
  readonly files: Pick<FileService, 'resolve' | 'withFreshUrls'>;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
}

export function createSessionService(options: SessionServiceOptions): SessionService {
  const { storage, definitions, cache, files, ids, clock, sessionTtlMs } = options;

  async function create(projectId: string, body: CreateSessionBody): Promise<CreateSessionResponse> {
    const agent = await findAgent(storage, projectId, body.agentId);
    if (agent.format === 'worker') {
      const message = 'This agent is a worker: it has no sessions. Execute it instead.';
      throw new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: 'agentId', message }] });
    }
    const definition = await definitions.get(agent.id, agent.version);
    const { input, variables, resources } = openingValues(definition, body.input ?? {});
    const now = clock.now();
    const id = ids.resource();
    await storage.sessions.create({
      id,
      projectId,
      agentId: agent.id,
      kind: 'interactive',
      status: 'active',
      input: await files.resolve(projectId, input, 'input'),
      opening: { variables, resources },
      journalLength: 0,
      execution: undefined,
      createdAt: now,
      updatedAt: now,
      lastActivityAt: now,
    });
    return { sessionId: id };
  }

  async function get(projectId: string, sessionId: string, format: 'full' | 'ui') {
    const row = await storage.sessions.find(projectId, sessionId);
    if (!row) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
    if (isExpired(row, { now: clock.now(), ttlMs: sessionTtlMs })) return toExpired(row);
    const state = await cache.read(row);
    const convert = format === 'ui' ? toUi : toFull;
    return files.withFreshUrls(projectId, (messages) => convert(row, state, messages));
  }

  return { create, get: get as SessionService['get'] };
}

/** The id wins over a slug of the same text (http-api.md 6.2). */
async function findAgent(storage: Storage, projectId: string, idOrSlug: string): Promise<Agent> {
  const agent =
    (await storage.agents.find(projectId, idOrSlug)) ?? (await storage.agents.findBySlug(projectId, idOrSlug));
  if (!agent || agent.archivedAt !== undefined) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
  return agent;
}

function toExpired(row: SessionRow): ExpiredSessionState {
  return { sessionId: row.id, agentId: row.agentId, status: 'expired', createdAt: toIsoTime(row.createdAt) };
}

function toFull(row: SessionRow, state: SessionState, options: MessageOptions): SessionResponse {
  return {
    id: row.id,
    sessionId: row.id,
    agentId: row.agentId,
    status: 'active',
    input: state.input,
    variables: state.variables,
    resources: state.resources,
    messages: toChatMessages(state, options),
    createdAt: toIsoTime(row.createdAt),
    updatedAt: toIsoTime(row.updatedAt),
    ...executionField(state),
  };
}

function toUi(row: SessionRow, state: SessionState, options: MessageOptions): UISessionStateJson {
  return {
    sessionId: row.id,
    agentId: row.agentId,
    status: 'active',
    messages: toUiMessages(state, options),
    ...executionField(state),
  };
}

/** The execution that is under way, with the calls it waits for (http-api.md 6.3). */
function executionField({ execution }: SessionState): Pick<SessionResponse, 'execution'> {
  if (execution?.status !== 'running' && execution?.status !== 'waiting') return {};
  const { executionId, status } = execution;
  if (status === 'running') return { execution: { executionId, status } };
  const toolCalls = execution.pending.map(({ display: _, providerMetadata: __, ...call }) => call);
  return { execution: { executionId, status, toolCalls } };
}
