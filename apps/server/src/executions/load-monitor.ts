import type { Logger } from '../logging.ts';

/** With fewer legs a late event loop is the machine's fault or a moment's, and refusing work would not help (`bench/overload.ts`). */
const minLegs = 500;
/** How late the loop may come round on average before new work is refused, in milliseconds: what a health check then waits. */
const maxLatenessMs = 50;
const lookEveryMs = 100;
/** Weight of the newest look: a single pause of the garbage collector is not an overload. */
const newestShare = 0.2;

interface LoadMonitorOptions {
  readonly runningLegs: () => number;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

/**
 * Tells when the process runs more than it can keep up with. It looks only while many legs run, so an idle server does nothing here.
 */
export class LoadMonitor implements Disposable {
  readonly #options: LoadMonitorOptions;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #expectedAt = 0;
  #latenessMs = 0;
  #isOverloaded = false;

  constructor(options: LoadMonitorOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Asked before new work is accepted. */
  get isOverloaded(): boolean {
    if (this.#options.runningLegs() >= minLegs) this.#timer ??= this.#start();
    return this.#isOverloaded;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): NodeJS.Timeout {
    this.#expectedAt = this.#now() + lookEveryMs;
    this.#latenessMs = 0;
    return setInterval(() => this.#look(), lookEveryMs).unref();
  }

  #look(): void {
    const now = this.#now();
    const lateness = Math.max(0, now - this.#expectedAt);
    this.#expectedAt = now + lookEveryMs;
    this.#latenessMs += (lateness - this.#latenessMs) * newestShare;
    const legs = this.#options.runningLegs();
    this.#set(legs >= minLegs && this.#latenessMs > maxLatenessMs, legs);
    if (legs < minLegs) this[Symbol.dispose]();
  }

  #set(isOverloaded: boolean, runningLegs: number): void {
    if (isOverloaded === this.#isOverloaded) return;
    this.#isOverloaded = isOverloaded;
    const fields = { runningLegs, latenessMs: Math.round(this.#latenessMs) };
    if (isOverloaded) this.#options.logger.warn(fields, 'Overloaded: new executions are refused, those that run go on');
    else this.#options.logger.info(fields, 'New executions are accepted again');
  }
}
