/** Up to a thousand members: all their tokens at once take two or three slices, and hardly wait for what else there is to do. */
const fewMembers = 1_000;
const longSliceMs = 20;
/** Some forty tokens. With longer slices everybody else waits longer (`bench/overload.ts`). */
const shortSliceMs = 2;
/** Of work that is done, while some waits. */
const maxKept = 4_096;

interface TimeSlicesOptions {
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

/**
 * Does much small work, that of thousands of tokens at once, in slices of some milliseconds, and lets the event loop read and answer in between.
 *
 * Without it a round of the loop takes as long as all tokens that have come in: hundreds of milliseconds for a few thousand streams, in
 * which no other request is even read (`bench/overload.ts`). Work that has to wait is done in the order it was given.
 */
export class TimeSlices {
  readonly #now: () => number;
  #members = 0;
  /** Of the present slice, on the clock. */
  #endsAt = 0;
  /** In the order it came; there is an immediate for each. */
  #waiting: (() => void)[] = [];
  /** How many at the front of `#waiting` are done. */
  #done = 0;
  /** A slice for the next round is asked for. */
  #isNextAsked = false;

  constructor({ now = () => performance.now() }: TimeSlicesOptions = {}) {
    this.#now = now;
  }

  /** Somebody will give work, until the result is disposed of: the more there are, the shorter the slices. */
  join(): Disposable {
    this.#members += 1;
    return {
      [Symbol.dispose]: () => {
        this.#members -= 1;
      },
    };
  }

  /** @param work done at once while the present slice lasts, else in a later round of the loop. Must not throw. */
  run(work: () => void): void {
    if (this.#waiting.length === 0) {
      const now = this.#now();
      // Nothing was asked for during the time of a slice: the loop has been round since.
      if (now >= this.#endsAt + this.#sliceMs) this.#endsAt = now + this.#sliceMs;
      if (now < this.#endsAt) {
        work();
        return;
      }
    }
    this.#waiting.push(work);
    this.#ask();
  }

  get #sliceMs(): number {
    return this.#members > fewMembers ? shortSliceMs : longSliceMs;
  }

  /** What a piece of work sets off, promises and ticks, is over before the immediate of the next one. */
  #ask(): void {
    setImmediate(this.#isNextAsked ? this.#continue : this.#begin);
    this.#isNextAsked = true;
  }

  readonly #begin = (): void => {
    this.#isNextAsked = false;
    this.#endsAt = this.#now() + this.#sliceMs;
    this.#next();
  };

  readonly #continue = (): void => {
    if (this.#now() < this.#endsAt) this.#next();
    else this.#ask();
  };

  #next(): void {
    const work = this.#waiting[this.#done];
    this.#done += 1;
    if (this.#done === this.#waiting.length || this.#done === maxKept) this.#forgetDone();
    work?.();
  }

  #forgetDone(): void {
    this.#waiting = this.#waiting.slice(this.#done);
    this.#done = 0;
  }
}

/** Everything that models say in this process shares one event loop, and so the slices. */
export const tokenSlices = new TimeSlices();
