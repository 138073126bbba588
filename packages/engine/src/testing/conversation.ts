import type { ModelRequest, StreamEvent } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import { endExecution } from '../end-execution.ts';
import { isChange, type Output, type RunEnding, type StopReason } from '../ports.ts';
import { checkTrigger, type TriggerFields } from '../requests/check-trigger.ts';
import { type ContinuationFields, matchContinuation } from '../requests/match-continuation.ts';
import { openingValues } from '../requests/opening-values.ts';
import { runContinuation, runTrigger, runWorker, type TriggerRun, type WorkerRun } from '../run.ts';
import { foldAll } from '../state/fold.ts';
import type { PendingCall } from '../state/position.ts';
import { openSession, type SessionState } from '../state/session-state.ts';
import { checkExecution } from './check-execution.ts';
import { type CollectedLeg, type CollectOptions, collectLeg, throughJson } from './collect-leg.ts';
import type { MemoryPorts } from './memory-ports.ts';

export type Leg = CollectedLeg<RunEnding>;

/** What happens to a leg from outside. */
export interface LegOptions {
  /** The leg is told to stop when so many batches were read. */
  readonly stop?: { readonly afterBatches: number; readonly reason: StopReason };
  /** The process dies when so many batches were stored. */
  readonly killAfterBatches?: number;
}

export interface TriggerOptions
  extends LegOptions,
    Pick<TriggerRun, 'rollbackAfterMessageId' | 'sender' | 'isTraced'> {}

interface CalledModels {
  readonly calls: readonly (ModelRequest | { readonly request: ModelRequest })[];
}

/**
 * A host in memory: one session whose changes go through JSON to the fold, as they go through a store in a server. Every leg's stream
 * is checked against the grammar, every execution's legs against each other.
 */
export class Conversation {
  state: SessionState;
  readonly #definition: AgentDefinition;
  readonly #ports: MemoryPorts;
  readonly #models: CalledModels;
  /** Events of the legs of the newest execution that ran to their end. */
  #legs: (readonly StreamEvent[])[] = [];
  /** The last of them was stopped. */
  #brokeOff = false;

  constructor(options: {
    definition: AgentDefinition;
    ports: MemoryPorts;
    models: CalledModels;
    input?: { readonly [name: string]: unknown };
  }) {
    const { definition, ports, models, input = {} } = options;
    this.#definition = definition;
    this.#ports = ports;
    this.#models = models;
    this.state = openSession({
      sessionId: ports.ids.resource(),
      kind: definition.format,
      ...openingValues(definition, input),
    });
  }

  /** The calls that a continuation has to answer. */
  get pending(): readonly PendingCall[] {
    return this.state.execution?.pending ?? [];
  }

  async trigger(fields: TriggerFields, options: TriggerOptions = {}): Promise<Leg> {
    this.#legs = [];
    this.#brokeOff = false;
    const trigger = checkTrigger(this.#definition, fields);
    const { state } = this;
    const { sender, isTraced, rollbackAfterMessageId } = options;
    const request: TriggerRun = {
      state,
      definition: this.#definition,
      agentVersion: 1,
      trigger,
      ...(sender && { sender }),
      ...(isTraced && { isTraced }),
      ...(rollbackAfterMessageId !== undefined && { rollbackAfterMessageId }),
    };
    return this.#run((signal) => runTrigger(request, this.#ports, signal), options);
  }

  /** Runs the worker that the definition is. */
  async execute(options: LegOptions & Pick<WorkerRun, 'dynamicTools' | 'isTraced'> = {}): Promise<Leg> {
    const { dynamicTools, isTraced } = options;
    const request: WorkerRun = {
      state: this.state,
      definition: this.#definition,
      agentVersion: 1,
      ...(dynamicTools && { dynamicTools }),
      ...(isTraced && { isTraced }),
    };
    return this.#run((signal) => runWorker(request, this.#ports, signal), options);
  }

  /** @throws Error when the results do not continue anything. */
  async continue(fields: ContinuationFields, options: LegOptions = {}): Promise<Leg> {
    const match = matchContinuation(this.state, fields);
    if (match.kind !== 'leg' && match.kind !== 'repeat') throw new Error(`The continuation is ${match.kind}`);
    const { state } = this;
    // What the broken leg showed is void.
    if (match.kind === 'repeat' && this.#brokeOff) this.#legs.pop();
    return this.#run(
      (signal) => runContinuation({ state, definition: this.#definition, match }, this.#ports, signal),
      options,
    );
  }

  /** Answers every pending call with the same result. */
  async answerAll(result: ContinuationFields['toolResults'][number]['result'], options?: LegOptions): Promise<Leg> {
    const { execution } = this.state;
    if (!execution) throw new Error('Nothing waits');
    const toolResults = this.pending.map(({ toolCallId }) => ({ toolCallId, result: result ?? null }));
    return this.continue({ executionId: execution.executionId, toolResults }, options);
  }

  /** Closes an execution that nobody runs, as a server does after a crash or when a waiting one is stopped. */
  end(status: 'interrupted' | 'aborted'): readonly Output[] {
    const outputs = endExecution(this.state, status, this.#ports.clock);
    this.state = foldAll(this.state, outputs.filter(isChange).map(throughJson));
    return outputs;
  }

  async #run(
    start: (signal: AbortSignal) => AsyncGenerator<readonly Output[], RunEnding>,
    { stop, killAfterBatches }: LegOptions,
  ): Promise<Leg> {
    const controller = new AbortController();
    const options: CollectOptions = {
      models: this.#ownCalls(),
      kind: this.#definition.format === 'worker' ? 'worker' : 'session',
      ...(killAfterBatches !== undefined && { cutAfter: killAfterBatches }),
      ...(stop && {
        isAborted: true,
        isSilent: stop.reason === 'disconnect' || stop.reason === 'lease-lost',
        onBatch: (_batch: readonly Output[], index: number) => {
          if (index + 1 >= stop.afterBatches) controller.abort(stop.reason);
        },
      }),
    };
    const leg = await collectLeg(start(controller.signal), this.state, options);
    this.state = leg.state;
    if (leg.ending && !options.isSilent) this.#checkLegs(leg);
    else this.#brokeOff = false;
    if (leg.ending?.cause) throw leg.ending.cause;
    return leg;
  }

  /** Calls for the session's own steps: those of its workers are no steps of it. */
  #ownCalls(): { readonly calls: readonly unknown[] } {
    const { sessionId } = this.state;
    const models = this.#models;
    return {
      get calls() {
        return models.calls.filter((call) => ('request' in call ? call.request : call).cacheKey === sessionId);
      },
    };
  }

  #checkLegs({ events, ending }: Leg): void {
    this.#legs.push(events);
    this.#brokeOff = ending?.ending === 'aborted';
    if (ending?.ending !== 'paused') checkExecution(this.#legs);
  }
}
