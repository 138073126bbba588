import { type StreamEvent, type StreamEventType, streamEventSchema, type ToolRequestEvent } from '@octavus/core';
import { type Fail, GrammarError } from './grammar-error.ts';
import { checkAnswered, checkClosed, openScope, type Scope, takeContent } from './scope.ts';

export interface LegOptions {
  /** `session`: a session-leg of the grammar, the default; `worker`: a worker-leg, the stream of a standalone run. */
  readonly kind?: 'session' | 'worker';
  /** The leg was told to stop: calls may end without an outcome. */
  readonly isAborted?: boolean;
  /** Indices of the first event after each model call, where the calls of the step before must have their outcomes (G5). */
  readonly stepStarts?: readonly number[];
}

/**
 * Checks one leg against the grammar of stream-events.md 4 (EBNF and G1 to G9) and the rules of sections 2, 3, 5, 9 and 11 that a
 * stream shows by itself. The closing `[DONE]` is not an event and not looked at.
 *
 * @throws GrammarError naming the first broken rule.
 */
export function checkEventGrammar(events: readonly StreamEvent[], options: LegOptions = {}): void {
  const leg = new Leg(options);
  for (const event of events) leg.take(event);
  leg.end();
}

class Leg {
  readonly #options: LegOptions;
  readonly #main: Scope;
  readonly #workers = new Map<string, Scope>();
  readonly #endedWorkers = new Set<string>();
  readonly #inputs = new Map<string, 'open' | 'ready'>();
  #index = 0;
  #event: StreamEvent | undefined;
  #executionId: string | undefined;
  #request: ToolRequestEvent | undefined;
  #ending: 'finish' | 'error' | 'usage' | undefined;
  #lastWorkerError: string | undefined;

  constructor(options: LegOptions) {
    this.#options = options;
    this.#main = openScope(undefined, options.isAborted ?? false);
  }

  take(event: StreamEvent): void {
    this.#event = event;
    this.#checkShape(event);
    this.#checkPlace(event);
    this.#checkStep(event);
    this.#dispatch(event);
    this.#index += 1;
  }

  end(): void {
    this.#event = undefined;
    if (!this.#ending) this.#fail('EBNF', 'the leg has no ending');
  }

  readonly #fail: Fail = (rule, problem) => {
    throw new GrammarError(rule, problem, this.#index, this.#event);
  };

  get #isWorkerLeg(): boolean {
    return this.#options.kind === 'worker';
  }

