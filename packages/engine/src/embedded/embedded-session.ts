import { type JsonObject, OctavusError, type StreamEvent, type UIMessageJson } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { type EnginePorts, isChange, isEvent, type Output, type RunEnding } from '../ports.ts';
import { checkTrigger } from '../requests/check-trigger.ts';
import { type ContinuationFields, matchContinuation } from '../requests/match-continuation.ts';
import { openingValues } from '../requests/opening-values.ts';
import { runContinuation, runTrigger, runWorker } from '../run.ts';
import { foldAll } from '../state/fold.ts';
import type { PendingCall } from '../state/position.ts';
import { openSession, type SessionState } from '../state/session-state.ts';
import { createMemoryPorts, type MemoryPortsOptions } from './memory-ports.ts';

type Leg = AsyncGenerator<readonly Output[], RunEnding>;
type ToolResults = ContinuationFields['toolResults'];

/** Does what a tool of the agent stands for. What it throws, the model reads as the tool's error. */
export type ToolHandler = (args: JsonObject, call: PendingCall) => unknown;

export interface EmbeddedSessionOptions extends MemoryPortsOptions {
  /** A validated agent, `validateAgentFiles(…).definition` of `@octavus/protocol`. */
  readonly definition: AgentDefinition;
  /** Input of the session, or of the worker that the definition is. */
  readonly input?: { readonly [name: string]: unknown };
  /** Handlers by tool name. A call without one waits for `continue`. */
  readonly tools?: { readonly [name: string]: ToolHandler };
  /** Ports of your own in place of those in memory. */
  readonly ports?: EnginePorts;
}

/**
 * A session of an agent inside your own process, in memory, without a server: the same engine and the same events.
 *
 * An execution at a time. What is yielded are the legs of the execution, one after another, as the server would stream them: a leg that
 * pauses ends with `tool-request` and `finish`, and the next one begins with `start`.
 *
 * @throws OctavusError VALIDATION_ERROR when the input does not fit the agent's declarations; SESSION_BUSY while an execution runs;
 *   EXECUTION_NOT_RESUMABLE when results continue nothing.
 */
export class EmbeddedSession {
  readonly #options: EmbeddedSessionOptions;
  readonly #ports: EnginePorts;
  #state: SessionState;
  #isRunning = false;

  constructor(options: EmbeddedSessionOptions) {
    const { definition, input = {} } = options;
    this.#options = options;
    this.#ports = options.ports ?? createMemoryPorts(options);
    this.#state = openSession({
      sessionId: this.#ports.ids.resource(),
      kind: definition.format,
      ...openingValues(definition, input, this.#ports.models),
    });
  }

  /** Everything the session is, as an immutable value. */
  get state(): SessionState {
    return this.#state;
  }

  /** The conversation as people see it. */
  get messages(): readonly UIMessageJson[] {
    return toUiMessages(this.#state);
  }

  /** Calls that wait for `continue`. */
  get pending(): readonly PendingCall[] {
    return this.#state.execution?.status === 'waiting' ? this.#state.execution.pending : [];
  }

  /** Fires a trigger. Aborting the signal ends the stream as it should, with what was said until then kept. */
  trigger(triggerName: string, input: JsonObject = {}, signal?: AbortSignal): AsyncGenerator<StreamEvent> {
    const { definition } = this.#options;
    const trigger = checkTrigger(definition, { triggerName, input });
    const request = () => ({ state: this.#state, definition, agentVersion: 1, trigger });
    return this.#play((stop) => runTrigger(request(), this.#ports, stop), signal);
  }

  /** Runs the worker that the definition is, once per session. */
  execute(signal?: AbortSignal): AsyncGenerator<StreamEvent> {
    const request = () => ({ state: this.#state, definition: this.#options.definition, agentVersion: 1 });
    return this.#play((stop) => runWorker(request(), this.#ports, stop), signal);
  }

  /** Goes on with results of the calls that wait; calls that are left out count as failed. */
  continue(toolResults: ToolResults, signal?: AbortSignal): AsyncGenerator<StreamEvent> {
    return this.#play((stop) => this.#resume(toolResults, stop), signal);
  }

  #resume(toolResults: ToolResults, signal: AbortSignal): Leg {
    const match = matchContinuation(this.#state, { toolResults });
    if (!('results' in match)) throw new OctavusError('EXECUTION_NOT_RESUMABLE');
    return runContinuation({ state: this.#state, definition: this.#options.definition, match }, this.#ports, signal);
  }

  async *#play(start: (stop: AbortSignal) => Leg, signal?: AbortSignal): AsyncGenerator<StreamEvent> {
    if (this.#isRunning) throw new OctavusError('SESSION_BUSY');
    this.#isRunning = true;
    const reader = new AbortController();
    const stop = signal ? AbortSignal.any([signal, reader.signal]) : reader.signal;
    try {
      yield* this.#read(start(stop), reader);
      while (this.#canAnswer()) yield* this.#read(this.#resume(await this.#answer(), stop), reader);
    } finally {
      this.#isRunning = false;
    }
  }

  /** A reader that leaves stops the leg; what came until then is kept. */
  async *#read(leg: Leg, reader: AbortController): AsyncGenerator<StreamEvent> {
    let isOver = false;
    try {
      for (;;) {
        const { done, value } = await leg.next();
        isOver = done === true;
        if (done) return;
        this.#take(value);
        yield* value.filter(isEvent);
      }
    } finally {
      if (!isOver) reader.abort('disconnect');
      for await (const outputs of leg) this.#take(outputs);
    }
  }

  #take(outputs: readonly Output[]): void {
    this.#state = foldAll(this.#state, outputs.filter(isChange));
  }

  #canAnswer(): boolean {
    const { tools = {} } = this.#options;
    return this.pending.length > 0 && this.pending.every(({ toolName }) => Object.hasOwn(tools, toolName));
  }

  /** All at once, as the server's SDK does. */
  #answer(): Promise<ToolResults> {
    const { tools = {} } = this.#options;
    return Promise.all(
      this.pending.map(async (call) => {
        const { toolCallId } = call;
        try {
          return { toolCallId, result: toJson(await tools[call.toolName]?.(call.args as JsonObject, call)) };
        } catch (error) {
          return { toolCallId, error: error instanceof Error && error.message !== '' ? error.message : 'Tool failed' };
        }
      }),
    );
  }
}

/** What a handler returns as it would travel over the wire; nothing is `null`. */
function toJson(value: unknown): ToolResults[number]['result'] {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
