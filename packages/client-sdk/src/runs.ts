import { type FinishReason, generateId, OctavusError, type StartEvent } from '@octavus/core';
import { callSafely } from './call-safely.ts';
import type { ChatSettings } from './chat-options.ts';
import type { ChatState } from './chat-state.ts';
import type { ToolRound } from './client-tools.ts';
import { finishedParts, interruptedParts } from './reduce/endings.ts';
import { reduceEvent } from './reduce/reduce-event.ts';
import { createTurn } from './reduce/turn.ts';
import { consume, Run } from './run.ts';
import { ToolRounds } from './tool-rounds.ts';
import {
  type ChatControlSignal,
  type ChatStreamItem,
  isControlSignal,
  type Transport,
} from './transports/transport.ts';

export interface RunsOptions {
  readonly state: ChatState;
  readonly transport: Transport;
  /** As they are now; they may be others at the next call. */
  readonly settings: () => ChatSettings;
}

/** How far one stream of a run has come. */
interface Leg {
  /** It ended the turn, or paused it for client tools. */
  isFinished: boolean;
  /** The next event begins a replay of the turn. */
  isReplayed: boolean;
}

/** The one run that a chat has at a time: reads its streams into the state, runs its client tools and ends it. */
export class Runs {
  readonly #state: ChatState;
  readonly #transport: Transport;
  readonly #settings: () => ChatSettings;
  readonly #rounds: ToolRounds;
  #current: Run | undefined;
  #sessionId: string | undefined;

  constructor({ state, transport, settings }: RunsOptions) {
    this.#state = state;
    this.#transport = transport;
    this.#settings = settings;
    this.#rounds = new ToolRounds({
      state,
      tools: () => settings().clientTools,
      onComplete: (run, round) => this.#continue(run, round),
    });
  }

  /** Ends what runs and makes room for a new run, which nobody sees yet. */
  begin(): Run {
    this.end({ stopsTransport: true });
    this.#current = new Run(createTurn(generateId()));
    return this.#current;
  }

  /** Shows that the run streams, and reads its first leg to the end. Never rejects. */
  start(run: Run, open: () => AsyncIterable<ChatStreamItem>): Promise<void> {
    this.#state.lastFinishReason = undefined;
    this.#state.change({ status: 'streaming', error: null });
    return this.#read(run, open);
  }

  /** Ends a run that has shown nothing yet, such as one whose files are being uploaded. */
  cancel(): void {
    if (!this.#current?.isFinished) this.#current?.end();
  }

  /** Ends the run that there is: its tools, its stream and, unless it finished, its turn. Tells nobody. */
  end({ stopsTransport }: { readonly stopsTransport: boolean }): void {
    const run = this.#current;
    this.#current = undefined;
    run?.end();
    this.#state.listPending([]);
    if (stopsTransport) callSafely(() => this.#transport.stop());
    this.#state.notifier.unmute();
    if (run && !run.isFinished) this.#state.settle(run, interruptedParts(run.turn));
  }

  async #read(run: Run, open: () => AsyncIterable<ChatStreamItem>): Promise<void> {
    const leg: Leg = { isFinished: false, isReplayed: false };
    try {
      await consume(run, open, (item) => this.#take(run, leg, item));
      if (!run.isOver && !leg.isFinished) this.#interrupted();
    } catch (error) {
      // What becomes of a stream after its ending is nobody's business.
      if (!run.isOver && !leg.isFinished) this.#failed(toOctavusError(error));
    }
  }

  #take(run: Run, leg: Leg, item: ChatStreamItem): void {
    if (item.type === 'usage') callSafely(this.#settings().onUsage, item);
    if (leg.isFinished) return;
    if (isControlSignal(item)) {
      this.#obey(run, leg, item);
      return;
    }
    if (leg.isReplayed) {
      leg.isReplayed = false;
      this.#resetTurn(run);
    }
    if (item.type === 'start') this.#started(run, item);
    this.#state.advance(run, reduceEvent(run.turn, item), { isPiece: item.type.endsWith('-delta') });
    if (item.type === 'resource-update') callSafely(this.#settings().onResourceUpdate, item.name, item.value);
    if (item.type === 'client-tool-request') this.#rounds.open(run, item);
    if (item.type === 'error') throw new OctavusError(item);
    if (item.type === 'finish') this.#legFinished(run, leg, item.finishReason);
  }

  #obey(run: Run, leg: Leg, signal: ChatControlSignal): void {
    const { notifier } = this.#state;
    if (signal.type === 'replay-start') {
      notifier.mute();
      leg.isReplayed = true;
      return;
    }
    if (signal.type === 'reset-turn') this.#resetTurn(run);
    else {
      leg.isReplayed = false;
      notifier.unmute();
    }
    notifier.notify();
  }

  /** The turn begins once more from nothing. */
  #resetTurn(run: Run): void {
    this.#closeRound(run);
    run.turn = createTurn(generateId());
    run.createdAt = undefined;
    this.#state.list.settle(undefined);
  }

  #started(run: Run, { executionId, sessionId, messageId, lastMessageId }: StartEvent): void {
    const { onStart, onSessionCreated, useServerMessageIds } = this.#settings();
    if (!run.hasStarted && run.retryPoint && lastMessageId !== undefined) {
      run.retryPoint.rollbackAfterMessageId = lastMessageId;
    }
    run.hasStarted = true;
    if (useServerMessageIds && messageId && !run.createdAt) run.turn = { ...run.turn, id: messageId };
    if (executionId !== undefined) callSafely(onStart, executionId);
    if (sessionId !== undefined && sessionId !== this.#sessionId) {
      this.#sessionId = sessionId;
      callSafely(onSessionCreated, sessionId);
    }
  }

  #legFinished(run: Run, leg: Leg, reason: FinishReason): void {
    if (reason !== 'client-tool-calls') {
      leg.isFinished = true;
      this.#turnFinished(run, reason);
      return;
    }
    const { round } = run;
    if (!round) return;
    leg.isFinished = true;
    this.#state.notifier.live();
    this.#rounds.legFinished(run, round);
  }

  #turnFinished(run: Run, reason: FinishReason): void {
    run.isFinished = true;
    this.#closeRound(run);
    this.#state.notifier.unmute();
    this.#state.settle(run, finishedParts(run.turn));
    this.#state.lastFinishReason = reason;
    this.#state.change({ status: 'idle', error: null });
    callSafely(this.#settings().onFinish, reason);
  }

  /** The next leg of the execution goes into the same turn. */
  #continue(run: Run, { executionId, results }: ToolRound): void {
    run.round = undefined;
    this.#state.change({ status: 'streaming' });
    void this.#read(run, () => this.#transport.continueWithToolResults(executionId, results));
  }

  #closeRound(run: Run): void {
    run.round?.abort();
    run.round = undefined;
    this.#state.listPending([]);
  }

  #interrupted(): void {
    this.end({ stopsTransport: false });
    this.#state.change({ status: 'idle' });
    callSafely(this.#settings().onInterrupted);
  }

  #failed(error: OctavusError): void {
    this.end({ stopsTransport: false });
    this.#state.change({ status: 'error', error });
    callSafely(this.#settings().onError, error);
  }
}

/** What a transport threw, as the chat's error. */
function toOctavusError(thrown: unknown): OctavusError {
  if (OctavusError.isInstance(thrown)) return thrown;
  return new OctavusError({
    errorType: 'internal_error',
    message: messageOf(thrown) || 'The transport failed',
    source: 'client',
    cause: thrown,
  });
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === 'string' ? thrown : '';
}
