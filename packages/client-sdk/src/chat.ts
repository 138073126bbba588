import {
  type ClientToolRequestEvent,
  type FileReference,
  type FinishReason,
  generateId,
  OctavusError,
  type PendingToolCall,
  type StartEvent,
  type StreamEvent,
  type UIMessage,
  type UIMessagePart,
} from '@octavus/core';
import type { AgentTypes, AnyAgent, TriggerName } from './agent-types.ts';
import { type Attachments, findAttachments, type Resolved } from './attachments.ts';
import type { ChatSettings, ChatStatus, OctavusChatOptions, SendOptions } from './chat-options.ts';
import { type ClientToolHandler, type InteractiveTool, type ToolOutcome, ToolRound } from './client-tools.ts';
import { MessageList } from './message-list.ts';
import { callSafely, Notifier } from './notifier.ts';
import { finishedParts, interruptedParts } from './reduce/endings.ts';
import { reduceEvent } from './reduce/reduce-event.ts';
import { createTurn, type Turn } from './reduce/turn.ts';
import type { RetryPoint } from './retry-point.ts';
import { consume, Run } from './run.ts';
import {
  type ChatControlSignal,
  type ChatStreamItem,
  isControlSignal,
  type Transport,
  type TriggerOptions,
} from './transports/transport.ts';
import { uploadFiles } from './uploads/upload-files.ts';
import { optimisticMessage } from './user-message.ts';

/** How far one stream of a run has come. */
interface Leg {
  /** It ended the turn, or paused it for client tools. */
  isFinished: boolean;
  /** The next event begins a replay of the turn. */
  isReplayed: boolean;
}

/**
 * A conversation with an agent, without any framework: send triggers, read messages that grow while the agent answers, run the
 * tools that belong to the application.
 *
 * Messages, parts and pending tools that were handed out are never changed; what changed is a new object, everything else the
 * same one as before.
 */
export class OctavusChat<Agent extends AgentTypes = AnyAgent> {
  readonly #transport: Transport;
  readonly #list: MessageList;
  readonly #notifier = new Notifier(() => this.#options.throttleMs ?? 0);
  #options: ChatSettings<Agent>;
  #status: ChatStatus = 'idle';
  #error: OctavusError | null = null;
  #pendingClientTools: Record<string, InteractiveTool[]> = {};
  #lastFinishReason: FinishReason | undefined;
  #sessionId: string | undefined;
  #run: Run | undefined;
  #retryPoint: RetryPoint | undefined;

  /** Does nothing but keep the options: no request is made before the first call. */
  constructor(options: OctavusChatOptions<Agent>) {
    const { transport, initialMessages = [], ...settings } = options;
    this.#transport = transport;
    this.#list = new MessageList(initialMessages);
    this.#options = settings;
  }

  /** A new array after every change. */
  get messages(): UIMessage[] {
    return this.#list.all;
  }

  get status(): ChatStatus {
    return this.#status;
  }

  /** Why the last run failed; `null` from the start of the next one. */
  get error(): OctavusError | null {
    return this.#error;
  }

  /** Tool calls that wait for a person, by tool name. */
  get pendingClientTools(): Record<string, InteractiveTool[]> {
    return this.#pendingClientTools;
  }

  /** Why the last turn ended; `length` and `content-filter` mean that the answer is not complete. */
  get lastFinishReason(): FinishReason | undefined {
    return this.#lastFinishReason;
  }

  /** Something was sent and nothing runs. */
  get canRetry(): boolean {
    return this.#retryPoint !== undefined && (this.#status === 'idle' || this.#status === 'error');
  }

  /** @param listener is called after every change. @returns a function that removes it. */
  subscribe(listener: () => void): () => void {
    return this.#notifier.subscribe(listener);
  }

