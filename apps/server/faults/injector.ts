/** Slots of the shared memory. */
const left = 0;
const armed = 1;
const fired = 2;

/**
 * Makes one call fail: the n-th that is made while it is armed. What it knows is in shared memory, so that the calls of other threads
 * count, too.
 */
export class Injector {
  readonly memory: SharedArrayBuffer;
  readonly #slots: Int32Array;

  constructor(memory = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#slots = new Int32Array(memory);
  }

  arm(position: number): void {
    Atomics.store(this.#slots, left, position);
    Atomics.store(this.#slots, fired, 0);
    Atomics.store(this.#slots, armed, 1);
  }

  disarm(): void {
    Atomics.store(this.#slots, armed, 0);
  }

  /** Whether the armed fault happened. */
  get hasFired(): boolean {
    return Atomics.load(this.#slots, fired) === 1;
  }

  /** @returns whether this call is the one to fail. */
  hit(): boolean {
    if (Atomics.load(this.#slots, armed) === 0) return false;
    if (Atomics.sub(this.#slots, left, 1) !== 1) return false;
    Atomics.store(this.#slots, fired, 1);
    return true;
  }
}
