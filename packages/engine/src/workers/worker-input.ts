import type { JsonObject } from '@octavus/core';
import type { Run } from '../execution/run.ts';

export interface WorkerInputOptions {
  readonly workerId: string;
  readonly workerSlug: string;
  readonly label: string | undefined;
  /** People see the input as the model writes it (stream-events.md 5.3). */
  readonly isShown: boolean;
}

/** The arguments of a worker that a model calls, while it writes them. */
export class WorkerInput {
  readonly workerId: string;
  readonly isShown: boolean;
  readonly #run: Run;
  #isReady = false;

  constructor(run: Run, { workerId, workerSlug, label, isShown }: WorkerInputOptions) {
    this.#run = run;
    this.workerId = workerId;
    this.isShown = isShown;
    if (!isShown) return;
    const described = label === undefined ? {} : { description: label };
    run.event({ type: 'worker-input-start', workerId, workerSlug, ...described });
  }

  delta(delta: string): void {
    if (this.isShown && !this.#isReady) this.#run.event({ type: 'worker-input-delta', workerId: this.workerId, delta });
  }

  ready(input: JsonObject): void {
    if (this.isShown && !this.#isReady) this.#run.event({ type: 'worker-input-ready', workerId: this.workerId, input });
    this.#isReady = true;
  }
}
