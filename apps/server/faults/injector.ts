/** Makes one call fail: the n-th that is made while it is armed. */
export class Injector {
  #left = 0;
  #isArmed = false;
  /** Whether the armed fault happened. */
  hasFired = false;
  /** Calls seen while armed. */
  calls = 0;

  arm(position: number): void {
    this.#left = position;
    this.#isArmed = true;
    this.hasFired = false;
    this.calls = 0;
  }

  disarm(): void {
    this.#isArmed = false;
  }

  /** @returns whether this call is the one to fail. */
  hit(): boolean {
    if (!this.#isArmed) return false;
    this.calls += 1;
    this.#left -= 1;
    if (this.#left !== 0) return false;
    this.hasFired = true;
    return true;
  }
}
