import type { Clock } from '../ports.ts';

/**
 * How long text may stay unsaved while the model writes or is silent, in milliseconds. Of the second that the store may be behind the stream
 * (runtime-semantics.md 11) the rest is for storing it.
 */
const saveEveryMs = 800;

/** Calls when text has waited long enough to be saved. One timer a second at most, however many tokens come. */
export class SaveTimer implements Disposable {
  readonly #clock: Clock;
  readonly #onTime: () => void;
  readonly #stop = new AbortController();
  #isRunning = false;

  constructor(clock: Clock, onTime: () => void) {
    this.#clock = clock;
    this.#onTime = onTime;
  }

  /** There is unsaved text; when that much time has passed since the first start it is called for. */
  start(): void {
    if (!this.#isRunning) void this.#run();
  }

  [Symbol.dispose](): void {
    // A reason of its own spares the error object that `abort` makes otherwise.
    this.#stop.abort('the step ended');
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    await this.#clock.sleep(saveEveryMs, this.#stop.signal);
    this.#isRunning = false;
    if (!this.#stop.signal.aborted) this.#onTime();
  }
}
