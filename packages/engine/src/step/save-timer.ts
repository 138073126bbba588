import type { Clock } from '../ports.ts';

/** How long text may stay unsaved while the model writes or is silent, in milliseconds (runtime-semantics.md 11). */
const saveEveryMs = 1000;

/** Tells when text has waited long enough to be saved. One timer a second at most, however many tokens come. */
export class SaveTimer implements Disposable {
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #running: Promise<typeof timeIsUp> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for the next batch or the end of the second that began with the first unsaved text.
   *
   * @returns whether the second ended first.
   */
  async isFirst(coming: Promise<unknown>): Promise<boolean> {
    this.#running ??= this.#start();
    const first = await Promise.race([coming, this.#running]);
    if (first !== timeIsUp) return false;
    this.#running = undefined;
    return true;
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  async #start(): Promise<typeof timeIsUp> {
    await this.#clock.sleep(saveEveryMs, this.#stop.signal);
    return timeIsUp;
  }
}

const timeIsUp = Symbol('time is up');
