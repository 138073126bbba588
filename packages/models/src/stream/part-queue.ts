import type { ModelStreamPart } from '@octavus/core';
import { tokenSlices } from './time-slices.ts';

/** Parts read ahead of the consumer at most, within one burst. */
const maxQueued = 256;

/**
 * Hands the parts of one call to its consumer in batches: all that arrived together is one array.
 *
 * A source pushes parts while `isHungry`, then waits for `pull`. Nobody is woken per part: a source that knows where a burst ends
 * calls `flush`, one that does not calls `flushSoon`, which waits until the current turn of the event loop has run dry.
 */
export class PartQueue {
  /** When the provider last gave a sign of life, in milliseconds of `performance.now()`. */
  lastActivityAt: number = performance.now();
  /** Whether it gave any yet. */
  hasSpoken = false;
  #pull: () => void = noop;
  #parts: ModelStreamPart[] = [];
  #waiting: PromiseWithResolvers<readonly ModelStreamPart[] | undefined> | undefined;
  #isFlushScheduled = false;
  #isInLine = false;
  #end: { readonly error?: unknown } | undefined;

  get isHungry(): boolean {
    return this.#waiting !== undefined && this.#parts.length < maxQueued && this.#end === undefined;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** @param pull called whenever the consumer starts to want parts; the source reads until the queue is no longer hungry. */
  connect(pull: () => void): void {
    this.touch();
    this.#pull = pull;
    if (this.isHungry) pull();
  }

  push(part: ModelStreamPart): void {
    if (this.#end !== undefined) return;
    // Most batches are one token: an array made around it has room for one, one that is pushed to for seventeen.
    if (this.#parts.length === 0) this.#parts = [part];
    else this.#parts.push(part);
  }

  /** Notes that the provider is alive. */
  touch(): void {
    this.hasSpoken = true;
    this.lastActivityAt = performance.now();
  }

  /** Nothing follows; what was pushed before is still delivered. */
  end(): void {
    this.#end ??= {};
    this.flush();
  }

  /** The call failed; what was pushed before is still delivered, then `next` rejects. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.flush();
  }

  flushSoon(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    setImmediate(this.#runScheduledFlush);
  }

  /** Hands over what there is, at once or when its turn comes. */
  flush(): void {
    if (this.#isInLine || this.#waiting === undefined) return;
    if (this.#parts.length === 0 && this.#end === undefined) return;
    this.#isInLine = true;
    tokenSlices.run(this.#handOver);
  }

  /**
   * @returns the next batch, `undefined` after the last one.
   * @throws what the source failed with.
   */
  next(): Promise<readonly ModelStreamPart[] | undefined> {
    // Time the consumer took is not the provider's silence.
    if (this.hasSpoken) this.lastActivityAt = performance.now();
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    if (this.#end !== undefined) this.flush();
    else {
      if (this.#parts.length > 0) this.flushSoon();
      this.#pull();
    }
    return promise;
  }

  #take(): readonly ModelStreamPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  readonly #handOver = (): void => {
    this.#isInLine = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (this.#parts.length > 0) waiting?.resolve(this.#take());
    else if (this.#end !== undefined && 'error' in this.#end) waiting?.reject(this.#end.error);
    else waiting?.resolve(undefined);
  };

  readonly #runScheduledFlush = (): void => {
    this.#isFlushScheduled = false;
    this.flush();
  };
}

function noop(): void {}
