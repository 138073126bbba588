import { setTimeout as delay } from 'node:timers/promises';
import { OctavusError } from '@octavus/core';
import type { Logger } from '../logging.ts';
import type { ThreadRun, ThreadRunEnd, ThreadRunKey, ThreadRuns } from '../storage/workforce.ts';

/** How often queued runs that another node left, and runs whose node is gone, are looked for. */
const defaultEveryMs = 5_000;

/** Threads that one process works on at a time; the others stay in the queue. */
const maxThreads = 32;

/** Pause before something is tried again that the database refused. */
const pauseMs = 1_000;

interface ThreadRunnerOptions {
  readonly runs: ThreadRuns;
  readonly nodeId: string;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** How often it looks for work, in milliseconds. Default 5 s. */
  readonly lookEveryMs?: number;
  /**
   * Works a run off.
   *
   * @param signal aborts when the process stops: nothing more is begun then.
   */
  run(run: ThreadRun, signal: AbortSignal): Promise<ThreadRunOutcome>;
  /** Finds out what became of a run whose node is gone. */
  recover(run: ThreadRun): Promise<ThreadRunOutcome>;
}

/** `not-begun`: nothing was done for the run, it stays in the queue. `unknown`: somebody has to find out later. */
export type ThreadRunOutcome = ThreadRunEnd | 'not-begun' | 'unknown';

/** Works off the queued runs of threads: one at a time per thread, in order, on whichever node is free. */
export class ThreadRunner implements AsyncDisposable {
  readonly #options: ThreadRunnerOptions;
  /** Threads with something to do, in the order they were woken. */
  readonly #waiting = new Set<string>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ThreadRunnerOptions) {
    this.#options = options;
  }

  /** Begins to look for work, at once and then regularly. */
  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), this.#options.lookEveryMs ?? defaultEveryMs);
    this.#timer.unref();
  }

  /** There is a new run in the thread. */
  wake(sessionId: string): void {
    this.#waiting.add(sessionId);
    this.#fill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#looking;
    await Promise.all(this.#working.values());
  }

  #look(): void {
    this.#looking ??= this.#lookForWork()
      .catch((cause) => this.#options.logger.warn({ err: cause }, 'Queued runs will be looked for again'))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #lookForWork(): Promise<void> {
    const { runs, now, nodeId } = this.#options;
    for (const run of await runs.listAbandoned({ now: now(), nodeId })) {
      // One of this node that nobody works on was taken when the answer of the database was lost.
      if (!this.#working.has(run.sessionId)) await this.#recover(run);
    }
    for (const sessionId of await runs.listRunnable(maxThreads)) this.wake(sessionId);
  }

  async #recover(run: ThreadRun): Promise<void> {
    const { runs, recover } = this.#options;
    const outcome = await recover(run);
    if (outcome === 'not-begun') await runs.release(run, run.nodeId ?? '');
    else if (outcome !== 'unknown') await runs.end(run, run.nodeId ?? '', outcome);
  }

  #fill(): void {
    for (const sessionId of this.#waiting) {
      if (this.#working.size >= maxThreads || this.#stopping.signal.aborted) return;
      if (this.#working.has(sessionId)) continue;
      this.#waiting.delete(sessionId);
      const work = this.#workOff(sessionId)
        .catch((cause) => {
          this.#options.logger.warn({ err: cause, sessionId }, 'A thread will be worked on again');
          setTimeout(() => this.wake(sessionId), pauseMs).unref();
        })
        .finally(() => {
          this.#working.delete(sessionId);
          this.#fill();
        });
      this.#working.set(sessionId, work);
    }
  }

  async #workOff(sessionId: string): Promise<void> {
    const { runs, nodeId } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const run = await runs.claim(sessionId, nodeId);
      if (!run || !(await this.#work(run))) return;
    }
  }

  /** @returns false when the run is in the queue again. */
  async #work(run: ThreadRun): Promise<boolean> {
    const { run: work, runs, nodeId, logger } = this.#options;
    let outcome = await work(run, this.#stopping.signal).catch((cause: unknown): ThreadRunOutcome => {
      logger.error({ err: cause, sessionId: run.sessionId }, 'A run of a thread failed inside the server');
      return { status: 'failed', failureReason: reasonOf(cause) };
    });
    if (outcome === 'not-begun') {
      if (await this.#stored(run, () => runs.release(run, nodeId))) return false;
      outcome = await this.#findOut(run);
    }
    const end = outcome;
    if (end !== 'unknown') await this.#stored(run, () => runs.end(run, nodeId, end));
    return true;
  }

  /** The run has begun although nobody heard of it, or is another node's. @returns `unknown` when it is, or this process stops. */
  async #findOut(key: ThreadRunKey): Promise<ThreadRunEnd | 'unknown'> {
    const { runs, nodeId, recover } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const run = await this.#stored(key, () => runs.find(key));
      if (run?.status !== 'running' || run.nodeId !== nodeId) return 'unknown';
      const outcome = await this.#stored(key, () => recover(run));
      if (typeof outcome === 'object') return outcome;
      await this.#pause();
    }
    return 'unknown';
  }

  /** Tries until the database answers: as long as this process lives nobody else may touch the run. @returns undefined when it stops first. */
  async #stored<T>({ sessionId }: ThreadRunKey, attempt: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await attempt();
      } catch (cause) {
        this.#options.logger.warn({ err: cause, sessionId }, 'What became of a run could not be stored yet');
        if (this.#stopping.signal.aborted) return undefined;
      }
      await this.#pause();
    }
  }

  /** Never rejects. */
  async #pause(): Promise<void> {
    await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

/** What may be told of an error that was not expected. */
function reasonOf(error: unknown): string {
  return OctavusError.isInstance(error) ? error.message : 'An internal error occurred';
}
