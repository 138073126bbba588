import { OctavusError } from '@octavus/core';

/** Longest wait for a session that another request holds (runtime-semantics.md 13). */
export const lockWaitMs = 5_000;
/** What a refused caller is told to wait, in seconds. */
const retryAfterSeconds = 2;

/** The right to write one session in this process, given in order of arrival. Dispose to hand it on. */
export interface SessionLock extends Disposable {
  /** Whether somebody else held the session when this caller arrived: what it read before may be old. */
  readonly hasWaited: boolean;
  /** How long it had to wait, in milliseconds. */
  readonly waitedMs: number;
}

/** Locks by session id. A session nobody holds costs nothing. */
export class SessionLocks {
  /** Waiters of each held session, the holder not among them. */
  readonly #held = new Map<string, Array<() => void>>();
  readonly #waitMs: number;

  constructor(waitMs: number = lockWaitMs) {
    this.#waitMs = waitMs;
  }

  /** @throws OctavusError SESSION_BUSY when the wait runs out. */
  async acquire(sessionId: string): Promise<SessionLock> {
    const waiters = this.#held.get(sessionId);
    if (!waiters) {
      this.#held.set(sessionId, []);
      return this.#lock(sessionId, { hasWaited: false, waitedMs: 0 });
    }
    const arrivedAt = performance.now();
    await this.#wait(waiters);
    return this.#lock(sessionId, { hasWaited: true, waitedMs: performance.now() - arrivedAt });
  }

  isHeld(sessionId: string): boolean {
    return this.#held.has(sessionId);
  }

  #wait(waiters: Array<() => void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiters.splice(waiters.indexOf(enter), 1);
        reject(new OctavusError('SESSION_BUSY', { retryAfterSeconds }));
      }, this.#waitMs);
      waiters.push(enter);
    });
  }

  #lock(sessionId: string, wait: Pick<SessionLock, 'hasWaited' | 'waitedMs'>): SessionLock {
    let isReleased = false;
    return {
      ...wait,
      [Symbol.dispose]: () => {
        if (isReleased) return;
        isReleased = true;
        this.#handOn(sessionId);
      },
    };
  }

  #handOn(sessionId: string): void {
    const next = this.#held.get(sessionId)?.shift();
    if (next) next();
    else this.#held.delete(sessionId);
  }
}
