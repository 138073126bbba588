import { callSafely } from './call-safely.ts';

/** Tells listeners of changes: at once, or for pieces of text only every so often. */
export class Notifier {
  readonly #listeners = new Set<() => void>();
  readonly #throttleMs: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isMuted = false;

  constructor(throttleMs: () => number) {
    this.#throttleMs = throttleMs;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  notify(): void {
    this.#forgetTimer();
    for (const listener of [...this.#listeners]) {
      // One that was called before it may have removed it.
      if (this.#listeners.has(listener)) callSafely(listener);
    }
  }

  /** A piece was added: a listener that misses this one sees it with the next. */
  notifyOfDelta(): void {
    if (this.#isMuted) return;
    const throttleMs = this.#throttleMs();
    if (throttleMs > 0) this.#timer ??= setTimeout(() => this.notify(), throttleMs);
    else this.notify();
  }

  /** Pieces are not told until `live`. Those that wait to be told are told before. */
  mute(): void {
    if (this.#timer !== undefined) this.notify();
    this.#isMuted = true;
  }

  /** Pieces are told again. Whoever calls this notifies: those that were not told are still to be seen. */
  unmute(): void {
    this.#isMuted = false;
  }

  /** Pieces are told again, and at once those that were not. */
  live(): void {
    if (!this.#isMuted) return;
    this.unmute();
    this.notify();
  }

  #forgetTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
