import type { Timeouts } from '../config.ts';
import type { PartQueue } from './part-queue.ts';

/** Raised by us, never by a provider: it said nothing for `silenceMs`. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  readonly silenceMs: number;

  constructor(silenceMs: number) {
    super(`No data for ${silenceMs / 1000} s`);
    this.silenceMs = silenceMs;
  }
}

/**
 * Ends a call whose provider falls silent. One timer serves the whole call: it is set anew only when it fires, so that a token
 * costs no timer work. Time in which the consumer wants nothing does not count.
 */
export class Watchdog {
  readonly #queue: PartQueue;
  readonly #timeouts: Timeouts;
  readonly #onSilence: (error: SilenceError) => void;
  #timer: NodeJS.Timeout;
  #lastLook: NodeJS.Immediate | undefined;

  constructor(queue: PartQueue, timeouts: Timeouts, onSilence: (error: SilenceError) => void) {
    this.#queue = queue;
    this.#timeouts = timeouts;
    this.#onSilence = onSilence;
    this.#timer = setTimeout(this.#check, Math.min(timeouts.firstByteMs, timeouts.idleMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
  }

  /** When this process was held up itself, timers come before what has arrived meanwhile: that is read before the last look. */
  readonly #check = (): void => {
    const { remainingMs } = this.#look();
    if (remainingMs < 1) this.#lastLook = setImmediate(this.#checkAgain);
    else this.#timer = setTimeout(this.#check, remainingMs);
  };

  readonly #checkAgain = (): void => {
    const { limitMs, remainingMs } = this.#look();
    if (remainingMs < 1) this.#onSilence(new SilenceError(limitMs));
    else this.#timer = setTimeout(this.#check, remainingMs);
  };

  #look(): { readonly limitMs: number; readonly remainingMs: number } {
    const limitMs = this.#queue.hasSpoken ? this.#timeouts.idleMs : this.#timeouts.firstByteMs;
    const isTimed = !this.#queue.hasSpoken || this.#queue.isWaiting;
    return { limitMs, remainingMs: isTimed ? this.#queue.lastActivityAt + limitMs - performance.now() : limitMs };
  }
}
