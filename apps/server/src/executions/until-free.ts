import { OctavusError } from '@octavus/core';
import type { Clock } from '@octavus/engine';
import { lockWaitMs, type SessionLock } from './session-lock.ts';

/** How long to wait between looks at a session that another node holds. */
const pollMs = 100;

/**
 * Tries again while another node holds the session. Together with the wait for the lock in this process that takes as long as a lock is
 * waited for.
 *
 * @param attempt throws OctavusError SESSION_BUSY when the session is another node's.
 * @throws what the last attempt threw.
 */
export async function untilFree<T>(
  { clock, lock, signal }: { readonly clock: Clock; readonly lock: SessionLock; readonly signal: AbortSignal },
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = clock.now() + lockWaitMs - lock.waitedMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || clock.now() >= deadline || signal.aborted) throw error;
    }
    await clock.sleep(pollMs, signal);
  }
}

export function isBusy(error: unknown): error is OctavusError {
  return OctavusError.isInstance(error) && error.code === 'SESSION_BUSY';
}
