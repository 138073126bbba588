import { endExecution, findActiveExecution } from '@octavus/engine';
import { type ExecutionParts, getSession } from './execution-parts.ts';

/**
 * Stops the running or waiting execution of a session (http-api.md 6.7).
 *
 * @returns false when there was none.
 * @throws OctavusError NOT_FOUND; SESSION_BUSY when it runs on another node that does not answer in time.
 */
export async function abortExecution(
  request: { readonly projectId: string; readonly sessionId: string },
  parts: ExecutionParts,
): Promise<boolean> {
  const session = await getSession(parts, request.projectId, request.sessionId);
  const leg = parts.legs.find(session.id);
  if (leg) {
    leg.controller.abort('abort');
    await leg.ended;
    return true;
  }
  if (!session.execution) return false;
  using _lock = await parts.locks.acquire(session.id);
  return abortWaiting(request, parts);
}

async function abortWaiting(
  request: { readonly projectId: string; readonly sessionId: string },
  parts: ExecutionParts,
): Promise<boolean> {
  const session = await getSession(parts, request.projectId, request.sessionId);
  const state = await parts.cache.read(session);
  if (!findActiveExecution(state)) return false;
  await parts.openWriter(session, state).write(endExecution(state, 'aborted', parts.ports.clock));
  return true;
}
