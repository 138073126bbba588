import { type ErrorCode, type ErrorEvent, OctavusError, type PendingToolCall, type TriggerBody } from '@octavus/core';
import { type Clock, findExecution, type SessionState } from '@octavus/engine';
import type { AgentDefinitions } from '../agents/definitions.ts';
import type { Executions, Leg } from '../executions/executions.ts';
import type { SessionCache } from '../executions/session-cache.ts';
import type { Storage } from '../storage/storage.ts';
import type { ThreadRun, ThreadRunEnd } from '../storage/workforce.ts';
import { toThreadTrigger } from './thread-input.ts';
import type { ThreadRunOutcome } from './thread-runner.ts';
import { interrupted } from './threads.ts';

export interface RunThreadParts {
  readonly storage: Pick<Storage, 'sessions' | 'threadRuns'>;
  readonly executions: Pick<Executions, 'trigger' | 'abort' | 'nodeId'>;
  readonly definitions: AgentDefinitions;
  readonly cache: Pick<SessionCache, 'read'>;
  readonly clock: Clock;
}

/** Pause while somebody else holds the session; a request for it has waited five seconds already. */
const pauseMs = 500;

/**
 * Tells the agent of a thread a message and waits for the end of the turn. Nobody is attached: calls of tools outside the server get an
 * error, and the turn goes on (http-api.md 11).
 *
 * @returns `unknown` when the process stops in mid-turn, or the database keeps silent to the end.
 */
export async function runThread(run: ThreadRun, parts: RunThreadParts, signal: AbortSignal): Promise<ThreadRunOutcome> {
  try {
    const leg = await whenFree(parts, signal, () => beginRun(run, parts));
    return await finish(run, leg, parts, signal);
  } catch (error) {
    return error instanceof NotOurs || isOutage(error) ? 'not-begun' : toEnd(error);
  }
}

/** The run was taken away, or has begun. */
class NotOurs extends Error {
  override readonly name = 'NotOurs';
}

/** The database refuses a run that is not this node's any more as it refuses a busy session, so it is asked before every attempt. */
async function beginRun(run: ThreadRun, parts: RunThreadParts): Promise<Leg> {
  const { storage, executions } = parts;
  const stored = await storage.threadRuns.find(run);
  const isOurs = stored?.status === 'running' && stored.nodeId === executions.nodeId;
  if (!isOurs || stored.executionId !== undefined) throw new NotOurs();
  return executions.trigger({ ...requestOf(run), threadRun: run.seq, body: await triggerOf(run, parts) });
}

async function finish(run: ThreadRun, leg: Leg, parts: RunThreadParts, signal: AbortSignal): Promise<ThreadRunOutcome> {
  try {
    const failure = await playOut(leg, run, parts, signal);
    return await whenUp(parts, signal, () => endOf(run, leg.executionId, parts, failure));
  } catch (error) {
    return isOutage(error) ? 'unknown' : toEnd(error);
  }
}

/** What became of a run whose process is gone, or could not see whether it had begun it. */
export async function recoverRun(run: ThreadRun, parts: RunThreadParts): Promise<ThreadRunOutcome> {
  const { sessionId, projectId, executionId } = run;
  const row = await parts.storage.sessions.find(projectId, sessionId);
  if (row?.status !== 'active') return { status: 'cancelled' };
  // Recovery of executions comes first, and seals what was saved.
  if (row.execution?.status === 'running') return 'unknown';
  if (executionId === undefined) return 'not-begun';
  const isWaiting = row.execution?.executionId === executionId;
  if (!isWaiting) return endOf(run, executionId, parts);
  // It paused, and nobody will answer.
  await parts.executions.abort({ projectId, sessionId });
  return failed(interrupted);
}

async function triggerOf(run: ThreadRun, { storage, definitions }: RunThreadParts): Promise<TriggerBody> {
  const row = await storage.sessions.find(run.projectId, run.sessionId);
  if (!row) throw new OctavusError('NOT_FOUND', { resource: 'Thread' });
  const definition = await definitions.get(row.agentId, row.agent.version);
  return { kind: 'trigger', ...toThreadTrigger(definition, run) };
}

