import {
  type CreateSessionBody,
  type CreateSessionResponse,
  type ExpiredSessionState,
  type ListSessionsResponse,
  type Logs,
  maxLogEntries,
  OctavusError,
  type SessionListQuery,
  type SessionState as SessionResponse,
  type UISessionStateJson,
} from '@octavus/core';
import {
  type Clock,
  type Ids,
  type MessageOptions,
  type SessionState,
  toChatMessages,
  toUiMessages,
} from '@octavus/engine';
import type { Reach } from '../access/scope.ts';
import type { AgentDefinitions } from '../agents/definitions.ts';
import type { SessionCache } from '../executions/session-cache.ts';
import type { FileService } from '../files/files.ts';
import { toIsoTime } from '../iso-time.ts';
import type { SessionRow, Storage } from '../storage/storage.ts';
import { isExpired } from './expiry.ts';
import { listSessions } from './list-sessions.ts';
import { findSessionAgent, newSession, type OpeningParts, prepareOpening } from './new-session.ts';

/** Creating and reading sessions (http-api.md 6.2, 6.3, 6.9); messages in the v4 shape. */
export interface SessionService {
  /** @throws OctavusError VALIDATION_ERROR, NOT_FOUND */
  create(reach: Reach, body: CreateSessionBody): Promise<CreateSessionResponse>;
  /** A page, newest first. @throws OctavusError VALIDATION_ERROR for a cursor that no page has given out, NOT_FOUND for the agent */
  list(projectId: string, query: SessionListQuery): Promise<ListSessionsResponse>;
  /** @throws OctavusError NOT_FOUND */
  get(projectId: string, sessionId: string, format: 'full'): Promise<SessionResponse | ExpiredSessionState>;
  get(projectId: string, sessionId: string, format: 'ui'): Promise<UISessionStateJson | ExpiredSessionState>;
  /** The newest entries of the execution log, oldest first (http-api.md 6.9). @throws OctavusError NOT_FOUND */
  readLogs(
    projectId: string,
    sessionId: string,
    options: { readonly excludeModelRequests: boolean },
  ): Promise<Logs | ExpiredSessionState>;
}

export interface SessionServiceOptions {
  readonly storage: Storage;
  readonly definitions: AgentDefinitions;
  readonly cache: SessionCache;
  readonly files: Pick<FileService, 'resolve' | 'withFreshUrls'>;
  readonly ports: OpeningParts['ports'];
  readonly ids: Ids;
  readonly clock: Clock;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
}

export function createSessionService(options: SessionServiceOptions): SessionService {
  const { storage, definitions, cache, files, ports, ids, clock, sessionTtlMs } = options;

  async function create({ projectId, scope }: Reach, body: CreateSessionBody): Promise<CreateSessionResponse> {
    const agent = await findSessionAgent(storage, projectId, body.agentId);
    const opening = await prepareOpening({ definitions, files, ports }, agent, { input: body.input, scope });
    const session = newSession(agent, opening, { id: ids.resource(), now: clock.now() });
    await storage.sessions.create(session);
    return { sessionId: session.id };
  }

  async function find(projectId: string, sessionId: string): Promise<SessionRow> {
    const row = await storage.sessions.find(projectId, sessionId);
    if (!row) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
    if (!isExpired(row, { now: clock.now(), ttlMs: sessionTtlMs })) return row;
    cache.forget(row.id);
    return { ...row, status: 'expired' };
  }

  async function get(projectId: string, sessionId: string, format: 'full' | 'ui') {
    const row = await find(projectId, sessionId);
    const state = row.status === 'expired' ? undefined : await readUnlessExpired(cache, row);
    if (!state) return toExpired(row);
    const convert = format === 'ui' ? toUi : toFull;
    return files.withFreshUrls(projectId, (messages) => convert(row, state, messages));
  }

  async function readLogs(projectId: string, sessionId: string, options: { readonly excludeModelRequests: boolean }) {
    const row = await find(projectId, sessionId);
    if (row.status === 'expired') return toExpired(row);
    const log = await storage.sessions.readLog(row.id, { ...options, limit: maxLogEntries });
    return { sessionId: row.id, ...log, truncated: log.total > log.entries.length };
  }

  const list: SessionService['list'] = async (projectId, query) => {
    const agentId = query.agentId && (await findAgentId(projectId, query.agentId));
    const parts = { sessions: storage.sessions, now: clock.now(), sessionTtlMs };
    return listSessions(parts, projectId, { ...query, ...(agentId && { agentId }) });
  };

  /** The id wins over a slug of the same text; sessions of archived agents are found by its id. */
  async function findAgentId(projectId: string, idOrSlug: string): Promise<string> {
    const { agents } = storage;
    const agent = (await agents.find(projectId, idOrSlug)) ?? (await agents.findBySlug(projectId, idOrSlug));
    if (!agent) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
    return agent.id;
  }

  return { create, list, get: get as SessionService['get'], readLogs };
}

/** @returns undefined when the session expired after its row was read. */
async function readUnlessExpired(cache: SessionCache, row: SessionRow): Promise<SessionState | undefined> {
  try {
    return await cache.read(row);
  } catch (error) {
    if (OctavusError.isInstance(error) && error.code === 'SESSION_EXPIRED') return undefined;
    throw error;
  }
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
