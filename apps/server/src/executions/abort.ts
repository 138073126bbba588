import { endExecution, findActiveExecution } from '@octavus/engine';
import { type ExecutionParts, getSession, getUsableSession, type SessionKey } from './execution-parts.ts';

/**
 * Stops the running or waiting execution of a session (http-api.md 6.7).
 *
 * @returns false when there was none.
 * @throws OctavusError NOT_FOUND, SESSION_EXPIRED; SESSION_BUSY when it runs on another node; VALIDATION_ERROR for a worker run.
 */
export async function abortExecution(key: SessionKey, parts: ExecutionParts): Promise<boolean> {
  const session = await getUsableSession(parts, key);
  if (await stopLeg(session.id, parts)) return true;
  if (!session.execution) return false;
  using _lock = await parts.locks.acquire(session.id);
  return abortWaiting(key, parts);
}

/** Stops the leg that runs in this process and waits until it has stored its end. @returns false when there is none. */
export async function stopLeg(sessionId: string, parts: ExecutionParts): Promise<boolean> {
  const leg = parts.legs.find(sessionId);
  if (!leg) return false;
  leg.controller.abort('abort');
  await leg.ended;
  return true;
}

async function abortWaiting(key: SessionKey, parts: ExecutionParts): Promise<boolean> {
  const session = await getSession(parts, key);
  const state = await parts.cache.read(session);
  if (!findActiveExecution(state)) return false;
  await parts.openWriter(session, state).write(endExecution(state, 'aborted', parts.ports.clock));
  return true;
}
