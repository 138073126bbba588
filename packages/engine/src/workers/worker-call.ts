import type { JsonObject } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';
import type { WorkerAgent } from '../ports.ts';
import type { PendingCall, ToolOutcome } from '../state/position.ts';

/** A worker to be run inside an execution. */
export interface WorkerCall extends WorkerPlace {
  readonly workerSlug: string;
  /** `undefined`: the project has none of that slug. */
  readonly agent: WorkerAgent | undefined;
  readonly input: JsonObject;
  readonly display: DisplayMode;
  /** What people read of it. */
  readonly label: string | undefined;
  /** Where its part stands. */
  readonly thread: string;
  /** Its part is kept in the conversation. */
  readonly isKept: boolean;
}

/** A worker as its caller knows it, when it begins and when it goes on. */
export interface WorkerPlace {
  readonly workerId: string;
  /** The caller's block is announced. */
  readonly isAnnounced: boolean;
  /** When it has to stop; absent: with its caller. Aborts with the caller's signal, too. */
  readonly signal?: AbortSignal;
  /** Stores the result where the caller wants it, before anybody is told. */
  settle(outcome: ToolOutcome): void;
}

export type WorkerEnding =
  /** It ran to its end or failed; the result is settled. */
  | { readonly kind: 'ended' }
  | {
      readonly kind: 'paused';
      readonly workerId: string;
      /** With the caller's names of its tools. */
      readonly pending: readonly PendingCall[];
      /** Its caller is told to stop after all. */
      cancel(): void;
    }
  | { readonly kind: 'stopped' };
