import { OctavusError } from '@octavus/core';
import { stopLeg } from './abort.ts';
import { type ExecutionParts, getSession, type SessionKey } from './execution-parts.ts';
import { recoverSession } from './recovery.ts';
import type { SessionLock } from './session-lock.ts';
import { StopElsewhere } from './stop-elsewhere.ts';
import { isBusy, untilFree } from './until-free.ts';

/**
 * Expires a session at once (http-api.md 6.5): what runs in it, on whichever node, is stopped first, then its state is removed.
 *
 * @throws OctavusError NOT_FOUND; VALIDATION_ERROR for a worker run; SESSION_BUSY when another request holds it, or the node that runs it
 *   does not stop within five seconds.
 */
export async function clearSession(
  request: SessionKey & { readonly signal: AbortSignal },
  parts: ExecutionParts,
): Promise<void> {
  const { id } = await getSession(parts, request);
  await stopLeg(id, parts);
  using lock = await acquireStopping(id, parts);
  await using elsewhere = new StopElsewhere(parts);
  const { clock } = parts.ports;
  await untilFree({ clock, lock, signal: request.signal }, () => clearStored(request, elsewhere, parts));
  parts.cache.forget(id);
}

/** How often, while the lock is waited for, it is looked whether a leg has begun. */
const lookEveryMs = 100;

/** One that was being accepted when there was none to stop holds the lock for as long as it runs: it is stopped when it begins. */
async function acquireStopping(sessionId: string, { locks, legs }: ExecutionParts): Promise<SessionLock> {
  const timer = setInterval(() => legs.find(sessionId)?.controller.abort('abort'), lookEveryMs);
  try {
    return await locks.acquire(sessionId);
  } finally {
    clearInterval(timer);
  }
}

/** @throws OctavusError SESSION_BUSY when another node runs an execution in it; that one is asked to stop it. */
async function clearStored(key: SessionKey, elsewhere: StopElsewhere, parts: ExecutionParts): Promise<void> {
  const session = await getSession(parts, key);
  const { id, execution, status } = session;
  try {
    if (execution?.status === 'running') await recoverSession(session, parts);
  } catch (error) {
    if (execution && isBusy(error)) await elsewhere.ask(id, execution.executionId);
    throw error;
  }
  const expired = await parts.storage.sessions.expire([id], { at: parts.ports.clock.now() });
  // Another node has begun something since the session was read.
  if (status === 'active' && expired.length === 0) throw new OctavusError('SESSION_BUSY', { retryAfterSeconds: 2 });
}
