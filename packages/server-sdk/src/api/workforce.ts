import {
  type FileReference,
  isAbortError,
  isTransientTransportError,
  type UIMessage,
  workforceAcceptedResponseSchema,
  workforceThreadResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import { defaultPollIntervalMs, defaultPollTimeoutMs } from '../constants.ts';
import { delay } from '../http/abortable.ts';
import { ApiError } from '../http/api-error.ts';
import { retriedStatuses } from '../http/open-stream.ts';
import { requestJson, segment } from '../http/request-json.ts';
import { uiMessagesSchema } from './session-state.ts';

/** Words of newer servers pass through and count as not terminal. */
export type WorkforceThreadStatus =
  | 'idle'
  | 'queued'
  | 'pending'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | (string & {});

/** A message was taken. */
export interface WorkforceDispatchResult {
  threadId: string;
  status: WorkforceThreadStatus;
}

/** A thread as it stands. */
export interface WorkforceThread {
  threadId: string;
  status: WorkforceThreadStatus;
  /** Why the last run failed; `null` unless it did. */
  failureReason: string | null;
  messages: UIMessage[];
}

/** What goes with a message. */
export interface WorkforceDispatchOptions {
  files?: FileReference[];
}

/** How to wait. */
export interface WorkforceWaitOptions {
  /** Milliseconds. Default 3000. */
  pollIntervalMs?: number;
  /** Milliseconds. Default 900 000. */
  timeoutMs?: number;
  /** Ends the waiting, not the run. */
  signal?: AbortSignal;
}

/** What goes with the message, and how to wait for its end. */
export interface WorkforceRunOptions extends WorkforceDispatchOptions, WorkforceWaitOptions {}

const acceptedSchema = workforceAcceptedResponseSchema.extend({ status: z.string() });
const threadSchema = workforceThreadResponseSchema.extend({ status: z.string(), messages: uiMessagesSchema });

/** Whether the last run of a thread is over. */
export function isTerminalThreadStatus(status: WorkforceThreadStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Gives work to agents that nobody is attached to, and waits for it. Throws `ApiError`. */
export class WorkforceApi {
  readonly #config: ApiConfig;

  constructor(config: ApiConfig) {
    this.#config = config;
  }

  /**
   * Starts a thread with a message.
   *
   * @returns its id, at once; `waitForCompletion` waits for the answer.
   * @throws ApiError 404 for an agent that is not there, 400 for an empty message.
   */
  dispatch(agentId: string, message: string, options: WorkforceDispatchOptions = {}): Promise<WorkforceDispatchResult> {
    return this.#send(threadsPath(agentId), message, options, 'Failed to dispatch the message');
  }

  /** The thread with its messages as people see them. @throws ApiError 404 for a thread that is not there. */
  getThread(agentId: string, threadId: string): Promise<WorkforceThread> {
    return requestJson(this.#config, {
      method: 'GET',
      path: threadPath(agentId, threadId),
      schema: threadSchema,
      context: 'Failed to get the thread',
    });
  }

  /** Sends a further message to a thread; it waits its turn behind the others. Returns and throws as `dispatch` does. */
  followUp(
    agentId: string,
    threadId: string,
    message: string,
    options: WorkforceDispatchOptions = {},
  ): Promise<WorkforceDispatchResult> {
    return this.#send(`${threadPath(agentId, threadId)}/messages`, message, options, 'Failed to send the message');
  }

  /**
   * Polls at once, then every `pollIntervalMs`, until the thread's last run is over. The run goes on when the waiting ends early.
   *
   * A server that has answered once may restart: a poll that meets no connection, or 408, 429, 502, 503 or 504, is repeated at
   * the next interval.
   *
   * @returns the thread with its messages; read `status`, as a run that failed is over too.
   * @throws Error when the next poll would come after `timeoutMs`, with the failure of the last poll as its `cause`; the signal's
   *   reason when it is aborted; what `getThread` throws otherwise.
   */
  async waitForCompletion(
    agentId: string,
    threadId: string,
    options: WorkforceWaitOptions = {},
  ): Promise<WorkforceThread> {
    const { pollIntervalMs = defaultPollIntervalMs, timeoutMs = defaultPollTimeoutMs } = options;
    const signal = options.signal ?? new AbortController().signal;
    const deadline = Date.now() + timeoutMs;
    let status: WorkforceThreadStatus | undefined;
    for (;;) {
      signal.throwIfAborted();
      const longestMs = Math.max(deadline - Date.now(), pollIntervalMs);
      const { thread, failure } = await this.#poll(agentId, threadId, longestMs, signal);
      signal.throwIfAborted();
      if (thread && isTerminalThreadStatus(thread.status)) return thread;
      if (failure !== undefined && (status === undefined || !mayPass(failure))) throw failure;
      status = thread?.status ?? status;
      if (Date.now() + pollIntervalMs > deadline) {
        const cause = failure === undefined ? undefined : { cause: failure };
        throw new Error(`The thread ${threadId} is still ${status ?? 'unknown'} after ${timeoutMs} ms`, cause);
      }
      await delay(pollIntervalMs, signal);
    }
  }

  /**
   * Dispatches a message and waits for the end of its run.
   *
   * @throws what `dispatch` and `waitForCompletion` throw; when the dispatch is through, the run goes on.
   */
  async run(agentId: string, message: string, options: WorkforceRunOptions = {}): Promise<WorkforceThread> {
    const { threadId } = await this.dispatch(agentId, message, options);
    return this.waitForCompletion(agentId, threadId, options);
  }

  /** One look at the thread; nothing when neither it nor a failure came in time, or before the abort. */
  async #poll(
    agentId: string,
    threadId: string,
    longestMs: number,
    signal: AbortSignal,
  ): Promise<{ thread?: WorkforceThread; failure?: unknown }> {
    const over = new AbortController();
    const leave = () => over.abort();
    signal.addEventListener('abort', leave);
    const look = this.getThread(agentId, threadId).then(
      (thread) => ({ thread }),
      (failure: unknown) => ({ failure }),
    );
    try {
      return await Promise.race([look, delay(longestMs, over.signal).then(() => ({}))]);
    } finally {
      signal.removeEventListener('abort', leave);
      over.abort();
    }
  }

  #send(
    path: string,
    message: string,
    { files }: WorkforceDispatchOptions,
    context: string,
  ): Promise<WorkforceDispatchResult> {
    return requestJson(this.#config, {
      method: 'POST',
      path,
      body: { message, files },
      schema: acceptedSchema,
      context,
    });
  }
}

/** Whether the next poll may fare better. */
function mayPass(failure: unknown): boolean {
  if (failure instanceof ApiError) return retriedStatuses.has(failure.status);
  return isTransientTransportError(failure) || isAbortError(failure);
}

function threadsPath(agentId: string): string {
  return `/api/v1/workforce/agents/${segment(agentId)}/threads`;
}

function threadPath(agentId: string, threadId: string): string {
  return `${threadsPath(agentId)}/${segment(threadId)}`;
}
