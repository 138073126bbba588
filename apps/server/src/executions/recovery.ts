import { endExecution } from '@octavus/engine';
import type { SessionRow } from '../storage/storage.ts';
import type { ExecutionParts, SessionKey } from './execution-parts.ts';

/** How often executions that nobody runs are looked for. A restart of this machine's only process finds its own at once. */
const defaultEveryMs = 5_000;

/** Sessions that are closed together: they share a transaction. */
const batchSize = 100;

/**
 * Closes executions whose process is gone, and those that ended here while the database did not answer: once before the first request
 * is answered, then as long as the process lives.
 */
export async function startRecovery(parts: ExecutionParts): Promise<AsyncDisposable> {
  await recoverAbandoned(parts);
  let running: Promise<void> | undefined;
  const tick = () => {
    running ??= recoverAbandoned(parts)
      .catch((cause) => parts.logger.warn({ err: cause }, 'Recovery will be tried again'))
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(tick, parts.recoverEveryMs ?? defaultEveryMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

async function recoverAbandoned(parts: ExecutionParts): Promise<void> {
  await parts.lease.dropDead();
  const options = { now: parts.ports.clock.now(), nodeId: parts.lease.nodeId };
  const running = await parts.storage.sessions.listAbandoned(options);
  // What runs here holds its lock from before it is stored as running until after its end is stored.
  const abandoned = running.filter(({ sessionId }) => !parts.locks.isHeld(sessionId));
  for (let start = 0; start < abandoned.length; start += batchSize) {
    await Promise.all(abandoned.slice(start, start + batchSize).map((key) => recoverOne(key, parts)));
  }
}

/** Never rejects: a session that cannot be closed does not keep the others, or the start of the server, waiting. */
async function recoverOne(key: SessionKey, parts: ExecutionParts): Promise<void> {
  const { sessionId, projectId } = key;
  try {
    using _lock = await parts.locks.acquire(sessionId);
    const row = await parts.storage.sessions.find(projectId, sessionId);
    if (row?.execution?.status === 'running') await recoverSession(row, parts);
  } catch (cause) {
    parts.logger.warn({ err: cause, sessionId }, 'An execution without a process could not be closed yet');
  }
}

/**
 * Closes a running execution as `interrupted`: what was saved of its message is kept, calls without a result are cancelled, the session
 * is free (runtime-semantics.md 11). The caller holds the session's lock.
 *
 * @throws OctavusError SESSION_BUSY when another node holds it after all; SERVICE_UNAVAILABLE
 */
export async function recoverSession(row: SessionRow, parts: ExecutionParts): Promise<void> {
  parts.cache.forget(row.id);
  const state = await parts.cache.read(row);
  await parts.openWriter(row, state).write(endExecution(state, 'interrupted', parts.ports.clock));
}
