import {
  createErrorEvent,
  createInternalErrorEvent,
  type DynamicTool,
  generateId,
  type StreamEvent,
  type ToolProvider,
  type ToolResult,
} from '@octavus/core';
import type { ApiConfig } from '../config.ts';
import { stoppable } from '../http/abortable.ts';
import { segment } from '../http/request-json.ts';
import { ToolSet } from '../tools/tool-set.ts';
import { callBack } from './callbacks.ts';
import { type Execution, type LegState, runLegs } from './run-legs.ts';
import type {
  AgentTypes,
  AnyAgent,
  ContinueRequest,
  DeferredStartConfig,
  SessionConfig,
  SessionRequest,
  SocketMessage,
  SocketMessageHandlers,
  TriggerOptions,
  TriggerRequest,
} from './types.ts';

const sessionIdHeader = 'x-octavus-session-id';

/**
 * A handle on one session: fires its triggers and runs the tools they ask for. Making one sends nothing. It may run several
 * executions one after another.
 */
export class AgentSession<Agent extends AgentTypes = AnyAgent> {
  readonly #options: SessionConfig<Agent>;
  readonly #config: ApiConfig;
  readonly #tools: ToolSet;
  readonly #start: (DeferredStartConfig & { idempotencyKey: string }) | undefined;
  #sessionId: string | undefined;
  #socketRun: AbortController | undefined;

  /** @throws Error when tools of `mcpServers` clash with each other or with `tools`. */
  constructor(options: SessionConfig<Agent>) {
    const { config, sessionId, deferredStart, tools, mcpServers } = options;
    this.#options = options;
    this.#config = config;
    this.#sessionId = sessionId;
    this.#tools = new ToolSet(tools, mcpServers);
    this.#start = deferredStart && { ...deferredStart, idempotencyKey: deferredStart.idempotencyKey ?? generateId() };
  }

  /** The session's id; `undefined` while a deferred start has not been answered. */
  getSessionId(): string | undefined {
    return this.#sessionId;
  }

  /**
   * Fires a trigger, or continues an execution that waits for tools of the client, and streams its events. Nothing is sent before
   * the first event is asked for; leaving the stream early stops the execution.
   *
   * Whatever is not `type: 'continue'` is a trigger; keys that are not part of a request are ignored.
   *
   * @returns events up to one terminal event: `finish` or `error`. A stream that breaks off ends without one unless the client's
   *   `streamDrop` is `error`.
   * @throws (from `next()`) network failures after all retries, and what a key provider, `onToolResults` or JSON throws.
   */
  execute(request: SessionRequest<Agent>, options: TriggerOptions = {}): AsyncGenerator<StreamEvent> {
    return stoppable(options, (signal) => this.#run(request as SessionRequest, signal));
  }

  /**
   * `execute` of a trigger by its name. Returns and throws as that does.
   *
   * @param input by the names that the trigger declares.
   */
  trigger<Name extends Extract<keyof Agent['triggers'], string>>(
    triggerName: Name,
    input?: Agent['triggers'][Name],
    options?: TriggerOptions,
  ): AsyncGenerator<StreamEvent> {
    return this.execute({ type: 'trigger', triggerName, input } as SessionRequest<Agent>, options);
  }

  /**
   * Replaces all dynamic tools; `[]` removes them. Handlers count from the next round of tools on, schemas from the next request on.
   * A dynamic tool hides one of the same name until it is dropped.
   */
  setDynamicTools(source: ToolProvider | DynamicTool[]): void {
    this.#tools.setDynamic(source);
  }

  /**
   * Answers one message of a socket: `stop` ends what runs, a trigger or continuation replaces it. A run that was stopped emits
   * nothing more and has no `onFinish`; one that fails emits an `error` event.
   *
   * @param message what the client sent, parsed. What is no object (clients send anything) disturbs nothing that runs and gets an
   *   `error` event of type `validation_error`; an object of another type is a trigger, which the server checks.
   * @param handlers.onEvent gets each event. When it throws, as a socket that has closed may, the run is stopped.
   * @returns when the run is over, or was stopped or replaced.
   * @throws what `onFinish` throws, and what `onEvent` throws for an `error` event that is the last.
   */
  async handleSocketMessage(message: SocketMessage<Agent>, handlers: SocketMessageHandlers): Promise<void> {
    if (typeof message !== 'object' || message === null) return handlers.onEvent(noMessage());
    this.#socketRun?.abort();
    this.#socketRun = undefined;
    if (message.type === 'stop') return;
    const run = new AbortController();
    this.#socketRun = run;
    try {
      for await (const event of this.execute(message, { signal: run.signal })) {
        if (run.signal.aborted) return;
        handlers.onEvent(event);
      }
    } catch (error) {
      if (!run.signal.aborted) handlers.onEvent(createInternalErrorEvent(messageOf(error)));
      return;
    }
    if (!run.signal.aborted) await handlers.onFinish?.();
  }

  async *#run(request: SessionRequest, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    const isContinuation = request.type === 'continue';
    if (isContinuation && this.#sessionId === undefined) {
      throw new Error('There is no session to continue yet: its first trigger creates it');
    }
    const { onToolResults, rejectClientToolCalls } = this.#options;
    const execution: Execution = {
      config: this.#config,
      signal,
      initial: isContinuation ? initialState(request) : {},
      request: (state) => this.#request(isContinuation ? undefined : request, state),
      findHandler: (name) => this.#tools.find(name),
      needsExecutionId: false,
      rejectClientToolCalls,
      onToolResults,
      onToolResultTruncated: (truncation) =>
        this.#callBack('onToolResultTruncated', () => this.#options.onToolResultTruncated?.(truncation)),
      onResponse: ({ headers }) => this.#learnSessionId(headers.get(sessionIdHeader)),
      onStart: (event) => this.#learnSessionId(event.sessionId),
      onResourceUpdate: (name, value) => this.#updateResource(name, value),
    };
    yield* runLegs(execution);
  }

