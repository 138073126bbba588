import {
  type FileReference,
  type UIMessage,
  workforceAcceptedResponseSchema,
  workforceThreadResponseSchema,
} from '@octavus/core';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import { defaultPollIntervalMs, defaultPollTimeoutMs } from '../constants.ts';
import { delay } from '../http/abortable.ts';
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

export interface WorkforceDispatchResult {
  threadId: string;
  status: WorkforceThreadStatus;
}

export interface WorkforceThread {
  threadId: string;
  status: WorkforceThreadStatus;
  /** Why the last run failed; `null` unless it did. */
  failureReason: string | null;
  messages: UIMessage[];
}

export interface WorkforceDispatchOptions {
  files?: FileReference[];
}

export interface WorkforceWaitOptions {
  /** Milliseconds. Default 3000. */
  pollIntervalMs?: number;
  /** Milliseconds. Default 900 000. */
  timeoutMs?: number;
  /** Ends the waiting, not the run. */
  signal?: AbortSignal;
}

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

  /** Starts a thread with a message. */
  dispatch(agentId: string, message: string, options: WorkforceDispatchOptions = {}): Promise<WorkforceDispatchResult> {
    return this.#send(threadsPath(agentId), message, options, 'Failed to dispatch the message');
  }

  getThread(agentId: string, threadId: string): Promise<WorkforceThread> {
    return requestJson(this.#config, {
      method: 'GET',
      path: threadPath(agentId, threadId),
      schema: threadSchema,
      context: 'Failed to get the thread',
    });
  }

  /** Sends a further message to a thread. */
  followUp(
    agentId: string,
    threadId: string,
    message: string,
    options: WorkforceDispatchOptions = {},
  ): Promise<WorkforceDispatchResult> {
    return this.#send(`${threadPath(agentId, threadId)}/messages`, message, options, 'Failed to send the message');
  }

  /**
   * Polls until the thread's last run is over. The run goes on when the waiting ends early.
   *
   * @throws Error when the next poll would come after `timeoutMs`; the signal's reason when it is aborted.
   */
  async waitForCompletion(
    agentId: string,
    threadId: string,
    options: WorkforceWaitOptions = {},
  ): Promise<WorkforceThread> {
    const { pollIntervalMs = defaultPollIntervalMs, timeoutMs = defaultPollTimeoutMs } = options;
    const signal = options.signal ?? new AbortController().signal;
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      signal.throwIfAborted();
      const thread = await this.getThread(agentId, threadId);
      if (isTerminalThreadStatus(thread.status)) return thread;
      if (Date.now() + pollIntervalMs > deadline) {
        throw new Error(`The thread ${threadId} is still ${thread.status} after ${timeoutMs} ms`);
      }
      await delay(pollIntervalMs, signal);
    }
  }

  /** Dispatches a message and waits for the end of its run. */
  async run(agentId: string, message: string, options: WorkforceRunOptions = {}): Promise<WorkforceThread> {
    const { threadId } = await this.dispatch(agentId, message, options);
    return this.waitForCompletion(agentId, threadId, options);
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

function threadsPath(agentId: string): string {
  return `/api/v1/workforce/agents/${segment(agentId)}/threads`;
}

function threadPath(agentId: string, threadId: string): string {
  return `${threadsPath(agentId)}/${segment(threadId)}`;
}
