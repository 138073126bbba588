import { type ClientToolRequestEvent, OctavusError, type PendingToolCall, type StreamEvent } from '@octavus/core';
import type { ChatState } from './chat-state.ts';
import { type ClientToolHandler, type ToolOutcome, ToolRound } from './client-tools.ts';
import { reduceEvent } from './reduce/reduce-event.ts';
import type { Run } from './run.ts';

export interface ToolRoundsOptions {
  readonly state: ChatState;
  /** The tools as they are when a call comes. */
  readonly tools: () => Readonly<Record<string, ClientToolHandler | undefined>> | undefined;
  /** Every call is answered and the leg has ended: the execution goes on with the results. */
  readonly onComplete: (run: Run, round: ToolRound) => void;
}

/** Runs the client tools that an execution asks for, and holds those that a person answers until the answer comes. */
export class ToolRounds {
  readonly #options: ToolRoundsOptions;

  constructor(options: ToolRoundsOptions) {
    this.#options = options;
  }

  /**
   * Calls that a person answers are listed before anything else happens; the others run one after another.
   *
   * @throws OctavusError `internal_error` when the request does not name its execution.
   */
  open(run: Run, { executionId, toolCalls, serverToolResults = [] }: ClientToolRequestEvent): void {
    if (toolCalls.length === 0) return;
    if (!executionId) throw lostExecution();
    run.round ??= new ToolRound(executionId);
    const { round } = run;
    round.add(toolCalls, serverToolResults);
    const isInteractive = (call: PendingToolCall) => this.#handlerOf(call) === 'interactive';
    const automatic = toolCalls.filter((call) => !isInteractive(call));
    for (const call of toolCalls.filter(isInteractive)) {
      round.await(call, (outcome) => this.#answer(run, round, call, outcome));
    }
    this.#options.state.listPending(round.pending);
    this.#options.state.notifier.notify();
    void this.#runTools(run, round, automatic);
  }

  /** Hands the results over when all are there; until then the chat waits, for a person where one is asked. */
  legFinished(run: Run, round: ToolRound): void {
    round.isLegFinished = true;
    this.#continueWhenAnswered(run, round);
  }

  async #runTools(run: Run, round: ToolRound, calls: readonly PendingToolCall[]): Promise<void> {
    for (const call of calls) {
      if (run.round !== round) return;
      this.#answer(run, round, call, await round.run(call, this.#handlerOf(call)));
    }
  }

  #handlerOf({ toolName }: PendingToolCall): ClientToolHandler | undefined {
    const tools = this.#options.tools();
    return tools && Object.hasOwn(tools, toolName) ? tools[toolName] : undefined;
  }

  #answer(run: Run, round: ToolRound, call: PendingToolCall, outcome: ToolOutcome): void {
    if (run.round !== round || !round.answer(call, outcome)) return;
    const { state } = this.#options;
    state.listPending(round.pending);
    const turn = reduceEvent(run.turn, toEvent(call, outcome));
    // A call that the message does not show was pending all the same.
    if (!state.advance(run, turn, { isPiece: false })) state.notifier.notify();
    this.#continueWhenAnswered(run, round);
  }

  #continueWhenAnswered(run: Run, round: ToolRound): void {
    // A listener may have stopped the run meanwhile.
    if (run.round !== round || !round.isLegFinished) return;
    if (round.isComplete) this.#options.onComplete(run, round);
    else if (round.pending.length > 0) this.#options.state.change({ status: 'awaiting-input' });
  }
}

function toEvent({ toolCallId, workerId }: PendingToolCall, outcome: ToolOutcome): StreamEvent {
  return 'error' in outcome
    ? { type: 'tool-output-error', toolCallId, workerId, error: outcome.error }
    : { type: 'tool-output-available', toolCallId, workerId, output: outcome.result };
}

function lostExecution(): OctavusError {
  return new OctavusError({
    errorType: 'internal_error',
    message: 'The request for client tools does not name its execution',
    source: 'client',
  });
}
