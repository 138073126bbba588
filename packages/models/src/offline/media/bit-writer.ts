/** Writes bits, first the most significant ones, and the codes of H.264 (ITU-T H.264, 9.1). */
export class BitWriter {
  readonly #bytes: number[] = [];
  #current = 0;
  #filled = 0;

  /** @param count 1 to 31. */
  bits(value: number, count: number): this {
    for (let index = count - 1; index >= 0; index -= 1) {
      this.#current = (this.#current << 1) | ((value >> index) & 1);
      this.#filled += 1;
      if (this.#filled === 8) this.#flush();
    }
    return this;
  }

  /** Exp-Golomb code of a number that is not negative. */
  number(value: number): this {
    const length = 31 - Math.clz32(value + 1);
    if (length > 0) this.bits(0, length);
    return this.bits(value + 1, length + 1);
  }

  /** Zeros up to the next whole byte. */
  align(): this {
    return this.#filled === 0 ? this : this.bits(0, 8 - this.#filled);
  }

  /** The writer stands at a whole byte. */
  raw(bytes: readonly number[]): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** A one and zeros end a unit. */
  end(): readonly number[] {
    this.bits(1, 1).align();
    return this.#bytes;
  }

  #flush(): void {
    this.#bytes.push(this.#current);
    this.#current = 0;
    this.#filled = 0;
  }
}