function requestOf({ projectId, sessionId, seq }: ThreadRun) {
  const { signal } = new AbortController();
  return { projectId, sessionId, isTraced: false, requestId: `${sessionId}-${seq}`, signal };
}

/** Tries until nobody else holds the session. @throws what else keeps it from beginning; SERVICE_UNAVAILABLE when the process stops */
async function whenFree(parts: RunThreadParts, signal: AbortSignal, attempt: () => Promise<Leg>): Promise<Leg> {
  return persistently(parts, signal, (error) => isCode(error, 'SESSION_BUSY'), attempt);
}

/** Tries until the database answers. @throws SERVICE_UNAVAILABLE when the process stops first */
async function whenUp<T>(parts: RunThreadParts, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  return persistently(parts, signal, isOutage, attempt);
}

async function persistently<T>(
  { clock }: RunThreadParts,
  signal: AbortSignal,
  passes: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  while (!signal.aborted) {
    try {
      return await attempt();
    } catch (error) {
      if (!passes(error)) throw error;
    }
    await clock.sleep(pauseMs, signal);
  }
  throw new OctavusError('SERVICE_UNAVAILABLE');
}

/** The database does not answer, or this process begins nothing any more. */
function isOutage(error: unknown): boolean {
  return isCode(error, 'SERVICE_UNAVAILABLE');
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return OctavusError.isInstance(error) && error.code === code;
}

/** Reads a turn to its end, over all its pauses. @returns the error it ended with. */
async function playOut(
  first: Leg,
  run: ThreadRun,
  parts: RunThreadParts,
  signal: AbortSignal,
): Promise<ErrorEvent | undefined> {
  const { executionId } = first;
  for (let leg = first; ; ) {
    const { calls, failure } = await readLeg(leg);
    if (calls.length === 0) return failure;
    const toolResults = calls.map(({ toolCallId, toolName }) => ({
      toolCallId,
      error: `Nobody is attached to run the tool "${toolName}".`,
    }));
    const results: TriggerBody = { kind: 'continuation', executionId, toolResults };
    leg = await whenUp(parts, signal, () =>
      whenFree(parts, signal, () => parts.executions.trigger({ ...requestOf(run), body: results })),
    );
  }
}

async function readLeg(leg: Leg) {
  let calls: readonly PendingToolCall[] = [];
  let failure: ErrorEvent | undefined;
  for await (const events of leg.events) {
    for (const event of events) {
      if (event.type === 'tool-request') calls = event.toolCalls;
      if (event.type === 'error') failure = event;
    }
  }
  return { calls, failure };
}

async function endOf(
  { projectId, sessionId }: ThreadRun,
  executionId: string,
  { storage, cache }: RunThreadParts,
  failure?: ErrorEvent,
): Promise<ThreadRunEnd> {
  const row = await storage.sessions.find(projectId, sessionId);
  if (row?.status !== 'active') return { status: 'cancelled' };
  const state: SessionState = await cache.read(row);
  switch (findExecution(state, executionId)?.status) {
    case 'completed':
      return { status: 'completed' };
    case 'aborted':
    case 'superseded':
      return failure ? failedBy(failure) : { status: 'cancelled' };
    case 'failed':
      return failure ? failedBy(failure) : failed('The run failed');
    default:
      return failed(interrupted);
  }
}

function failedBy({ code, message }: ErrorEvent): ThreadRunEnd {
  return failed(code === 'SERVER_SHUTDOWN' ? interrupted : message);
}

function failed(failureReason: string): ThreadRunEnd {
  return { status: 'failed', failureReason };
}

/** A turn that cannot go on. */
function toEnd(error: unknown): ThreadRunEnd {
  if (!OctavusError.isInstance(error)) throw error;
  // Cleared, aborted or superseded by whoever uses the thread as a session.
  const isStopped = error.code === 'SESSION_EXPIRED' || error.code === 'EXECUTION_NOT_RESUMABLE';
  return isStopped ? { status: 'cancelled' } : failed(error.message);
}
