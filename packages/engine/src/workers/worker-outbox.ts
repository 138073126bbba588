import type { ModelUsage, StreamEvent } from '@octavus/core';
import type { Outbox } from '../execution/outbox.ts';
import type { LogFields } from '../log/log-fields.ts';
import type { Change } from '../state/change.ts';
import type { SessionState } from '../state/session-state.ts';

/** A worker's place inside its caller's run: what it does goes, in order, into the caller's outbox. */
export class WorkerOutbox implements Outbox {
  readonly #caller: Outbox;
  readonly #workerId: string;

  constructor(caller: Outbox, workerId: string) {
    this.#caller = caller;
    this.#workerId = workerId;
  }

  get state(): SessionState {
    const worker = this.#caller.state.workers.get(this.#workerId);
    if (!worker) throw new Error('The worker has ended');
    return worker.state;
  }

  get tally() {
    return this.#caller.tally;
  }

  event(event: StreamEvent): void {
    this.#caller.event(event);
  }

  change(inner: Change): void {
    this.#caller.change({ change: 'worker-changed', workerId: this.#workerId, inner });
  }

  log(fields: LogFields): void {
    this.#caller.log(fields);
  }

  nextNumber(): number {
    return this.#caller.nextNumber();
  }

  addUsage(modelId: string, usage: ModelUsage): void {
    this.#caller.addUsage(modelId, usage);
  }

  reportFault(cause: unknown): void {
    this.#caller.reportFault(cause);
  }
}
