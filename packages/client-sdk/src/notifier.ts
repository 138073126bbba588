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
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const listener of [...this.#listeners]) callSafely(listener);
  }

  /** A piece was added: a listener that misses this one sees it with the next. */
  notifyOfDelta(): void {
    if (this.#isMuted) return;
    const throttleMs = this.#throttleMs();
    if (throttleMs > 0) this.#timer ??= setTimeout(() => this.notify(), throttleMs);
    else this.notify();
  }

  /** Pieces are not told until `unmute`, which tells them all. */
  mute(): void {
    this.#isMuted = true;
  }

  unmute(): void {
    if (!this.#isMuted) return;
    this.#isMuted = false;
    this.notify();
  }
}

/** Calls back into the application, whose mistakes must not end the chat. */
export function callSafely<Args extends unknown[]>(
  callback: ((...args: Args) => void) | undefined,
  ...args: Args
): void {
  try {
    callback?.(...args);
  } catch (error) {
    console.error(error);
  }
}