  /**
   * Fires a trigger. What runs is stopped first.
   *
   * @param input values of the trigger; files in `FILES` are uploaded and replaced by references.
   * @param options.userMessage is shown at once and stays, also when the run fails.
   * @returns a promise that resolves when the stream has ended, whatever came of it: failures are the chat's `error`. It does
   *   not wait for what follows from client tools.
   * @throws when files cannot be uploaded.
   */
  send<Name extends TriggerName<Agent>>(
    triggerName: Name,
    input?: Agent['triggers'][Name],
    options: SendOptions = {},
  ): Promise<void> {
    const values = input as Record<string, unknown> | undefined;
    const attachments = findAttachments(values, options.userMessage);
    if (!attachments.resolved && !this.#options.requestUploadUrls) return Promise.reject(missingUploadUrls());
    const run = this.#begin();
    return attachments.resolved
      ? this.#fire(run, triggerName, attachments.resolved)
      : this.#uploadAndFire(run, triggerName, attachments);
  }

  /** Sends the last trigger again, and takes back what came of it. Does nothing when nothing was sent. */
  retry(): Promise<void> {
    const point = this.#retryPoint;
    if (!point) return Promise.resolve();
    const run = this.#begin();
    this.#list.cut(point.messageCount);
    return this.#trigger(run, point, { rollbackAfterMessageId: point.rollbackAfterMessageId });
  }

  /**
   * Follows a turn that runs already, such as after a reload. Leave the assistant message of that turn out of `initialMessages`.
   *
   * @throws when the transport cannot observe.
   */
  observe(): Promise<void> {
    if (!this.#transport.observe) return Promise.reject(new Error('The transport has no observe()'));
    const run = this.#begin();
    return this.#start(run, () => (this.#transport as Required<Transport>).observe());
  }

  /** Stops what runs or waits and keeps what came. Without that it does nothing, except that it cancels an upload of `send`. */
  stop(): void {
    if (!this.#isActive) {
      if (!this.#run?.isFinished) this.#run?.end();
      return;
    }
    this.#endRun({ stopsTransport: true });
    this.#change({ status: 'idle' });
    callSafely(this.#options.onStop);
  }

  /**
   * Uploads files ahead of a `send`.
   *
   * @throws without `requestUploadUrls`, or when a file could not be uploaded.
   */
  async uploadFiles(
    files: FileList | File[],
    onProgress?: (fileIndex: number, percent: number) => void,
  ): Promise<FileReference[]> {
    return this.#upload(files, { onProgress });
  }

  /** Other messages. Ignored while a turn streams. */
  replaceMessages(messages: UIMessage[]): void {
    if (this.#status === 'streaming') {
      console.warn('replaceMessages() was ignored: a turn is streaming. Call stop() first.');
      return;
    }
    this.#list.replace(messages);
    this.#notifier.notify();
  }

  /** Changes options; `undefined` clears one. */
  updateOptions(options: Partial<ChatSettings<Agent>>): void {
    this.#options = { ...this.#options, ...options };
  }

  /** Ends what runs and makes room for a new run, which nobody sees yet. */
  #begin(): Run {
    this.#endRun({ stopsTransport: true });
    this.#run = new Run(createTurn(generateId()));
    return this.#run;
  }

  get #isActive(): boolean {
    return this.#status === 'streaming' || this.#status === 'awaiting-input';
  }

  async #uploadAndFire(run: Run, triggerName: string, attachments: Attachments): Promise<void> {
    if (this.#isActive) this.#change({ status: 'idle' });
    try {
      const resolved = await attachments.resolve((files) => this.#upload(files, { signal: run.signal }));
      if (!run.isOver) await this.#fire(run, triggerName, resolved);
    } catch (error) {
      if (!run.isOver) throw error;
    }
  }

  async #upload(
    files: FileList | readonly (File | Blob)[],
    extra: { signal?: AbortSignal; onProgress?: (fileIndex: number, percent: number) => void },
  ): Promise<FileReference[]> {
    const { requestUploadUrls, uploadOptions } = this.#options;
    if (!requestUploadUrls) throw missingUploadUrls();
    return uploadFiles(files, { ...uploadOptions, ...extra, requestUploadUrls });
  }

  #fire(run: Run, triggerName: string, { input, userMessage }: Resolved): Promise<void> {
    this.#retryPoint = {
      triggerName,
      input,
      userMessage,
      messageCount: this.#list.length,
      rollbackAfterMessageId: this.#list.lastId ?? null,
    };
    return this.#trigger(run, this.#retryPoint);
  }

