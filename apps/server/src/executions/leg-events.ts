import { errorEvent, type StreamEvent } from '@octavus/core';
import { maskedFailure, type Output, type RunEnding } from '@octavus/engine';
import type { Logger } from '../logging.ts';
import type { SessionWriter } from './session-writer.ts';

type Outputs = AsyncGenerator<readonly Output[], RunEnding>;
type Next = IteratorResult<readonly StreamEvent[], undefined>;

interface LegEventsOptions {
  /** Events of the accepted first commit. */
  readonly opening: readonly StreamEvent[];
  /** The run, past its first outputs. */
  readonly outputs: Outputs;
  readonly writer: SessionWriter;
  /** Of a worker on its own, whose stream tells its result before it fails (stream-events.md 4). */
  readonly workerId?: string | undefined;
  /** Stops the run. */
  readonly controller: AbortController;
  readonly requestId: string;
  readonly logger: Pick<Logger, 'error'>;
  /** Called once, after the last commit. An execution whose end could not be stored is left to recovery. */
  readonly onEnd: () => void;
}

/**
 * The events of an accepted leg, each array after the commit of the facts in it.
 *
 * A reader that leaves early stops the run; its last outputs are stored all the same before `return` resolves. Every token passes here:
 * a generator would make three more promises of it.
 */
export class LegEvents implements AsyncIterableIterator<readonly StreamEvent[], undefined, void> {
  readonly #options: LegEventsOptions;
  #opening: readonly StreamEvent[] | undefined;
  /** The run ended and all of it is stored. */
  #isSettled = false;
  #hasFailed = false;
  #isOver = false;

  constructor(options: LegEventsOptions) {
    this.#options = options;
    this.#opening = options.opening;
  }

  async next(): Promise<Next> {
    if (this.#isOver) return over;
    const opening = this.#opening;
    if (opening) {
      this.#opening = undefined;
      return { done: false, value: opening };
    }
    if (this.#hasFailed) return this.#close();
    try {
      const events = await this.#read();
      return events ? { done: false, value: events } : await this.#close();
    } catch (cause) {
      this.#hasFailed = true;
      return { done: false, value: this.#reportFailure(cause) };
    }
  }

  async return(): Promise<Next> {
    return this.#isOver ? over : this.#close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @returns the events that come next, `undefined` after the last ones. */
  async #read(): Promise<readonly StreamEvent[] | undefined> {
    const { outputs, writer } = this.#options;
    for (;;) {
      const next = await outputs.next();
      if (next.done) {
        if (this.#hasLostLease) throw new Error('The lease of the session is lost');
        this.#logFault(next.value);
        await writer.settle();
        this.#isSettled = true;
        return undefined;
      }
      const written = writer.write(next.value);
      const events = written instanceof Promise ? await written : written;
      if (events.length > 0) return events;
    }
  }

  async #close(): Promise<Next> {
    this.#isOver = true;
    if (!this.#isSettled) await this.#finishRun();
    this.#options.onEnd();
    return over;
  }

  /** Stores the end of a run that was stopped, where it can be stored. Never rejects. */
  async #finishRun(): Promise<void> {
    const { outputs, writer, controller } = this.#options;
    const isCutOff = this.#hasLostLease;
    if (!controller.signal.aborted) controller.abort('disconnect');
    try {
      for await (const rest of outputs) if (!isCutOff) await writer.write(rest);
      await writer.settle();
    } catch {
      // Recovery closes it.
    }
  }

  get #hasLostLease(): boolean {
    const { signal } = this.#options.controller;
    return signal.aborted && signal.reason === 'lease-lost';
  }

  /** What broke inside the engine is told to the caller as an internal error; the cause stays here. */
  #logFault({ cause }: RunEnding): void {
    const { logger, requestId } = this.#options;
    if (cause !== undefined) logger.error({ err: cause, requestId }, 'An execution failed inside the server');
  }

  /** The database failed or the lease is lost: the run cannot go on, and its end cannot be stored here and now. */
  #reportFailure(cause: unknown): readonly StreamEvent[] {
    const { controller, logger, requestId, workerId } = this.#options;
    controller.abort('lease-lost');
    logger.error({ err: cause, requestId }, 'An execution was cut off because it could not be stored');
    const failure = errorEvent({ code: 'INTERNAL_ERROR', details: { requestId }, retryable: true });
    if (workerId === undefined) return [failure];
    return [{ type: 'worker-result', workerId, error: maskedFailure(failure) }, failure];
  }
}

const over: Next = { done: true, value: undefined };
