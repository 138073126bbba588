import type { FileReference, FinishReason, JsonObject, JsonValue, ProviderMetadata } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';
import type { Message } from './message.ts';
import type { ThreadSettings } from './thread-settings.ts';

/**
 * Where a paused execution goes on: data, stored with the pause, so that any process can resume it.
 */
export interface Position {
  /** Index of the block in its handler, hidden blocks counted, from 0. */
  readonly blockIndex: number;
  /** What the block remembers; `null` for blocks that keep nothing. */
  readonly block: BlockPosition | null;
  /** Of the last generation on the main thread before the pause; absent: `stop`. */
  readonly finishReason?: FinishReason;
}

export type BlockPosition = NextMessagePosition | ToolCallPosition | RunWorkerPosition;

/** Inside the loop of a `next-message` (6.3): the results of the last step's calls are all the loop waits for. */
export interface NextMessagePosition {
  readonly kind: 'next-message';
  /** Tool cycles finished, the one that paused included. */
  readonly cycles: number;
  /** Rendered at the start of the block and fixed for its legs (section 4). */
  readonly system: readonly string[];
  readonly settings: ThreadSettings;
  /** Workers that the last step called and that wait. */
  readonly workers?: readonly CalledWorker[];
  /** The turn so far of an `independent` block on the main thread, which no message of the session holds (9.3). */
  readonly draft?: Message;
}

export interface ToolCallPosition {
  readonly kind: 'tool-call';
  readonly toolCallId: string;
}

/** A worker that waits, called by a model. Its own state and position are in the session state. */
export interface CalledWorker {
  readonly workerId: string;
  /** The call that its result answers. */
  readonly toolCallId: string;
  readonly toolName: string;
}

export interface RunWorkerPosition {
  readonly kind: 'run-worker';
  readonly workerId: string;
}

/** A call that was asked for and not answered (1.2). Only this record decides what a result does; clients' echoes do not. */
export interface PendingCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly args: JsonObject;
  readonly source: 'llm' | 'block';
  readonly thread?: string;
  readonly workerId?: string;
  readonly outputVariable?: string;
  readonly blockIndex?: number;
  readonly display: DisplayMode;
  readonly providerMetadata?: ProviderMetadata;
}

/** An answer to a pending call, as a continuation brings it. */
export interface CallResult {
  readonly toolCallId: string;
  readonly outcome: ToolOutcome;
  /** Files the tool made; kept so that a repeated leg has them again. */
  readonly files?: readonly FileReference[];
}

/** How a call ended. */
export type ToolOutcome = { readonly result: JsonValue } | { readonly error: string };
