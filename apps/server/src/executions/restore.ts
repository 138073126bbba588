import type { RestoreSessionBody } from '@octavus/core';
import { OctavusError } from '@octavus/core';
import { type Change, fromUiMessages, type SessionState } from '@octavus/engine';
import type { Reach } from '../access/scope.ts';
import { withinReach } from '../files/within-reach.ts';
import { prepareOpening } from '../sessions/new-session.ts';
import type { SessionRow } from '../storage/storage.ts';
import { dropExpired, type ExecutionParts, getSession, hasExpired, type SessionKey } from './execution-parts.ts';
import { openEmpty } from './open-empty.ts';
import { untilFree } from './until-free.ts';

interface RestoreRequest extends SessionKey, Reach {
  readonly body: RestoreSessionBody;
  readonly signal: AbortSignal;
}

/**
 * Rebuilds an expired session from the messages that people saw (runtime-semantics.md 10).
 *
 * @returns false when the session is active: nothing changes then.
 * @throws OctavusError NOT_FOUND (agent archived, too), VALIDATION_ERROR, SESSION_BUSY
 */
export async function restoreSession(request: RestoreRequest, parts: ExecutionParts): Promise<boolean> {
  const { body, scope } = request;
  const session = await getSession(parts, request);
  if (session.agent.isArchived) throw new OctavusError('NOT_FOUND', { resource: 'Agent' });
  if (!hasExpired(session, parts)) return false;
  const { version } = session.agent;
  const agent = { id: session.agentId, projectId: session.projectId, version };
  const reopen = await prepareOpening(parts, agent, body.input ? { input: body.input, scope } : session);
  const conversation = fromUiMessages(await withinReach(body.messages, request, parts.files), parts.ports.ids);
  using lock = await parts.locks.acquire(session.id);
  const { clock } = parts.ports;
  return untilFree({ clock, lock, signal: request.signal }, async () => {
    const current = await getSession(parts, request);
    if (!hasExpired(current, parts)) return false;
    await dropExpired(current, parts);
    await parts.openWriter(current, openEmpty(current)).write([restoredChange(reopen, conversation)], { reopen });
    return true;
  });
}

/** The change with which an expired session begins anew. */
export function restoredChange(
  { input, opening }: Pick<SessionRow, 'input' | 'opening'>,
  conversation: Pick<SessionState, 'messages' | 'todos'>,
): Change {
  return { change: 'session-restored', input, ...opening, ...conversation };
}