  #request(trigger: TriggerRequest | undefined, state: LegState): ReturnType<Execution['request']> {
    const base = `${this.#config.baseUrl}/api/agent-sessions`;
    const dynamicToolSchemas = this.#tools.schemas();
    if (this.#sessionId !== undefined) {
      const { triggerName, input, rollbackAfterMessageId, sender } = trigger ?? {};
      return {
        url: `${base}/${segment(this.#sessionId)}/trigger`,
        body: { triggerName, input, rollbackAfterMessageId, sender, ...state, dynamicToolSchemas },
      };
    }
    if (!trigger || !this.#start) return { problem: 'The session has no id' };
    if (state.toolResults) return { problem: 'The server asked for tools without naming the session it started' };
    const { agentId, input, idempotencyKey } = this.#start;
    const { triggerName, input: triggerInput, sender } = trigger;
    return {
      url: `${base}/start`,
      body: {
        agentId,
        input,
        idempotencyKey,
        trigger: { triggerName, input: triggerInput, sender, dynamicToolSchemas },
      },
    };
  }

  #learnSessionId(sessionId: string | null | undefined): void {
    if (this.#sessionId !== undefined || !sessionId) return;
    this.#sessionId = sessionId;
    this.#callBack('onSessionCreated', () => this.#start?.onSessionCreated?.(sessionId));
  }

  #updateResource(name: string, value: unknown): void {
    const resource = this.#options.resources?.find((candidate) => candidate.name === name);
    if (resource) this.#callBack('Resource.onUpdate', () => resource.onUpdate(value));
  }

  #callBack(callback: Parameters<typeof callBack>[1], run: () => unknown): void {
    callBack(this.#config, callback, run);
  }
}

function initialState({ executionId, toolResults }: ContinueRequest): {
  executionId: string;
  toolResults: ToolResult[];
} {
  return { executionId, toolResults };
}

/** What a client is told that sent no message. */
function noMessage(): StreamEvent {
  return createErrorEvent({
    errorType: 'validation_error',
    source: 'client',
    message: 'Invalid message: expected an object with the type trigger, continue or stop',
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'The execution failed';
}
