import { performance } from 'node:perf_hooks';
import { OctavusError } from '@octavus/core';
import type { Logger } from '../logging.ts';

/** With fewer legs a busy event loop is the machine's fault or a moment's, and holding work back would not help (`bench/overload.ts`). */
const minLegs = 1_000;
/** Share of the time that the event loop may be busy before new work waits. From there on every pause is caught up with ever more slowly. */
const maxUtilization = 0.85;
const lookEveryMs = 100;
/** Weight of the newest look: a single pause of the garbage collector is not an overload. */
const newestShare = 0.2;
/** As long as for a session that another request holds (runtime-semantics.md 13). */
const maxWaitMs = 5_000;
/** Each waits with an open connection and a body in memory. */
const maxInLine = 2_000;
/** Let in at the first look after an overload, doubled at each that follows up to the other: to begin costs as much as a hundred tokens. */
const firstBatch = 8;
const lastBatch = 32;
const retryAfterSeconds = 2;

interface AdmissionOptions {
  readonly runningLegs: () => number;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** @returns the share of the time since the last call in which the event loop was busy, 0 to 1. */
  readonly utilization?: () => number;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

interface Waiting {
  readonly since: number;
  readonly enter: () => void;
  readonly refuse: (error: OctavusError) => void;
}

/**
 * Lets new work in. When the process runs more than it can keep up with, new work waits in line for up to five seconds and is then
 * refused; what runs goes on. It looks only while many legs run or somebody waits, so an idle server does nothing here.
 */
export class Admission implements Disposable {
  readonly #options: AdmissionOptions;
  readonly #readUtilization: () => number;
  readonly #now: () => number;
  readonly #line: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #utilization = 0;
  #isOverloaded = false;
  #batch = firstBatch;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#readUtilization = options.utilization ?? createUtilization();
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Asked before new work is accepted.
   *
   * @returns nothing when it may begin, else a promise of its turn.
   * @throws OctavusError SERVICE_UNAVAILABLE when too many wait, as does the promise when the wait is too long.
   */
  enter(): Promise<void> | undefined {
    if (this.#options.runningLegs() >= minLegs) this.#timer ??= this.#start();
    if (!this.#isOverloaded && this.#line.length === 0) return undefined;
    if (this.#line.length >= maxInLine) throw refusal();
    const { promise, resolve: enter, reject: refuse } = Promise.withResolvers<void>();
    this.#line.push({ since: this.#now(), enter, refuse });
    return promise;
  }

  /** Lets everybody in who waits. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#letIn(this.#line.length);
  }

  #start(): NodeJS.Timeout {
    this.#readUtilization();
    this.#utilization = 0;
    return setInterval(() => this.#look(), lookEveryMs).unref();
  }

  #look(): void {
    this.#utilization += (this.#readUtilization() - this.#utilization) * newestShare;
    const legs = this.#options.runningLegs();
    this.#set(legs >= minLegs && this.#utilization > maxUtilization, legs);
    this.#refuseLate();
    if (!this.#isOverloaded) this.#letInMore(minLegs - legs);
    if (legs < minLegs && this.#line.length === 0) this[Symbol.dispose]();
  }

  #refuseLate(): void {
    const latest = this.#now() - maxWaitMs;
    const firstInTime = this.#line.findIndex(({ since }) => since > latest);
    const late = this.#line.splice(0, firstInTime === -1 ? this.#line.length : firstInTime);
    for (const { refuse } of late) refuse(refusal());
  }

  /** All at once would be the next overload. */
  #letInMore(roomForSure: number): void {
    this.#letIn(Math.max(this.#batch, roomForSure));
    this.#batch = Math.min(this.#batch * 2, lastBatch);
  }

  #letIn(count: number): void {
    for (const { enter } of this.#line.splice(0, count)) enter();
  }

  #set(isOverloaded: boolean, runningLegs: number): void {
    if (isOverloaded === this.#isOverloaded) return;
    this.#isOverloaded = isOverloaded;
    this.#batch = firstBatch;
    const fields = { runningLegs, utilization: Number(this.#utilization.toFixed(3)), waiting: this.#line.length };
    if (isOverloaded) this.#options.logger.warn(fields, 'Overloaded: new executions wait, those that run go on');
    else this.#options.logger.info(fields, 'New executions are accepted again');
  }
}

function refusal(): OctavusError {
  return new OctavusError('SERVICE_UNAVAILABLE', { retryAfterSeconds });
}

function createUtilization(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
