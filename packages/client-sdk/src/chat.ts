import type { FileReference, FinishReason, OctavusError, UIMessage } from '@octavus/core';
import type { AgentTypes, AnyAgent, TriggerName } from './agent-types.ts';
import { type Attachments, findAttachments, type Resolved } from './attachments.ts';
import { callSafely } from './call-safely.ts';
import type { ChatSettings, ChatStatus, OctavusChatOptions, SendOptions } from './chat-options.ts';
import { ChatState } from './chat-state.ts';
import type { InteractiveTool } from './client-tools.ts';
import { isProduction } from './is-production.ts';
import type { RetryPoint } from './retry-point.ts';
import type { Run } from './run.ts';
import { Runs } from './runs.ts';
import type { Transport, TriggerOptions } from './transports/transport.ts';
import { uploadFiles } from './uploads/upload-files.ts';
import { optimisticMessage } from './user-message.ts';

/**
 * A conversation with an agent, without any framework: send triggers, read messages that grow while the agent answers, run the
 * tools that belong to the application.
 *
 * Messages, parts and pending tools that were handed out are never changed; what changed is a new object, everything else the
 * same one as before.
 */
export class OctavusChat<Agent extends AgentTypes = AnyAgent> {
  readonly #transport: Transport;
  readonly #state: ChatState;
  readonly #runs: Runs;
  #options: ChatSettings<Agent>;
  #retryPoint: RetryPoint | undefined;

  /** Does nothing but keep the options: no request is made before the first call. */
  constructor(options: OctavusChatOptions<Agent>) {
    const { transport, initialMessages = [], ...settings } = options;
    this.#transport = transport;
    this.#options = settings;
    this.#state = new ChatState(initialMessages, () => this.#options.throttleMs ?? 0);
    this.#runs = new Runs({ state: this.#state, transport, settings: () => this.#options as ChatSettings });
  }

  /** All messages, oldest first: a new array after every change. */
  get messages(): UIMessage[] {
    return this.#state.list.all;
  }

  /** What the chat is doing. */
  get status(): ChatStatus {
    return this.#state.status;
  }

  /** Why the last run failed; `null` from the start of the next one. */
  get error(): OctavusError | null {
    return this.#state.error;
  }

  /** Tool calls that wait for a person, by tool name. */
  get pendingClientTools(): Record<string, InteractiveTool[]> {
    return this.#state.pendingClientTools;
  }

  /**
   * Why the last turn ended; `length` and `content-filter` mean that the answer is not complete. `undefined` while a turn runs, and
   * after one that was stopped, failed or broke off.
   */
  get lastFinishReason(): FinishReason | undefined {
    return this.#state.lastFinishReason;
  }

  /** Something was sent and nothing runs. */
  get canRetry(): boolean {
    return this.#retryPoint !== undefined && !this.#state.isActive;
  }

  /** @param listener is called after every change. @returns a function that removes it. */
  subscribe(listener: () => void): () => void {
    return this.#state.notifier.subscribe(listener);
  }

