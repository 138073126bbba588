import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionCache } from '../executions/session-cache.ts';
import type { Logger } from '../logging.ts';
import type { Storage } from '../storage/storage.ts';

const everyMs = 10 * 60 * 1000;
/** Sessions ended in one transaction, and keys forgotten: what else wants to write waits no longer than that takes. */
const sessionsPerBatch = 20;
const keysPerBatch = 200;

/** How long the answer to a request with an `Idempotency-Key` is kept. */
export const keptAnswersMs = 24 * 60 * 60 * 1000;

interface SweepOptions {
  readonly storage: Pick<Storage, 'sessions' | 'idempotency'>;
  readonly cache: Pick<SessionCache, 'forget'>;
  readonly now: () => number;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Sweeps at once and every ten minutes, in the background. Disposing waits for the batch that is under way. */
export function startSessionSweeper(options: SweepOptions): AsyncDisposable {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const tick = () => {
    running = sweepSessions(options, stopping.signal).catch((cause) =>
      options.logger.warn({ err: cause }, 'Sessions will be swept again in ten minutes'),
    );
  };
  tick();
  const timer = setInterval(tick, everyMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

/**
 * Removes the state of sessions that expired (http-api.md 6.1), and answers that are kept no longer. Running sessions are not touched.
 * Safe on several nodes at once, and when it is cut off.
 *
 * @param signal ends it after the batch that is under way.
 */
export async function sweepSessions(options: SweepOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await endIdle(options))) await nextTurn();
  while (!signal.aborted && (await forgetAnswers(options))) await nextTurn();
}

/** @returns whether there may be more. */
async function endIdle({ storage, cache, now, sessionTtlMs }: SweepOptions): Promise<boolean> {
  const at = now();
  const idleSince = at - sessionTtlMs;
  const idle = await storage.sessions.listIdle(idleSince, sessionsPerBatch);
  if (idle.length === 0) return false;
  const ended = await storage.sessions.expire(idle, { at, idleSince });
  for (const id of ended) cache.forget(id);
  // None: others came first. Whatever is left then is looked at the next time.
  return ended.length > 0;
}

async function forgetAnswers({ storage, now }: SweepOptions): Promise<boolean> {
  const removed = await storage.idempotency.removeOld(now() - keptAnswersMs, keysPerBatch);
  return removed === keysPerBatch;
}
