/** A text loops when it ends in one unit of up to `maxUnit` characters, `repeats` times in a row (runtime-semantics.md 6.8). */
const maxUnit = 200;
const repeats = 40;

/**
 * Watches a text as it grows and notices the moment it loops.
 *
 * For every unit length it counts how many characters in a row equal the one that far before them: the text ends in `n` copies of a
 * unit of length `u` when that count is at least `(n - 1) * u`. Work per character is constant.
 */
export class LoopGuard {
  readonly #runs = new Int32Array(maxUnit + 1);
  readonly #recent = new Uint16Array(maxUnit);
  #length = 0;

  /**
   * @returns `undefined` while the text does not loop; else how many characters to keep of the whole text: all repeats but the first
   *   are to be removed.
   */
  push(delta: string): number | undefined {
    for (let index = 0; index < delta.length; index += 1) {
      const unit = this.#pushCharacter(delta.charCodeAt(index));
      if (unit !== undefined) return this.#length - (repeats - 1) * unit;
    }
    return undefined;
  }

  #pushCharacter(code: number): number | undefined {
    const units = Math.min(maxUnit, this.#length);
    let found: number | undefined;
    for (let unit = 1; unit <= units; unit += 1) {
      const isSame = this.#recent[(this.#length - unit) % maxUnit] === code;
      const run = isSame ? this.#runs[unit]! + 1 : 0;
      this.#runs[unit] = run;
      if (run >= (repeats - 1) * unit) found ??= unit;
    }
    this.#recent[this.#length % maxUnit] = code;
    this.#length += 1;
    return found;
  }
}
