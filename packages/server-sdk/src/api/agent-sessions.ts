import {
  abortSessionResponseSchema,
  clearSessionResponseSchema,
  createSessionResponseSchema,
  type ExpiredSessionState,
  restoreSessionResponseSchema,
  type UIMessage,
} from '@octavus/core';
import type { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import { requestJson, segment } from '../http/request-json.ts';
import { AgentSession } from '../session/agent-session.ts';
import type { AgentTypes, AnyAgent, SessionAttachOptions, StartSessionOptions } from '../session/types.ts';
import {
  type ExecutionLogsResult,
  logsAnswerSchema,
  type SessionState,
  sessionAnswerSchema,
  type UISessionState,
  uiSessionAnswerSchema,
} from './session-state.ts';

/** `restored` is false when the session was still active: nothing changed. */
export type RestoreSessionResult = z.infer<typeof restoreSessionResponseSchema>;
export type ClearSessionResult = z.infer<typeof clearSessionResponseSchema>;
/** `aborted` is false when nothing was running. */
export type AbortSessionResult = z.infer<typeof abortSessionResponseSchema>;

/** What of a log is wanted. */
export interface GetLogsOptions {
  /** Leaves out what was sent to models. */
  excludeModelRequests?: boolean;
}

/** A session whose id is known from the start. The narrow member comes first, so that its signature wins. */
export type AttachedSession<Agent extends AgentTypes = AnyAgent> = { getSessionId(): string } & AgentSession<Agent>;

/** Creates, reads and opens sessions. Every method that sends a request throws `ApiError`. */
export class AgentSessionsApi {
  readonly #config: ApiConfig;

  constructor(config: ApiConfig) {
    this.#config = config;
  }

  /**
   * Makes a session.
   *
   * @param agentId id of the agent, or its slug.
   * @param input by the names that the agent declares.
   * @returns the session's id.
   * @throws ApiError 404 for an agent that is not there, 400 for input of another shape.
   */
  async create(agentId: string, input?: Record<string, unknown>): Promise<string> {
    const { sessionId } = await requestJson(this.#config, {
      method: 'POST',
      path: '/api/agent-sessions',
      body: { agentId, input },
      schema: createSessionResponseSchema,
      context: 'Failed to create the session',
    });
    return sessionId;
  }

  /**
   * The stored state, hidden messages included.
   *
   * @returns `status: 'expired'` and no messages for a session that has expired; `restore` brings it back.
   * @throws ApiError 404 for a session that never was.
   */
  get(sessionId: string): Promise<SessionState | ExpiredSessionState> {
    return requestJson(this.#config, {
      method: 'GET',
      path: pathOf(sessionId),
      schema: sessionAnswerSchema,
      context: 'Failed to get the session',
    });
  }

  /** The messages as people see them. Returns and throws as `get` does. */
  getMessages(sessionId: string): Promise<UISessionState | ExpiredSessionState> {
    return requestJson(this.#config, {
      method: 'GET',
      path: `${pathOf(sessionId)}?format=ui`,
      schema: uiSessionAnswerSchema,
      context: 'Failed to get the messages',
    });
  }

  /**
   * Brings an expired session back from the messages that the application kept.
   *
   * @param messages as `getMessages` gave them, or as a chat holds them; at most 2000.
   * @param input default: the input the session was made with.
   * @returns `restored: false` when the session was still active; nothing has changed then.
   * @throws ApiError 404 for a session that never was, 400 for messages of another shape.
   */
  restore(sessionId: string, messages: UIMessage[], input?: Record<string, unknown>): Promise<RestoreSessionResult> {
    return requestJson(this.#config, {
      method: 'POST',
      path: `${pathOf(sessionId)}/restore`,
      body: { messages, input },
      schema: restoreSessionResponseSchema,
      context: 'Failed to restore the session',
    });
  }

  /** Expires the session now. @throws ApiError 404 for a session that is not there. */
  clear(sessionId: string): Promise<ClearSessionResult> {
    return requestJson(this.#config, {
      method: 'DELETE',
      path: pathOf(sessionId),
      schema: clearSessionResponseSchema,
      context: 'Failed to clear the session',
    });
  }

  /**
   * Stops what runs or waits, for callers behind a proxy that hides disconnects.
   *
   * @returns `aborted: false` when nothing was running.
   * @throws ApiError 404 for a session that is not there.
   */
  abort(sessionId: string): Promise<AbortSessionResult> {
    return requestJson(this.#config, {
      method: 'POST',
      path: `${pathOf(sessionId)}/abort`,
      body: {},
      schema: abortSessionResponseSchema,
      context: 'Failed to abort the session',
    });
  }

  /**
   * What the session's executions did, step by step.
   *
   * @returns the newest 3000 entries, oldest first; `status: 'expired'` for a session that has expired.
   * @throws ApiError 404 for a session that is not there.
   */
  getLogs(sessionId: string, options: GetLogsOptions = {}): Promise<ExecutionLogsResult | ExpiredSessionState> {
    const query = options.excludeModelRequests ? '?excludeModelRequests=true' : '';
    return requestJson(this.#config, {
      method: 'GET',
      path: `${pathOf(sessionId)}/logs${query}`,
      schema: logsAnswerSchema,
      context: 'Failed to get the logs',
    });
  }

  /**
   * A handle on an existing session. Sends nothing: whether the session is there shows with the first execution.
   *
   * @param options.tools and the like: what runs here.
   * @throws Error when tools of `mcpServers` clash.
   */
  attach<Agent extends AgentTypes = AnyAgent>(
    sessionId: string,
    options: SessionAttachOptions<Agent> = {},
  ): AttachedSession<Agent> {
    const session = new AgentSession<Agent>({ ...options, config: this.#config, sessionId });
    // It was given an id.
    return session as AttachedSession<Agent>;
  }

  /**
   * A handle whose first trigger creates the session, in one request that may be repeated. Sends nothing.
   *
   * @param options.agentId id of the agent, or its slug.
   * @param options.idempotencyKey default: one of its own, so that retries make one session.
   * @throws Error when tools of `mcpServers` clash.
   */
  start<Agent extends AgentTypes = AnyAgent>(options: StartSessionOptions<Agent>): AgentSession<Agent> {
    const { agentId, input, idempotencyKey, onSessionCreated, ...attach } = options;
    const deferredStart = {
      agentId,
      input: input as Record<string, unknown> | undefined,
      idempotencyKey,
      onSessionCreated,
    };
    return new AgentSession<Agent>({ ...(attach as SessionAttachOptions<Agent>), config: this.#config, deferredStart });
  }
}

function pathOf(sessionId: string): string {
  return `/api/agent-sessions/${segment(sessionId)}`;
}
