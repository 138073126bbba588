import { endExecution, findActiveExecution } from '@octavus/engine';
import { type ExecutionParts, getSession, getUsableSession, type SessionKey } from './execution-parts.ts';
import { StopElsewhere } from './stop-elsewhere.ts';
import { isBusy, untilFree } from './until-free.ts';

/**
 * Stops the running or waiting execution of a session (http-api.md 6.7), on whichever node it runs.
 *
 * @returns false when there was none.
 * @throws OctavusError NOT_FOUND, SESSION_EXPIRED; VALIDATION_ERROR for a worker run; SESSION_BUSY when the node that runs it does not
 *   stop it within five seconds.
 */
export async function abortExecution(key: SessionKey, parts: ExecutionParts): Promise<boolean> {
  const { id, execution } = await getUsableSession(parts, key);
  if (await stopLeg(id, parts)) return true;
  if (!execution) return false;
  using lock = await parts.locks.acquire(id);
  await using elsewhere = new StopElsewhere(parts);
  const { signal } = new AbortController();
  const { clock } = parts.ports;
  return untilFree({ clock, lock, signal }, () => abortStored(key, elsewhere, parts));
}

/** Stops the leg that runs in this process and waits until it has stored its end. @returns false when there is none. */
export async function stopLeg(sessionId: string, parts: ExecutionParts): Promise<boolean> {
  const leg = parts.legs.find(sessionId);
  if (!leg) return false;
  leg.controller.abort('abort');
  await leg.ended;
  return true;
}

/** Ends what no process runs. @throws OctavusError SESSION_BUSY when another node runs it; that one is asked to stop it. */
async function abortStored(key: SessionKey, elsewhere: StopElsewhere, parts: ExecutionParts): Promise<boolean> {
  const session = await getSession(parts, key);
  const { id, execution } = session;
  const asked = elsewhere.executionId;
  const hasStopped = asked !== undefined && execution?.executionId !== asked;
  if (!execution || hasStopped) return hasStopped;
  try {
    const state = await parts.cache.read(session);
    if (!findActiveExecution(state)) return false;
    await parts.openWriter(session, state).write(endExecution(state, 'aborted', parts.ports.clock));
    return true;
  } catch (error) {
    if (isBusy(error)) await elsewhere.ask(id, execution.executionId);
    throw error;
  }
}
