import type { Output } from '../ports.ts';
import type { SessionOutbox } from './outbox.ts';

/** Hands what was written so far to the reader; resolves when the reader has dealt with it and asks for more. */
export type Flush = () => Promise<void>;

/**
 * The outputs of a leg as its host reads them, in arrays of what became ready together.
 *
 * The work begins with the first request for outputs. From then on it writes into the outbox and calls `flush` before it waits, so that
 * nothing in it goes on before what it wrote is stored. Plain functions that flush, and not generators that yield to one another:
 * a token would pass through each of them.
 */
export class RunOutputs<Ending> implements AsyncGenerator<readonly Output[], Ending, void> {
  readonly #outbox: Pick<SessionOutbox, 'hasOutput' | 'drain'>;
  readonly #work: () => Promise<Ending>;
  #running: Promise<void> | undefined;
  /** The request for outputs that waits. */
  #reader: PromiseWithResolvers<IteratorResult<readonly Output[], Ending>> | undefined;
  /** Resolves for those whose outputs the reader has, when it asks again. */
  #taken: PromiseWithResolvers<void> | undefined;
  /** The same for those who wrote while the reader was busy with earlier outputs. */
  #queued: PromiseWithResolvers<void> | undefined;
  #isClosed = false;
  #end: { readonly ending: Ending } | { readonly error: unknown } | undefined;

  constructor(outbox: Pick<SessionOutbox, 'hasOutput' | 'drain'>, work: () => Promise<Ending>) {
    this.#outbox = outbox;
    this.#work = work;
  }

  /** One request at a time. */
  next(): Promise<IteratorResult<readonly Output[], Ending>> {
    const reader = Promise.withResolvers<IteratorResult<readonly Output[], Ending>>();
    this.#reader = reader;
    this.#taken?.resolve();
    this.#taken = undefined;
    if (!this.#running && !this.#isClosed) this.#running = this.#run();
    this.#deliver();
    return reader.promise;
  }

  /** Stops reading. The work ends at its next `flush`, and what it still writes is dropped. */
  async return(ending: Ending | PromiseLike<Ending>): Promise<IteratorResult<readonly Output[], Ending>> {
    this.#isClosed = true;
    const abandoned = new AbandonedError();
    for (const waiting of [this.#taken, this.#queued]) waiting?.reject(abandoned);
    await this.#running;
    this.#outbox.drain();
    this.#end = undefined;
    return { done: true, value: await ending };
  }

  async throw(error: unknown): Promise<IteratorResult<readonly Output[], Ending>> {
    await this.return(undefined as Ending);
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return(undefined as Ending);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #run(): Promise<void> {
    try {
      this.#end = { ending: await this.#work() };
    } catch (error) {
      this.#end = { error };
    }
    this.#isClosed = true;
    this.#deliver();
  }

  /** For the work. Rejects once nobody reads any more. */
  readonly flush: Flush = () => {
    if (this.#isClosed) return Promise.reject(new AbandonedError());
    if (!this.#outbox.hasOutput) return nothingToTake;
    this.#queued ??= Promise.withResolvers();
    const { promise } = this.#queued;
    this.#deliver();
    return promise;
  };

  /** Answers the reader that waits, if there is something to answer with. */
  #deliver(): void {
    const reader = this.#reader;
    if (!reader) return;
    // What nobody flushed yet is not ready: more belongs to it.
    if (this.#queued || (this.#isClosed && this.#outbox.hasOutput)) {
      this.#reader = undefined;
      this.#taken = this.#queued;
      this.#queued = undefined;
      reader.resolve({ done: false, value: this.#outbox.drain() });
    } else if (this.#isClosed) {
      this.#reader = undefined;
      this.#tellEnd(reader);
    }
  }

  /** Once; whoever asks again gets what a generator gives that is over. */
  #tellEnd(reader: PromiseWithResolvers<IteratorResult<readonly Output[], Ending>>): void {
    const end = this.#end;
    this.#end = undefined;
    if (end && 'error' in end) reader.reject(end.error);
    else reader.resolve({ done: true, value: end?.ending as Ending });
  }
}

/** Nobody reads the outputs any more. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';

  constructor() {
    super('Nobody reads the outputs of this run any more');
  }
}

const nothingToTake = Promise.resolve();
