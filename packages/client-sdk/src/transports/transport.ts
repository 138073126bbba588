import type { StreamEvent, ToolResult } from '@octavus/core';

/**
 * How a chat reaches the agent. Implement it to bring your own connection.
 *
 * Iterating begins the request, and ends after a `finish` or `error` event. What it throws becomes the chat's error: an `OctavusError` as
 * it is, anything else as `internal_error` of the source `client`. A stream that ends without such an event ends the turn as interrupted.
 */
export interface Transport {
  /** Fires a trigger; iterating streams its events. */
  trigger(
    triggerName: string,
    input?: Record<string, unknown>,
    options?: TriggerOptions,
  ): AsyncIterable<ChatStreamItem>;
  /** Goes on with an execution that waits for the results of client tools. */
  continueWithToolResults(executionId: string, toolResults: ToolResult[]): AsyncIterable<ChatStreamItem>;
  /** Follows an execution that runs already. */
  observe?(): AsyncIterable<ChatStreamItem>;
  /** Ends the stream that is being read, if any; it then ends without an event and without an error. */
  stop(): void;
}

export interface TriggerOptions {
  /** Messages after this one are dropped first; `null` drops all. */
  rollbackAfterMessageId?: string | null;
}

/**
 * What a transport tells the chat besides events: `replay-start`, the following events repeat what ran so far; `live`, they
 * are new again; `reset-turn`, the turn begins once more from nothing.
 */
export type ChatControlSignal = { type: 'replay-start' } | { type: 'live' } | { type: 'reset-turn' };

/** What a transport yields. */
export type ChatStreamItem = StreamEvent | ChatControlSignal;

/** The body that `createHttpTransport` hands to `request` for a new turn. */
export interface TriggerRequest {
  type: 'trigger';
  triggerName: string;
  input?: Record<string, unknown>;
  rollbackAfterMessageId?: string | null;
}

/** The body that `createHttpTransport` hands to `request` to continue with tool results. */
export interface ContinueRequest {
  type: 'continue';
  executionId: string;
  toolResults: ToolResult[];
}

/** The message of a trigger, with the rollback only where one is asked for. */
export function triggerRequest(
  triggerName: string,
  input: Record<string, unknown> | undefined,
  options: TriggerOptions | undefined,
): TriggerRequest {
  const rollback = options?.rollbackAfterMessageId;
  return { type: 'trigger', triggerName, input, ...(rollback !== undefined && { rollbackAfterMessageId: rollback }) };
}

export function isControlSignal(item: unknown): item is ChatControlSignal {
  const type = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined;
  return type === 'replay-start' || type === 'live' || type === 'reset-turn';
}
