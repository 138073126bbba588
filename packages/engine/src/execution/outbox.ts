import type { ModelUsage, StreamEvent } from '@octavus/core';
import type { LogFields } from '../log/log-fields.ts';
import { type EnginePorts, isChange, type Output } from '../ports.ts';
import type { Change } from '../state/change.ts';
import { fold } from '../state/fold.ts';
import type { SessionState, UsageByModel } from '../state/session-state.ts';
import { ExecutionLog } from './log.ts';
import { addUsage } from './usage.ts';

/** Where a run puts what it does, and the state that follows from it: the session's own, or a worker's place inside another run. */
export interface Outbox {
  readonly state: SessionState;
  event(event: StreamEvent): void;
  change(change: Change): void;
  log(fields: LogFields): void;
  /** Counts up, through all legs of the execution. */
  nextNumber(): number;
  addUsage(modelId: string, usage: ModelUsage): void;
  /** A fault that the execution survives. */
  reportFault(cause: unknown): void;
  /** What the execution did so far, on earlier legs too. */
  readonly tally: Tally;
}

export interface Tally {
  readonly announced: number;
  readonly logged: number;
  readonly usage: UsageByModel;
}

/** The outbox of one leg. */
export class SessionOutbox implements Outbox {
  /** The first fault that was reported. */
  fault: unknown;
  readonly #log: ExecutionLog;
  #state: SessionState;
  #outputs: Output[] = [];
  #announced: number;
  #usage: UsageByModel;

  /** @param executionId of the leg that runs; on a trigger the state does not know it yet. */
  constructor(state: SessionState, executionId: string, { clock }: EnginePorts) {
    this.#state = state;
    const resumed = state.execution?.executionId === executionId ? state.execution : undefined;
    this.#announced = resumed?.announced ?? 0;
    this.#usage = resumed?.usage ?? {};
    this.#log = new ExecutionLog({ executionId, written: resumed?.logged ?? 0 }, clock);
  }

  get state(): SessionState {
    return this.#state;
  }

  get hasOutput(): boolean {
    return this.#outputs.length > 0;
  }

  get tally(): Tally {
    return { announced: this.#announced, logged: this.#log.written, usage: this.#usage };
  }

  event(event: StreamEvent): void {
    this.#put(event);
  }

  change(change: Change): void {
    this.#state = fold(this.#state, change);
    this.#put(change);
  }

  log(fields: LogFields): void {
    this.#put({ log: this.#log.entry(fields) });
  }

  /** Outputs made elsewhere. */
  push(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (isChange(output)) this.change(output);
      else this.#put(output);
    }
  }

  drain(): readonly Output[] {
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  /** Most batches are one token: an array made around it has room for one, one that is pushed to for seventeen. */
  #put(output: Output): void {
    if (this.#outputs.length === 0) this.#outputs = [output];
    else this.#outputs.push(output);
  }

  nextNumber(): number {
    this.#announced += 1;
    return this.#announced;
  }

  addUsage(modelId: string, usage: ModelUsage): void {
    this.#usage = addUsage(this.#usage, modelId, usage);
  }

  reportFault(cause: unknown): void {
    this.fault ??= cause;
  }
}
