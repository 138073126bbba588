import { setTimeout as delay } from 'node:timers/promises';
import { isBusy } from './sqlite-errors.ts';

/** How long a statement waits for another process, such as an operator command, to finish its transaction. */
const defaultPatienceMs = 5_000;
const pauseMs = 20;
/** Without an attempt for this long, the next one that finds the lock taken begins a wait of its own. */
const forgottenAfterMs = 1_000;

/** Runs work that takes the write lock, again while another process has it. */
export type WhenFree = <T>(work: () => T) => Promise<T>;

/**
 * Waits for the write lock without holding up the event loop, as SQLite's own wait would: the rest of the server goes on.
 *
 * The patience is one for all who wait. Once it has run out everybody is refused at once until the lock can be had again, so that a queue
 * of writers does not wait many times over.
 */
export function createPatience(patienceMs = defaultPatienceMs): WhenFree {
  const never = Number.NEGATIVE_INFINITY;
  let busySince = never;
  let busyAt = never;
  return async (work) => {
    for (;;) {
      try {
        const result = work();
        busyAt = never;
        return result;
      } catch (error) {
        if (!isBusy(error)) throw error;
        const now = performance.now();
        if (now - busyAt > forgottenAfterMs) busySince = now;
        busyAt = now;
        if (now - busySince >= patienceMs) throw error;
      }
      await delay(pauseMs);
    }
  };
}
