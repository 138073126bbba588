import { OctavusError } from '@octavus/core';
import type { EnginePorts, SessionState } from '@octavus/engine';
import type { AgentDefinitions } from '../agents/definitions.ts';
import type { FileService } from '../files/files.ts';
import type { Logger } from '../logging.ts';
import type { SessionRow, SessionWithAgent, Storage } from '../storage/storage.ts';
import type { NodeLease } from './node-lease.ts';
import type { RunningLegs } from './running-legs.ts';
import type { SessionCache } from './session-cache.ts';
import type { SessionLocks } from './session-lock.ts';
import type { SessionWriter } from './session-writer.ts';

export interface ExecutionsOptions {
  readonly storage: Storage;
  readonly definitions: AgentDefinitions;
  readonly cache: SessionCache;
  readonly files: Pick<FileService, 'resolve'>;
  readonly ports: EnginePorts;
  readonly logger: Logger;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
}

/** What the modules of this folder share. */
export interface ExecutionParts extends ExecutionsOptions {
  readonly locks: SessionLocks;
  readonly legs: RunningLegs;
  readonly lease: NodeLease;
  /** Session id → project id, where an execution ended here without its end being stored; recovery closes it. */
  readonly unsettled: Map<string, string>;
  openWriter(row: SessionRow, state: SessionState): SessionWriter;
}

/** The session of a request. @throws OctavusError NOT_FOUND */
export async function getSession(
  parts: ExecutionParts,
  projectId: string,
  sessionId: string,
): Promise<SessionWithAgent> {
  const row = await parts.storage.sessions.find(projectId, sessionId);
  if (!row) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
  return row;
}
