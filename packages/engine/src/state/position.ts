import type { JsonObject, JsonValue, ProviderMetadata } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';
import type { ThreadSettings } from './thread-settings.ts';

/**
 * Where a paused execution goes on: data, stored with the pause, so that any process can resume it.
 */
export interface Position {
  /** Index of the block in its handler, hidden blocks counted, from 0. */
  readonly blockIndex: number;
  /** What the block remembers; `null` for blocks that keep nothing. */
  readonly block: BlockPosition | null;
}

export type BlockPosition = NextMessagePosition | ToolCallPosition | WorkersPosition;

/** Inside the loop of a `next-message` (6.3): the results of the last step's calls are all the loop waits for. */
export interface NextMessagePosition {
  readonly kind: 'next-message';
  /** Tool cycles finished, the one that paused included. */
  readonly cycles: number;
  /** Rendered at the start of the block and fixed for its legs (section 4). */
  readonly system: readonly string[];
  readonly settings: ThreadSettings;
  readonly assistantMessageId: string;
}

export interface ToolCallPosition {
  readonly kind: 'tool-call';
  readonly toolCallId: string;
}

/** Workers that paused inside the block, by worker id. Their own state lives in the session state. */
export interface WorkersPosition {
  readonly kind: 'run-worker';
  readonly workerIds: readonly string[];
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

/** How a call ended. */
export type ToolOutcome = { readonly result: JsonValue } | { readonly error: string };
