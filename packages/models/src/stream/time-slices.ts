/** Some forty tokens. Longer slices make everybody else wait longer, shorter ones save nothing more (`bench/overload.ts`). */
const sliceMs = 2;

interface TimeSlicesOptions {
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

/**
 * Does much small work, that of thousands of tokens at once, in slices of 2 ms, and lets the event loop read and answer in between.
 *
 * Without it a round of the loop takes as long as all tokens that have come in: hundreds of milliseconds for a few thousand streams, in
 * which no other request is even read (`bench/overload.ts`). Work that has to wait is done in the order it was given.
 */
export class TimeSlices {
  readonly #now: () => number;
  #endsAt = 0;
  #waiting: (() => void)[] = [];

  constructor({ now = () => performance.now() }: TimeSlicesOptions = {}) {
    this.#now = now;
  }

  /** @param work done at once while the present slice lasts, else in a later round of the loop. Must not throw. */
  run(work: () => void): void {
    if (this.#waiting.length > 0) {
      this.#waiting.push(work);
      return;
    }
    const now = this.#now();
    // Nothing was asked for during the time of a slice: the loop has been round since.
    if (now >= this.#endsAt + sliceMs) this.#endsAt = now + sliceMs;
    if (now < this.#endsAt) {
      work();
      return;
    }
    this.#waiting.push(work);
    setImmediate(this.#work);
  }

  readonly #work = async (): Promise<void> => {
    const waiting = this.#waiting;
    this.#endsAt = this.#now() + sliceMs;
    let done = 0;
    do {
      waiting[done]?.();
      done += 1;
      // What a piece of work sets off is promises: they take their time out of this slice, not out of the next round.
      await Promise.resolve();
    } while (done < waiting.length && this.#now() < this.#endsAt);
    this.#waiting = waiting.slice(done);
    if (this.#waiting.length > 0) setImmediate(this.#work);
  };
}

/** Everything that models say in this process shares one event loop, and so the slices. */
export const tokenSlices = new TimeSlices();
