import type { Clock } from '../ports.ts';

/** How long text may stay unsaved while the model writes or is silent, in milliseconds (runtime-semantics.md 11). */
const saveEveryMs = 1000;

export const timeIsUp = Symbol('time is up');

/** Tells when text has waited long enough to be saved. One timer a second at most, however many tokens come. */
export class SaveTimer implements Disposable {
  readonly #clock: Clock;
  #stop: AbortController | undefined;
  #running: Promise<typeof timeIsUp> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What comes first: the next batch, or the end of the second that began with the first unsaved text. */
  race<T>(coming: Promise<T>): Promise<T | typeof timeIsUp> {
    this.#running ??= this.#start();
    return Promise.race([coming, this.#running]);
  }

  [Symbol.dispose](): void {
    // A reason of its own spares the error object that `abort` makes otherwise.
    this.#stop?.abort('the step ended');
  }

  async #start(): Promise<typeof timeIsUp> {
    this.#stop ??= new AbortController();
    await this.#clock.sleep(saveEveryMs, this.#stop.signal);
    this.#running = undefined;
    return timeIsUp;
  }
}
