import type { ExecuteWorkerBody, RestoreSessionBody, StartSessionBody, StreamEvent, TriggerBody } from '@octavus/core';
import type { Reach } from '../access/scope.ts';
import type { AgentKey } from '../agents/agents.ts';

/** A request to `POST /api/agent-sessions/:id/trigger`, its body parsed but not yet checked against the agent. */
export interface TriggerRequest extends Reach {
  readonly sessionId: string;
  /** The parsed body of http-api.md 6.6. */
  readonly body: TriggerBody;
  /** Number of the run of a workforce thread that begins with this: SESSION_BUSY when it is no longer this node's to begin. */
  readonly threadRun?: number;
  /** `X-Octavus-Trace: true`. */
  readonly isTraced: boolean;
  /** For `INTERNAL_ERROR` messages. */
  readonly requestId: string;
  /** Aborts, with a `StopReason` as its reason, when the caller is gone. */
  readonly signal: AbortSignal;
}

/** A request to `POST /api/agent-sessions/start`, as `TriggerRequest`. */
export interface StartRequest extends Omit<TriggerRequest, 'sessionId' | 'body' | 'threadRun'> {
  /** The parsed body of http-api.md 6.8. */
  readonly body: StartSessionBody;
}

/** A request to `POST /api/agents/:id/execute`, as `TriggerRequest`. */
export interface ExecuteRequest extends Omit<TriggerRequest, 'sessionId' | 'body' | 'threadRun'> {
  readonly agent: { readonly key: string; readonly by: AgentKey };
  /** The parsed body of http-api.md 8. */
  readonly body: ExecuteWorkerBody;
}

/** Names a session, for as long as the caller is there. */
interface SessionRequest extends Reach {
  readonly sessionId: string;
  readonly signal: AbortSignal;
}

/** One accepted leg. Its acceptance is on disk; the events are not produced before they are asked for. */
export interface Leg {
  readonly sessionId: string;
  readonly executionId: string;
  /**
   * What may be sent, in arrays of what became ready together; facts among them are committed. Ends after the terminal event.
   * Asking for the next array is the permission to read on from the model: a slow reader slows the model.
   */
  readonly events: AsyncIterable<readonly StreamEvent[]>;
  /** Aborts when the leg is told to stop. Whoever waits for a slow reader then stops waiting and asks for the rest. */
  readonly stopped: AbortSignal;
}

/** Runs executions: one at a time per session, durable before visible. */
export interface Executions {
  /**
   * Starts or continues an execution. Everything that can be refused is refused by throwing, before anything is stored.
   *
   * @throws OctavusError VALIDATION_ERROR, NOT_FOUND, SESSION_EXPIRED, EXECUTION_NOT_FOUND, EXECUTION_NOT_RESUMABLE, SESSION_BUSY
   *   (after a wait of 5 s), SERVICE_UNAVAILABLE (draining, or the database is away); see the table of http-api.md 6.6.
   */
  trigger(request: TriggerRequest): Promise<Leg>;
  /**
   * Creates a session and fires its first trigger; with an idempotency key only once, see the table of http-api.md 6.8. On an error no
   * session exists that did not exist before.
   *
   * @throws OctavusError VALIDATION_ERROR, NOT_FOUND, SESSION_BUSY (with the detail `sessionId`), EXECUTION_NOT_RESUMABLE when the
   *   session has gone on since, SERVICE_UNAVAILABLE.
   */
  start(request: StartRequest): Promise<Leg>;
  /**
   * Runs a worker agent on its own, or continues such a run.
   *
   * @throws OctavusError VALIDATION_ERROR, NOT_FOUND, SESSION_EXPIRED, EXECUTION_NOT_FOUND, EXECUTION_NOT_RESUMABLE, SESSION_BUSY,
   *   SERVICE_UNAVAILABLE.
   */
  execute(request: ExecuteRequest): Promise<Leg>;
  /**
   * Rebuilds an expired session from messages. @returns false when it is active.
   * @throws OctavusError VALIDATION_ERROR, NOT_FOUND, SESSION_BUSY
   */
  restore(request: SessionRequest & { readonly body: RestoreSessionBody }): Promise<boolean>;
  /** Expires a session at once, whatever runs in it. @throws OctavusError VALIDATION_ERROR, NOT_FOUND, SESSION_BUSY */
  clear(request: SessionRequest): Promise<void>;
  /** Stops the running or waiting execution. @returns false when there was none. @throws NOT_FOUND, SESSION_EXPIRED, SESSION_BUSY */
  abort(request: { readonly projectId: string; readonly sessionId: string }): Promise<boolean>;
  /**
   * No new legs from here on (SERVICE_UNAVAILABLE); running ones may finish for `graceMs`, then end with SERVER_SHUTDOWN.
   * Resolves when none is left.
   */
  drain(graceMs: number): Promise<void>;
  /** What this process is called where several share a database. */
  readonly nodeId: string;
  /** Legs running in this process. */
  readonly running: number;
}
