import { OctavusError } from '@octavus/core';
import type { EnginePorts, SessionState } from '@octavus/engine';
import type { AgentDefinitions } from '../agents/definitions.ts';
import type { EndedLeg } from '../console/usage.ts';
import type { FileService } from '../files/files.ts';
import type { Logger } from '../logging.ts';
import { isExpired } from '../sessions/expiry.ts';
import type { SessionRow, SessionWithAgent, Storage } from '../storage/storage.ts';
import type { NodeLease } from './node-lease.ts';
import type { RunningLegs } from './running-legs.ts';
import type { SessionCache } from './session-cache.ts';
import type { SessionLocks } from './session-lock.ts';
import type { SessionWriter } from './session-writer.ts';

/** The engine's ports but for what belongs to a project: its workers and files. */
export type ServerPorts = Omit<EnginePorts, 'findWorker' | 'getWorker' | 'files'>;

export interface ExecutionsOptions {
  readonly storage: Storage;
  readonly definitions: AgentDefinitions;
  readonly cache: SessionCache;
  readonly files: Pick<FileService, 'resolve' | 'findWithin' | 'store' | 'read'>;
  readonly ports: ServerPorts;
  readonly logger: Logger;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
  /** How often executions that nobody runs are looked for, in milliseconds. Default 5 s. */
  readonly recoverEveryMs?: number;
  /** Told when the end of a leg is stored. */
  readonly onLegStored?: (leg: EndedLeg) => void;
}

/** What the modules of this folder share. */
export interface ExecutionParts extends ExecutionsOptions {
  readonly locks: SessionLocks;
  readonly legs: RunningLegs;
  readonly lease: NodeLease;
  openWriter(row: SessionRow, state: SessionState): SessionWriter;
}

/** Names the session of a request. */
export interface SessionKey {
  readonly projectId: string;
  readonly sessionId: string;
}

/** The session of a request, expired or not. @throws OctavusError NOT_FOUND; VALIDATION_ERROR for a worker run */
export async function getSession(
  parts: ExecutionParts,
  { projectId, sessionId }: SessionKey,
): Promise<SessionWithAgent> {
  const row = await parts.storage.sessions.find(projectId, sessionId);
  if (!row) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
  if (row.kind !== 'worker') return row;
  const message = 'This is a worker run: it can be read, nothing else. Execute the worker agent again.';
  throw new OctavusError('VALIDATION_ERROR', {}, { message });
}

/** As `getSession`. @throws OctavusError SESSION_EXPIRED besides */
export async function getUsableSession(parts: ExecutionParts, key: SessionKey): Promise<SessionWithAgent> {
  const row = await getSession(parts, key);
  if (hasExpired(row, parts)) throw new OctavusError('SESSION_EXPIRED');
  return row;
}

/** Whether the session is expired at this moment. */
export function hasExpired(row: SessionRow, { ports, sessionTtlMs }: ExecutionParts): boolean {
  return isExpired(row, { now: ports.clock.now(), ttlMs: sessionTtlMs });
}

/** Makes sure that nothing is left of an expired session but its row. */
export async function dropExpired(
  row: SessionRow,
  { storage, cache, ports, sessionTtlMs }: ExecutionParts,
): Promise<void> {
  const now = ports.clock.now();
  if (row.status === 'active') await storage.sessions.expire([row.id], { at: now, idleSince: now - sessionTtlMs });
  cache.forget(row.id);
}
