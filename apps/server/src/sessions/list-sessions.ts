import { type ListedSession, type ListSessionsResponse, OctavusError, type SessionListQuery } from '@octavus/core';
import { toIsoTime } from '../iso-time.ts';
import type { SessionPosition, Storage, ListedSession as StoredSession } from '../storage/storage.ts';
import { isExpired } from './expiry.ts';

export interface SessionListParts {
  readonly sessions: Pick<Storage['sessions'], 'list'>;
  readonly now: number;
  readonly sessionTtlMs: number;
}

/**
 * A page of a project's sessions, newest first.
 *
 * @throws OctavusError VALIDATION_ERROR for a cursor that no page has given out.
 */
export async function listSessions(
  { sessions, now, sessionTtlMs }: SessionListParts,
  projectId: string,
  { agentId, status, from, to, cursor, limit }: SessionListQuery,
): Promise<ListSessionsResponse> {
  const found = await sessions.list({
    projectId,
    ...(agentId !== undefined && { agentId }),
    ...(status !== undefined && { status }),
    idleSince: now - sessionTtlMs,
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
    ...(cursor !== undefined && { after: decodeCursor(cursor) }),
    limit: limit + 1,
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    sessions: page.map((session) => toListedSession(session, { now, sessionTtlMs })),
    ...(found.length > limit && last && { nextCursor: encodeCursor(last) }),
  };
}

/** A session as lists show it. */
export function toListedSession(
  session: StoredSession,
  { now, sessionTtlMs }: { readonly now: number; readonly sessionTtlMs: number },
): ListedSession {
  const { id, agentId, agent, kind, execution, createdAt, lastActivityAt } = session;
  return {
    id,
    agent: { id: agentId, ...agent },
    kind: kind === 'worker' ? 'worker' : 'interactive',
    status: isExpired(session, { now, ttlMs: sessionTtlMs }) ? 'expired' : (execution?.status ?? 'idle'),
    createdAt: toIsoTime(createdAt),
    lastActivityAt: toIsoTime(lastActivityAt),
  };
}

function encodeCursor({ createdAt, id }: SessionPosition): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

function decodeCursor(cursor: string): SessionPosition {
  const [, createdAt, id] = /^(\d{1,15}) ([\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (createdAt !== undefined && id !== undefined) return { createdAt: Number(createdAt), id };
  const message = 'Expected the nextCursor of an earlier page';
  throw new OctavusError(
    'VALIDATION_ERROR',
    { reason: `cursor: ${message}` },
    { issues: [{ path: 'cursor', message }] },
  );
}
