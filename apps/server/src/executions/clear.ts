import { stopLeg } from './abort.ts';
import { type ExecutionParts, getSession, type SessionKey } from './execution-parts.ts';
import { recoverSession } from './recovery.ts';
import { untilFree } from './until-free.ts';

/**
 * Expires a session at once (http-api.md 6.5): what runs in it is stopped first, then its state is removed.
 *
 * @throws OctavusError NOT_FOUND, VALIDATION_ERROR for a worker run, SESSION_BUSY when another request or node holds it.
 */
export async function clearSession(
  request: SessionKey & { readonly signal: AbortSignal },
  parts: ExecutionParts,
): Promise<void> {
  const { id } = await getSession(parts, request);
  await stopLeg(id, parts);
  using _lock = await parts.locks.acquire(id);
  await untilFree(parts.ports.clock, request.signal, async () => {
    const session = await getSession(parts, request);
    if (session.execution?.status === 'running') await recoverSession(session, parts);
    await parts.storage.sessions.expire([id], { at: parts.ports.clock.now() });
  });
  parts.cache.forget(id);
}
