import type {
  BlockEndEvent,
  BlockStartEvent,
  FinishReason,
  JsonValue,
  StreamEvent,
  StreamEventType,
} from '@octavus/core';
import type { AgentDefinition, Block, TriggerDefinition } from '@octavus/protocol';
import type { LogFields } from '../log/log-fields.ts';
import type { EnginePorts, StopReason } from '../ports.ts';
import type { BlocksRunner } from '../run-handler.ts';
import type { Change } from '../state/change.ts';
import type { ExecutionState, SessionState } from '../state/session-state.ts';
import type { Outbox } from './outbox.ts';
import type { Flush } from './run-outputs.ts';
import { toWorkerEvent, type WorkerScope } from './worker-scope.ts';

export interface RunParts {
  readonly outbox: Outbox;
  readonly flush: Flush;
  readonly definition: AgentDefinition;
  readonly ports: EnginePorts;
  readonly signal: AbortSignal;
  /** Of the leg that runs; on a trigger the state does not know it yet. */
  readonly executionId: string;
  /** Runs the blocks, those of workers inside too. */
  readonly runBlocks: BlocksRunner;
  /** The run of a worker, on its own or inside another. */
  readonly worker?: WorkerScope;
}

/** A step that is being written: whatever ends the execution, what there is of it is kept. */
export interface OpenStep {
  save(): void;
}

/**
 * One leg at work: the state as it moves, and the outbox of what its host reads.
 *
 * Blocks and steps push in wire order, a change before the events that report it. They `flush` right before they wait for the outside
 * world.
 */
export class Run {
  readonly outbox: Outbox;
  readonly flush: Flush;
  readonly definition: AgentDefinition;
  readonly ports: EnginePorts;
  readonly signal: AbortSignal;
  readonly executionId: string;
  readonly runBlocks: BlocksRunner;
  readonly worker: WorkerScope | undefined;
  /** Of the last generation on the main thread (stream-events.md 3.1). */
  finishReason: FinishReason = 'stop';
  openStep: OpenStep | undefined;
  /** On earlier legs of the same execution too. */
  hasLoggedMainPrompt = false;
  /** The block that runs, for the log. */
  blockName: string | undefined;
  #openBlock: BlockStartEvent | undefined;
  #mustReannounce = false;
  #reservedMessageIds: string[] = [];

  constructor({ outbox, flush, definition, ports, signal, executionId, runBlocks, worker }: RunParts) {
    this.outbox = outbox;
    this.flush = flush;
    this.definition = definition;
    this.ports = ports;
    this.signal = signal;
    this.executionId = executionId;
    this.runBlocks = runBlocks;
    this.worker = worker;
  }

  get state(): SessionState {
    return this.outbox.state;
  }

  /** The execution this leg belongs to. */
  get execution(): ExecutionState {
    const { execution } = this.state;
    if (execution?.executionId !== this.executionId) throw new Error('The execution has not started');
    return execution;
  }

  /** `undefined` for workers, and where a stored agent has lost the handler (section 4). */
  get trigger(): TriggerDefinition | undefined {
    return this.definition.triggers.get(this.execution.triggerName);
  }

  /** What the execution runs, in order. */
  get blocks(): readonly Block[] {
    return this.worker ? this.definition.steps : (this.trigger?.blocks ?? []);
  }

  /** Why the run is to stop, if it is. */
  get stopReason(): StopReason | undefined {
    if (!this.signal.aborted) return undefined;
    const reason: unknown = this.signal.reason;
    return reason === 'disconnect' || reason === 'shutdown' || reason === 'lease-lost' ? reason : 'abort';
  }

  /** An event of the execution's content; that of a worker is marked as such, or kept back. */
  event(event: StreamEvent): void {
    if (this.worker) {
      const marked = toWorkerEvent(this.worker, event);
      if (marked) this.outbox.event(marked);
      return;
    }
    if (this.#mustReannounce && isPartOfBlock(event.type)) this.#reannounce();
    this.outbox.event(event);
  }

  /** An event of the leg or of a worker as a whole. */
  frame(event: StreamEvent): void {
    this.outbox.event(event);
  }

  change(change: Change): void {
    this.outbox.change(change);
  }

  /** `blockName` is added unless the fields carry one. */
  log(fields: LogFields): void {
    const { blockName, worker } = this;
    this.outbox.log({
      ...(blockName !== undefined && { blockName }),
      ...fields,
      ...(worker && { workerId: worker.workerId, workerSlug: worker.workerSlug }),
    });
  }

  /** An id of a text or reasoning, unique in the execution. */
  nextPartId(prefix: 'txt' | 'rsn' | 'obj' | 'src'): string {
    return `${prefix}-${this.outbox.nextNumber()}`;
  }

  openBlock(event: BlockStartEvent): void {
    this.#openBlock = event;
    this.event(event);
  }

  /** Ends the announced block, if one is open. */
  closeBlock(): void {
    const block = this.#openBlock;
    if (!block) return;
    this.#openBlock = undefined;
    this.#mustReannounce = false;
    this.event({ type: 'block-end', blockId: block.blockId } satisfies BlockEndEvent);
  }

  /** A worker ended inside the block: browsers forget what its `block-start` said, so it is said again when more follows (G9). */
  forgetBlock(): void {
    const block = this.#openBlock;
    this.#mustReannounce = block !== undefined && (block.thread !== undefined || block.outputToChat === false);
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

  #reannounce(): void {
    this.#mustReannounce = false;
    if (this.#openBlock) this.outbox.event(this.#openBlock);
  }
}

/** What a browser places by the block that was announced last. */
function isPartOfBlock(type: StreamEventType): boolean {
  return type !== 'block-start' && type !== 'block-end' && type !== 'resource-update';
}