  #trigger(run: Run, point: RetryPoint, options?: TriggerOptions): Promise<void> {
    const { triggerName, input, userMessage } = point;
    run.retryPoint = point;
    if (userMessage) {
      this.#list.append(optimisticMessage(userMessage));
      this.#notifier.notify();
      // A listener stopped it.
      if (run.isOver) return Promise.resolve();
    }
    return this.#start(run, () =>
      options ? this.#transport.trigger(triggerName, input, options) : this.#transport.trigger(triggerName, input),
    );
  }

  #start(run: Run, open: () => AsyncIterable<ChatStreamItem>): Promise<void> {
    this.#change({ status: 'streaming', error: null });
    return this.#read(run, open);
  }

  /** Reads one leg of a run to its end. Never rejects. */
  async #read(run: Run, open: () => AsyncIterable<ChatStreamItem>): Promise<void> {
    const leg: Leg = { isFinished: false, isReplayed: false };
    try {
      await consume(run, open, (item) => this.#take(run, leg, item));
      if (run.isOver) return;
      this.#notifier.unmute();
      if (!leg.isFinished) this.#interrupted();
    } catch (error) {
      if (!run.isOver) this.#failed(toOctavusError(error));
    }
  }

  #take(run: Run, leg: Leg, item: ChatStreamItem): void {
    if (isControlSignal(item)) {
      this.#obey(run, leg, item);
      return;
    }
    if (item.type === 'usage') callSafely(this.#options.onUsage, item);
    if (leg.isFinished) return;
    if (leg.isReplayed) {
      leg.isReplayed = false;
      this.#resetTurn(run);
    }
    if (item.type === 'start') this.#started(run, item);
    this.#publish(run, reduceEvent(run.turn, item), item);
    if (item.type === 'resource-update') callSafely(this.#options.onResourceUpdate, item.name, item.value);
    if (item.type === 'client-tool-request') this.#openRound(run, item);
    if (item.type === 'error') throw new OctavusError(item);
    if (item.type === 'finish') this.#legFinished(run, leg, item.finishReason);
  }

  #obey(run: Run, leg: Leg, signal: ChatControlSignal): void {
    if (signal.type === 'replay-start') {
      this.#notifier.mute();
      leg.isReplayed = true;
    } else if (signal.type === 'live') {
      leg.isReplayed = false;
      this.#notifier.unmute();
    } else {
      this.#resetTurn(run);
      this.#notifier.notify();
    }
  }

  /** The turn begins once more from nothing. */
  #resetTurn(run: Run): void {
    run.round?.abort();
    run.round = undefined;
    run.turn = createTurn(generateId());
    run.createdAt = undefined;
    this.#list.settle(undefined);
    this.#listPending();
  }

  #started(run: Run, { executionId, sessionId, messageId, lastMessageId }: StartEvent): void {
    const { onStart, onSessionCreated, useServerMessageIds } = this.#options;
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

  #publish(run: Run, turn: Turn, event: StreamEvent): void {
    const isPublished = turn.revision !== run.turn.revision;
    run.turn = turn;
    if (!isPublished) return;
    run.createdAt ??= new Date();
    this.#list.show(turn, run.createdAt);
    if (event.type.endsWith('-delta')) this.#notifier.notifyOfDelta();
    else this.#notifier.notify();
  }

  #legFinished(run: Run, leg: Leg, reason: FinishReason): void {
    if (reason === 'client-tool-calls') {
      if (!run.round) return;
      leg.isFinished = true;
      run.round.isLegFinished = true;
      this.#continueWhenAnswered(run, run.round);
      return;
    }
    leg.isFinished = true;
    run.isFinished = true;
    this.#closeRound(run);
    this.#settle(run, finishedParts(run.turn));
    this.#lastFinishReason = reason;
    this.#change({ status: 'idle', error: null });
    callSafely(this.#options.onFinish, reason);
  }

  #interrupted(): void {
    this.#endRun({ stopsTransport: false });
    this.#change({ status: 'idle' });
    callSafely(this.#options.onInterrupted);
  }

  #failed(error: OctavusError): void {
    this.#endRun({ stopsTransport: false });
    this.#change({ status: 'error', error });
    callSafely(this.#options.onError, error);
  }

  /** Ends the run that there is: its tools, its stream and, unless it finished, its turn. */
  #endRun({ stopsTransport }: { stopsTransport: boolean }): void {
    const run = this.#run;
    this.#run = undefined;
    run?.end();
    this.#listPending();
    if (stopsTransport) this.#transport.stop();
    this.#notifier.unmute();
    if (run && !run.isFinished) this.#settle(run, interruptedParts(run.turn));
  }

  /** The turn becomes a message, unless nothing came of it. */
  #settle(run: Run, parts: UIMessagePart[]): void {
    const { createdAt = new Date(), turn } = run;
    const message: UIMessage = { id: turn.id, role: 'assistant', parts, status: 'done', createdAt };
    this.#list.settle(parts.length > 0 ? message : undefined);
  }

  /** Calls that a person answers are listed before anything else happens; the others run one after another. */
  #openRound(run: Run, event: ClientToolRequestEvent): void {
    if (event.toolCalls.length === 0) return;
    if (!event.executionId) throw lostExecution();
    run.round ??= new ToolRound(event.executionId);
    const { round } = run;
    round.add(event.toolCalls, event.serverToolResults ?? []);
    const isInteractive = (call: PendingToolCall) => this.#handlerOf(call) === 'interactive';
    for (const call of event.toolCalls.filter(isInteractive)) {
      round.await(call, (outcome) => this.#answer(run, round, call, outcome));
    }
    this.#listPending();
    this.#notifier.notify();
    void this.#runTools(
      run,
      round,
      event.toolCalls.filter((call) => !isInteractive(call)),
    );
  }

  async #runTools(run: Run, round: ToolRound, calls: readonly PendingToolCall[]): Promise<void> {
    for (const call of calls) {
      if (run.round !== round) return;
      this.#answer(run, round, call, await round.run(call, this.#handlerOf(call)));
    }
  }

  #handlerOf({ toolName }: PendingToolCall): ClientToolHandler | undefined {
    const tools = this.#options.clientTools as Record<string, ClientToolHandler> | undefined;
    return tools && Object.hasOwn(tools, toolName) ? tools[toolName] : undefined;
  }

  #answer(run: Run, round: ToolRound, call: PendingToolCall, outcome: ToolOutcome): void {
    if (run.round !== round || !round.answer(call, outcome)) return;
    const { toolCallId, workerId } = call;
    const event: StreamEvent =
      'error' in outcome
        ? { type: 'tool-output-error', toolCallId, workerId, error: outcome.error }
        : { type: 'tool-output-available', toolCallId, workerId, output: outcome.result };
    this.#listPending();
    this.#publish(run, reduceEvent(run.turn, event), event);
    this.#continueWhenAnswered(run, round);
  }

  #continueWhenAnswered(run: Run, round: ToolRound): void {
    // A listener may have stopped the run meanwhile.
    if (run.round !== round || !round.isLegFinished) return;
    if (!round.isComplete) {
      if (round.pending.length > 0) this.#change({ status: 'awaiting-input' });
      return;
    }
    const { executionId, results } = round;
    run.round = undefined;
    this.#change({ status: 'streaming' });
    void this.#read(run, () => this.#transport.continueWithToolResults(executionId, results));
  }

  #closeRound(run: Run): void {
    run.round?.abort();
    run.round = undefined;
    this.#listPending();
  }

  /** Gives the pending tools a new identity when there are others than before. */
  #listPending(): void {
    const pending = this.#run?.round?.pending ?? [];
    const known = Object.values(this.#pendingClientTools).flat();
    if (pending.length === known.length && pending.every((tool) => known.includes(tool))) return;
    const byName = new Map<string, InteractiveTool[]>();
    for (const tool of pending) byName.set(tool.toolName, [...(byName.get(tool.toolName) ?? []), tool]);
    // Defines properties, so that no name of a tool means anything to the object itself.
    this.#pendingClientTools = Object.fromEntries(byName);
  }

  #change({ status, error = this.#error }: { status: ChatStatus; error?: OctavusError | null }): void {
    this.#status = status;
    this.#error = error;
    this.#notifier.notify();
  }
}

function missingUploadUrls(): Error {
  return new Error('Files can be uploaded only with the option requestUploadUrls');
}

function lostExecution(): OctavusError {
  return new OctavusError({
    errorType: 'internal_error',
    message: 'The request for client tools does not name its execution',
    source: 'client',
  });
}

function toOctavusError(error: unknown): OctavusError {
  if (OctavusError.isInstance(error)) return error;
  const message = error instanceof Error && error.message ? error.message : String(error);
  return new OctavusError({ errorType: 'internal_error', message, source: 'client', cause: error });
}
