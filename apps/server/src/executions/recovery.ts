import { endExecution } from '@octavus/engine';
import type { SessionRow } from '../storage/storage.ts';
import type { ExecutionParts } from './execution-parts.ts';

/** How often executions of dead nodes are looked for. A restart of this machine's only process finds its own at once. */
const everyMs = 5_000;

/**
 * Closes executions whose process is gone: once before the first request is answered, then as long as the process lives.
 */
export async function startRecovery(parts: ExecutionParts): Promise<AsyncDisposable> {
  await recoverAbandoned(parts);
  let running: Promise<void> = Promise.resolve();
  const tick = () => {
    running = recoverAbandoned(parts).catch((cause) =>
      parts.logger.warn({ err: cause }, 'Recovery will be tried again'),
    );
  };
  const timer = setInterval(tick, everyMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

async function recoverAbandoned(parts: ExecutionParts): Promise<void> {
  const { sessions } = parts.storage;
  await parts.lease.dropDead();
  for (const row of await sessions.listAbandoned(parts.ports.clock.now())) await recoverSession(row, parts);
  for (const [sessionId, projectId] of parts.unsettled) {
    const row = await sessions.find(projectId, sessionId);
    if (row?.execution?.status === 'running') await recoverSession(row, parts);
    else parts.unsettled.delete(sessionId);
  }
}

/**
 * Closes a running execution as `interrupted`: what was saved of its message is kept, calls without a result are cancelled, the session
 * is free (runtime-semantics.md 11). A session that another node holds after all stays as it is.
 */
export async function recoverSession(row: SessionRow, parts: ExecutionParts): Promise<void> {
  if (parts.legs.find(row.id)) return;
  parts.cache.forget(row.id);
  const state = await parts.cache.read(row);
  await parts.openWriter(row, state).write(endExecution(state, 'interrupted', parts.ports.clock));
  parts.unsettled.delete(row.id);
}