  #checkShape(event: StreamEvent): void {
    const wire: unknown = JSON.parse(JSON.stringify(event));
    const parsed = streamEventSchema.safeParse(wire);
    if (!parsed.success) this.#fail('3', `not an event: ${parsed.error.issues[0]?.message}`);
    for (const key of ['input', 'output', 'value'] as const) {
      if (mandatoryAny[key].includes(event.type) && !Object.hasOwn(wire as object, key))
        this.#fail('3', `key ${key} is missing`);
    }
    for (const [key, value] of Object.entries(wire as object)) {
      if (value === null && key !== 'output' && key !== 'value') this.#fail('3', `${key} is null instead of absent`);
    }
  }

  /** What may stand where, whatever is open. */
  #checkPlace(event: StreamEvent): void {
    const isFirst = this.#index === 0;
    if (isFirst !== (event.type === 'start')) this.#fail('EBNF', 'start comes first and once');
    if (this.#ending === 'error' || this.#ending === 'usage') this.#fail('11', 'nothing follows the ending');
    if (this.#ending === 'finish' && event.type !== 'usage') this.#fail('11', 'nothing follows the ending');
    if (this.#request && event.type !== 'finish') this.#fail('EBNF', 'only finish follows tool-request');
    const isFollowedByWorker = this.#index === 1 && this.#isWorkerLeg;
    if (isFollowedByWorker && event.type !== 'worker-start') this.#fail('EBNF', 'worker-start directly follows start');
  }

  #checkStep(event: StreamEvent): void {
    if (!this.#options.stepStarts?.includes(this.#index) || this.#workers.size > 0 || event.type === 'error') return;
    checkAnswered(this.#main, new Set(), this.#fail);
  }

  #dispatch(event: StreamEvent): void {
    switch (event.type) {
      case 'start':
        this.#start(event);
        return;
      case 'finish':
        this.#finish(event);
        return;
      case 'error':
        this.#error();
        return;
      case 'usage':
        this.#usage();
        return;
      case 'tool-request':
        this.#toolRequest(event);
        return;
      case 'client-tool-request':
        this.#fail('3', 'client-tool-request comes from SDKs only');
        return;
      case 'worker-input-start':
      case 'worker-input-delta':
      case 'worker-input-ready':
        this.#workerInput(event);
        return;
      case 'worker-start':
        this.#workerStart(event.workerId);
        return;
      case 'worker-result':
        this.#workerResult(event);
        return;
      default:
        takeContent(this.#scopeOf(event), event, this.#fail);
        return;
    }
  }

  #start(event: Extract<StreamEvent, { type: 'start' }>): void {
    if (event.executionId === undefined || event.messageId === undefined || event.sessionId === undefined) {
      this.#fail('3', 'start carries messageId, executionId and sessionId');
    }
    this.#executionId = event.executionId;
  }

  #finish(event: Extract<StreamEvent, { type: 'finish' }>): void {
    if (event.executionId !== this.#executionId) this.#fail('2', 'finish carries the executionId of start');
    const isPause = event.finishReason === 'tool-calls';
    if (isPause !== (this.#request !== undefined))
      this.#fail('11', 'finish(tool-calls) and tool-request come together');
    if (event.finishReason === 'error' || event.finishReason === 'client-tool-calls') {
      this.#fail('3', `the server never finishes with ${event.finishReason}`);
    }
    for (const scope of this.#scopes()) checkClosed(scope, isPause ? 'pause' : 'final', this.#fail);
    if (!isPause) {
      if (this.#workers.size > 0) this.#fail('EBNF', 'a worker has no result');
      this.#checkOutcomes(new Set());
      if (this.#isWorkerLeg && this.#endedWorkers.size === 0) this.#fail('EBNF', 'a worker-leg needs a worker-result');
    }
    this.#ending = 'finish';
  }

  #error(): void {
    if (this.#isWorkerLeg && this.#lastWorkerError === undefined)
      this.#fail('EBNF', 'worker-result with error precedes error');
    this.#ending = 'error';
  }

  #usage(): void {
    if (!this.#isWorkerLeg || this.#ending !== 'finish' || this.#request) {
      this.#fail('3', 'usage ends a successful standalone worker run');
    }
    this.#ending = 'usage';
  }

  #toolRequest(event: ToolRequestEvent): void {
    for (const scope of this.#scopes()) checkClosed(scope, 'pause', this.#fail);
    const external = new Set(event.toolCalls.map((call) => call.toolCallId));
    if (external.size === 0) this.#fail('3', 'tool-request asks for nothing');
    if (external.size < event.toolCalls.length) this.#fail('2', 'a call is asked for twice');
    this.#checkOutcomes(external);
    for (const call of event.toolCalls) this.#checkRequested(call);
    const [first, ...others] = new Set(event.toolCalls.map((call) => call.workerId));
    const shared = others.length === 0 ? first : undefined;
    if (event.workerId !== shared)
      this.#fail('3', 'tool-request carries workerId when all calls belong to that worker');
    this.#request = event;
  }

  #checkRequested(call: ToolRequestEvent['toolCalls'][number]): void {
    if (call.source === undefined) this.#fail('3', 'a requested call carries its source');
    if (call.source === 'block' && call.blockIndex === undefined) this.#fail('3', 'a block call carries blockIndex');
    if (call.thread === 'main') this.#fail('9', 'the main thread is never named');
    const seen = this.#scopes()
      .map((scope) => scope.calls.get(call.toolCallId))
      .find((found) => found !== undefined);
    if (!seen) return;
    if (!seen.isAvailable) this.#fail('G6', `call ${call.toolCallId} has no tool-input-available`);
    if (seen.stage === 'outcome') this.#fail('G5', `external call ${call.toolCallId} has an outcome`);
  }

  #checkOutcomes(external: ReadonlySet<string>): void {
    for (const scope of this.#scopes()) checkAnswered(scope, external, this.#fail);
  }

  #workerInput(event: Extract<StreamEvent, { type: `worker-input-${string}` }>): void {
    if (this.#isWorkerLeg) this.#fail('EBNF', 'a standalone worker has no worker-input');
    const state = this.#inputs.get(event.workerId);
    const expected = event.type === 'worker-input-start' ? undefined : 'open';
    if (state !== expected || this.#workers.has(event.workerId)) this.#fail('G7', `${event.type} out of order`);
    this.#inputs.set(event.workerId, event.type === 'worker-input-ready' ? 'ready' : 'open');
    takeContent(this.#main, event, this.#fail);
  }

  #workerStart(workerId: string): void {
    if (this.#inputs.get(workerId) === 'open') this.#fail('G7', 'worker-start before worker-input-ready');
    if (this.#workers.has(workerId) || this.#endedWorkers.has(workerId))
      this.#fail('G7', `worker ${workerId} starts twice`);
    if (!this.#isWorkerLeg) {
      if (!this.#main.block) this.#fail('EBNF', 'a worker outside a block');
      if (this.#main.text) this.#fail('EBNF', `${this.#main.text.type} ${this.#main.text.id} is open`);
    } else if (workerId !== this.#executionId) this.#fail('2', 'a standalone worker has the id of its execution');
    this.#workers.set(workerId, openScope(workerId, this.#options.isAborted ?? false));
  }

  #workerResult(event: Extract<StreamEvent, { type: 'worker-result' }>): void {
    const scope = this.#workers.get(event.workerId) ?? this.#fail('G7', `worker ${event.workerId} is not running`);
    if (event.error === undefined) {
      if (event.cancelled) this.#fail('3', 'a cancelled worker carries an error');
      checkClosed(scope, 'final', this.#fail);
      checkAnswered(scope, new Set(), this.#fail);
    }
    this.#lastWorkerError = event.error;
    this.#workers.delete(event.workerId);
    this.#endedWorkers.add(event.workerId);
    const block = this.#main.block;
    if (block?.thread !== undefined || block?.outputToChat === false) this.#main.mustReannounce = true;
  }

  #scopeOf(event: StreamEvent): Scope {
    const workerId = 'workerId' in event ? event.workerId : undefined;
    if (workerId === undefined) {
      if (this.#isWorkerLeg && event.type !== 'resource-update')
        this.#fail('EBNF', 'content of a worker-leg carries workerId');
      return this.#main;
    }
    return this.#workers.get(workerId) ?? this.#fail('G7', `worker ${workerId} is not running`);
  }

  #scopes(): readonly Scope[] {
    return [this.#main, ...this.#workers.values()];
  }
}

const mandatoryAny: { readonly [key in 'input' | 'output' | 'value']: readonly StreamEventType[] } = {
  input: ['tool-input-available', 'worker-input-ready'],
  output: ['tool-output-available'],
  value: ['resource-update'],
};
