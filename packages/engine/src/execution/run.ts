import type { BlockEndEvent, FinishReason, JsonValue, StreamEvent } from '@octavus/core';
import type { AgentDefinition, TriggerDefinition } from '@octavus/protocol';
import type { LogFields } from '../log/log-fields.ts';
import { type EnginePorts, isChange, type Output, type StopReason } from '../ports.ts';
import type { Change } from '../state/change.ts';
import { fold } from '../state/fold.ts';
import type { ExecutionState, SessionState } from '../state/session-state.ts';
import { ExecutionLog } from './log.ts';

export interface RunParts {
  readonly state: SessionState;
  readonly definition: AgentDefinition;
  readonly ports: EnginePorts;
  readonly signal: AbortSignal;
  /** Of the leg that runs; on a trigger the state does not know it yet. */
  readonly executionId: string;
}

/** A step that is being written: whatever ends the execution, what there is of it is kept. */
export interface OpenStep {
  save(): void;
}

/**
 * One leg at work: the state as it moves, and the outbox of what is to be yielded.
 *
 * Blocks and steps push in wire order, a change before the events that report it. Generators yield `drain()` right before they wait
 * for the outside world.
 */
export class Run {
  readonly definition: AgentDefinition;
  readonly ports: EnginePorts;
  readonly signal: AbortSignal;
  readonly executionId: string;
  /** Of the last generation on the main thread (stream-events.md 3.1). */
  finishReason: FinishReason = 'stop';
  openStep: OpenStep | undefined;
  /** On earlier legs of the same execution too. */
  hasLoggedMainPrompt = false;
  /** The block that runs, for the log. */
  blockName: string | undefined;
  readonly #log: ExecutionLog;
  #state: SessionState;
  #outbox: Output[] = [];
  #openBlockId: string | undefined;
  #reservedMessageIds: string[] = [];
  #announced: number;

  constructor({ state, definition, ports, signal, executionId }: RunParts) {
    this.definition = definition;
    this.ports = ports;
    this.signal = signal;
    this.executionId = executionId;
    this.#state = state;
    const resumed = state.execution?.executionId === executionId ? state.execution : undefined;
    this.#announced = resumed?.announced ?? 0;
    this.#log = new ExecutionLog({ executionId, written: resumed?.logged ?? 0 }, ports.clock);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The execution this leg belongs to. */
  get execution(): ExecutionState {
    const { execution } = this.#state;
    if (execution?.executionId !== this.executionId) throw new Error('The execution has not started');
    return execution;
  }

  /** `undefined` where a stored agent has lost the handler (section 4). */
  get trigger(): TriggerDefinition | undefined {
    return this.definition.triggers.get(this.execution.triggerName);
  }

  /** Why the run is to stop, if it is. */
  get stopReason(): StopReason | undefined {
    if (!this.signal.aborted) return undefined;
    const reason: unknown = this.signal.reason;
    return reason === 'disconnect' || reason === 'shutdown' || reason === 'lease-lost' ? reason : 'abort';
  }

  get hasOutput(): boolean {
    return this.#outbox.length > 0;
  }

  get logged(): number {
    return this.#log.written;
  }

  get announced(): number {
    return this.#announced;
  }

  event(event: StreamEvent): void {
    this.#outbox.push(event);
  }

  change(change: Change): void {
    this.#state = fold(this.#state, change);
    this.#outbox.push(change);
  }

  /** `blockName` is added unless the fields carry one. */
  log(fields: LogFields): void {
    const blockName = this.blockName;
    this.#outbox.push({ log: this.#log.entry(blockName === undefined ? fields : { blockName, ...fields }) });
  }

  /** Outputs made elsewhere. */
  push(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (isChange(output)) this.change(output);
      else this.#outbox.push(output);
    }
  }

  drain(): readonly Output[] {
    const outputs = this.#outbox;
    this.#outbox = [];
    return outputs;
  }

  /** An id of a text or reasoning, unique in the execution. */
  nextPartId(prefix: 'txt' | 'rsn' | 'obj' | 'src'): string {
    this.#announced += 1;
    return `${prefix}-${this.#announced}`;
  }

  openBlock(blockId: string): void {
    this.#openBlockId = blockId;
  }

  /** Ends the announced block, if one is open. */
  closeBlock(): void {
    const blockId = this.#openBlockId;
    if (blockId === undefined) return;
    this.#openBlockId = undefined;
    this.event({ type: 'block-end', blockId } satisfies BlockEndEvent);
  }

  setVariable(name: string, value: JsonValue): void {
    this.change({ change: 'variable-set', name, value });
  }

  /**
   * Sets ids aside for the messages that come before the one `start` announces, so that ids increase in the order of the messages
   * (http-api.md 1.2).
   */
  reserveMessageIds(count: number): void {
    this.#reservedMessageIds = Array.from({ length: count }, () => this.ports.ids.message());
  }

  /** What was set aside and not used is older than the messages to come. */
  dropReservedMessageIds(): void {
    this.#reservedMessageIds = [];
  }

  nextMessageId(): string {
    return this.#reservedMessageIds.shift() ?? this.ports.ids.message();
  }

  /** Time as messages carry it. */
  timestamp(): string {
    return new Date(this.ports.clock.now()).toISOString();
  }
}