  /**
   * Fires a trigger. What runs is stopped first.
   *
   * @param triggerName as the agent's protocol names it.
   * @param input values of the trigger; files in `FILES` are uploaded and replaced by references.
   * @param options.userMessage is shown at once and stays, also when the run fails.
   * @returns a promise that resolves when the stream has ended, whatever came of it: failures are the chat's `error`. It does
   *   not wait for what follows from client tools.
   * @throws Error when there are files to upload and no `requestUploadUrls`: then nothing has changed. What `uploadFiles` throws
   *   when an upload fails: then nothing was sent. After `stop()` it resolves instead.
   */
  send<Name extends TriggerName<Agent>>(
    triggerName: Name,
    input?: Agent['triggers'][Name],
    options: SendOptions = {},
  ): Promise<void> {
    const values = input as Record<string, unknown> | undefined;
    const attachments = findAttachments(values, options.userMessage);
    if (!attachments.resolved && !this.#options.requestUploadUrls) return Promise.reject(missingUploadUrls());
    const run = this.#runs.begin();
    return attachments.resolved
      ? this.#fire(run, triggerName, attachments.resolved)
      : this.#uploadAndFire(run, triggerName, attachments);
  }

  /**
   * Sends the last trigger again, and takes back what came of it, on the server too. Files are not uploaded again.
   *
   * @returns a promise as that of `send`; when nothing was sent yet, it resolves and nothing happens.
   */
  retry(): Promise<void> {
    const point = this.#retryPoint;
    if (!point) return Promise.resolve();
    const run = this.#runs.begin();
    this.#state.list.cut(point.messageCount);
    return this.#trigger(run, point, { rollbackAfterMessageId: point.rollbackAfterMessageId });
  }

  /**
   * Follows a turn that runs already, such as after a reload. Leave the assistant message of that turn out of `initialMessages`.
   *
   * @returns a promise that resolves when the stream has ended; failures are the chat's `error`.
   * @throws Error when the transport has no `observe`.
   */
  observe(): Promise<void> {
    const transport = this.#transport;
    if (!transport.observe) return Promise.reject(new Error('The transport has no observe()'));
    return this.#runs.start(this.#runs.begin(), () => (transport as Required<Transport>).observe());
  }

  /** Stops what runs or waits and keeps what came. Without that it does nothing, except that it cancels an upload of `send`. */
  stop(): void {
    if (!this.#state.isActive) {
      this.#runs.cancel();
      return;
    }
    this.#runs.end({ stopsTransport: true });
    this.#state.change({ status: 'idle' });
    callSafely(this.#options.onStop);
  }

  /**
   * Uploads files ahead of a `send`, with the chat's `requestUploadUrls` and `uploadOptions`.
   *
   * @param onProgress is told the index of a file and how much of it is sent, in percent.
   * @returns references for `userMessage.files` or an input, in the order of the files.
   * @throws Error without `requestUploadUrls`, or when a file could not be uploaded.
   */
  async uploadFiles(
    files: FileList | File[],
    onProgress?: (fileIndex: number, percent: number) => void,
  ): Promise<FileReference[]> {
    return this.#upload(files, { onProgress });
  }

  /** Shows other messages, such as those of a restored session. Ignored while a turn streams. */
  replaceMessages(messages: UIMessage[]): void {
    if (this.status === 'streaming') {
      if (!isProduction()) console.warn('replaceMessages() was ignored: a turn is streaming. Call stop() first.');
      return;
    }
    this.#state.list.replace(messages);
    this.#state.notifier.notify();
  }

  /** Changes options from now on, for what runs too; an explicit `undefined` clears one. */
  updateOptions(options: Partial<ChatSettings<Agent>>): void {
    this.#options = { ...this.#options, ...options };
  }

  async #uploadAndFire(run: Run, triggerName: string, attachments: Attachments): Promise<void> {
    if (this.#state.isActive) this.#state.change({ status: 'idle' });
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
    const { list } = this.#state;
    this.#retryPoint = {
      triggerName,
      input,
      userMessage,
      messageCount: list.length,
      rollbackAfterMessageId: list.lastId ?? null,
    };
    return this.#trigger(run, this.#retryPoint);
  }

  #trigger(run: Run, point: RetryPoint, options?: TriggerOptions): Promise<void> {
    const { triggerName, input, userMessage } = point;
    run.retryPoint = point;
    if (userMessage) {
      this.#state.list.append(optimisticMessage(userMessage));
      this.#state.notifier.notify();
      // A listener stopped it.
      if (run.isOver) return Promise.resolve();
    }
    return this.#runs.start(run, () =>
      options ? this.#transport.trigger(triggerName, input, options) : this.#transport.trigger(triggerName, input),
    );
  }
}

function missingUploadUrls(): Error {
  return new Error('Files can be uploaded only with the option requestUploadUrls');
}
