import { OctavusError } from '@octavus/core';
import { createGroupCommit } from '../storage/group-commit.ts';
import { abortExecution } from './abort.ts';
import { acceptTrigger } from './accept.ts';
import { Admission } from './admission.ts';
import { clearSession } from './clear.ts';
import { executeWorker } from './execute.ts';
import type { ExecutionParts, ExecutionsOptions } from './execution-parts.ts';
import type { Executions } from './executions.ts';
import { NodeLease } from './node-lease.ts';
import { startRecovery } from './recovery.ts';
import { restoreSession } from './restore.ts';
import { RunningLegs } from './running-legs.ts';
import { SessionLocks } from './session-lock.ts';
import { SessionWriter } from './session-writer.ts';
import { startSession } from './start.ts';
import { watchStopRequests } from './stop-elsewhere.ts';

/** Opens the executions of this process: takes the node's lease and closes what an earlier process left running. */
export async function createExecutions(options: ExecutionsOptions): Promise<Executions & AsyncDisposable> {
  const { storage, ports, cache, logger } = options;
  const now = () => ports.clock.now();
  const groupCommit = createGroupCommit(storage.sessions);
  const lease = await NodeLease.open({ nodes: storage.nodes, now, logger });
  const parts: ExecutionParts = {
    ...options,
    locks: new SessionLocks(),
    legs: new RunningLegs(),
    lease,
    openWriter: (row, state) =>
      new SessionWriter({
        row,
        state,
        nodeId: lease.nodeId,
        now,
        groupCommit,
        cache,
        onLegStored: options.onLegStored,
      }),
  };
  lease.onLost(() => parts.legs.stopAll('lease-lost'));
  const recovery = await startRecovery(parts);
  const stopRequests = watchStopRequests(parts);
  const admission = new Admission({ runningLegs: () => parts.legs.size, logger });
  let isDraining = false;
  const assertOpen = () => {
    if (isDraining) throw new OctavusError('SERVICE_UNAVAILABLE', { retryAfterSeconds: 5 });
  };
  /** A continuation is not new work: refusing it would waste what was done for it. */
  const admit = async (kind: 'trigger' | 'continuation'): Promise<void> => {
    assertOpen();
    if (kind === 'continuation') return;
    await admission.enter();
    assertOpen();
  };
  return {
    trigger: async (request) => {
      await admit(request.body.kind);
      return acceptTrigger(request, parts);
    },
    start: async (request) => {
      await admit('trigger');
      return startSession(request, parts);
    },
    execute: async (request) => {
      await admit(request.body.type === 'start' ? 'trigger' : 'continuation');
      return executeWorker(request, parts);
    },
    restore: (request) => restoreSession(request, parts),
    clear: (request) => clearSession(request, parts),
    abort: (request) => abortExecution(request, parts),
    drain: async (graceMs) => {
      isDraining = true;
      admission[Symbol.dispose]();
      await drain(parts.legs, graceMs);
    },
    nodeId: lease.nodeId,
    get running() {
      return parts.legs.size;
    },
    [Symbol.asyncDispose]: async () => {
      admission[Symbol.dispose]();
      await stopRequests[Symbol.asyncDispose]();
      await recovery[Symbol.asyncDispose]();
      await lease[Symbol.asyncDispose]();
    },
  };
}

async function drain(legs: RunningLegs, graceMs: number): Promise<void> {
  const timer = setTimeout(() => legs.stopAll('shutdown'), graceMs);
  await legs.allEnded();
  clearTimeout(timer);
}
