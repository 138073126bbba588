import type { FinishReason, JsonValue, ModelUsage, Sender, TodoItem, ToolSchema } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';
import type { ContextState } from './context-state.ts';
import type { Message } from './message.ts';
import type { CallResult, PendingCall, Position } from './position.ts';
import type { ThreadSettings } from './thread-settings.ts';

/** Values by name. Names match `^[A-Z][A-Z0-9_]*$`, so a plain object is safe. */
export type Values = { readonly [name: string]: JsonValue };

/**
 * Everything a session is (runtime-semantics.md 1.1), as an immutable value: `fold` makes the next one and shares what did not
 * change, so that a checkpoint is a reference and costs nothing.
 */
export interface SessionState {
  readonly sessionId: string;
  readonly kind: 'interactive' | 'worker';
  readonly input: Values;
  readonly variables: Values;
  readonly resources: Values;
  /** What a user sees plus hidden directives; also the main thread's model context. */
  readonly messages: readonly Message[];
  /** The main thread's own todo list. */
  readonly todos: readonly TodoItem[];
  /** Of the main thread. */
  readonly context?: ContextState;
  /** Named threads. */
  readonly threads: ReadonlyMap<string, ThreadState>;
  /** Workers that run or wait inside the newest execution, by worker id. */
  readonly workers: ReadonlyMap<string, WorkerState>;
  /** The newest execution, whatever became of it; only this one can run, wait or be repeated. */
  readonly execution: ExecutionState | undefined;
  /** All executions before it, oldest first. */
  readonly earlier: readonly PastExecution[];
}

/** What is still of use of an execution after a newer one began: its id is known, its checkpoint can be returned to. */
export type PastExecution = Pick<ExecutionState, 'executionId' | 'status' | 'checkpoint'>;

export interface ThreadState {
  readonly name: string;
  /** Resolved when the thread was started. */
  readonly settings: ThreadSettings;
  /** Rendered once, by `start-thread`. */
  readonly system: string | undefined;
  readonly messages: readonly Message[];
  readonly todos: readonly TodoItem[];
  readonly context?: ContextState;
}

/** A worker inside an execution: a session of its own, moved by the same changes (runtime-semantics.md 18). */
export interface WorkerState {
  readonly workerId: string;
  readonly workerSlug: string;
  /** What it runs, also when the agent has a newer version by the time it goes on. */
  readonly agentId: string;
  readonly agentVersion: number;
  readonly display: DisplayMode;
  /** What people read of it. */
  readonly label?: string;
  /** Its tool name → the caller's name of the same tool. */
  readonly toolNames?: { readonly [name: string]: string };
  readonly state: SessionState;
}

/** Tokens by model id, summed over model calls. */
export type UsageByModel = { readonly [modelId: string]: ModelUsage };

export type ExecutionStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'aborted' | 'interrupted' | 'superseded';

export interface ExecutionState {
  readonly executionId: string;
  /** Id of the assistant message the execution writes first; `start` carries it on every leg. */
  readonly messageId: string;
  readonly agentVersion: number;
  readonly triggerName: string;
  readonly triggerInput: Values;
  readonly sender?: Sender;
  readonly dynamicTools: readonly ToolSchema[];
  /** Model requests are logged with their payload. */
  readonly isTraced: boolean;
  readonly status: ExecutionStatus;
  /** How a completed execution finished. */
  readonly finishReason?: FinishReason;
  /** State before the execution, for rollback (section 14). */
  readonly checkpoint: Checkpoint;
  /** Where it goes on, and what it waits for; set while `waiting` and kept for a repeated continuation. */
  readonly position: Position | undefined;
  readonly pending: readonly PendingCall[];
  /** State at the start of the current leg, results written, until the next accepted leg or trigger (section 7). */
  readonly legStart: LegStart | undefined;
  /** Blocks, texts and reasonings announced so far: makes ids unique across legs. */
  readonly announced: number;
  /** Log entries written up to its last pause: their sequence goes on across legs. */
  readonly logged: number;
  /** Of the legs up to its last pause; of standalone workers only. */
  readonly usage?: UsageByModel;
}

/** What a rollback brings back. */
export interface Checkpoint {
  /** `undefined`: the session was empty. */
  readonly lastMessageId: string | undefined;
  readonly variables: Values;
  readonly resources: Values;
  readonly threads: ReadonlyMap<string, ThreadState>;
  readonly todos: readonly TodoItem[];
  /** Of the main thread. */
  readonly context?: ContextState | undefined;
}

export interface LegStart {
  /** The results the leg brought; a repetition must name the same calls. */
  readonly outcomes: readonly CallResult[];
  readonly messages: readonly Message[];
  readonly variables: Values;
  readonly resources: Values;
  readonly threads: ReadonlyMap<string, ThreadState>;
  readonly todos: readonly TodoItem[];
  /** Of the main thread. */
  readonly context: ContextState | undefined;
  readonly workers: ReadonlyMap<string, WorkerState>;
  readonly position: Position;
  readonly pending: readonly PendingCall[];
}

/** Values a session starts with: its input, and the defaults the definition declares. */
export interface SessionOpening {
  readonly sessionId: string;
  readonly kind: 'interactive' | 'worker';
  readonly input: Values;
  readonly variables: Values;
  readonly resources: Values;
}

export function openSession(opening: SessionOpening): SessionState {
  return {
    ...opening,
    messages: [],
    todos: [],
    threads: new Map(),
    workers: new Map(),
    execution: undefined,
    earlier: [],
  };
}

/** The execution that runs or waits, if any. */
export function findActiveExecution(state: Pick<SessionState, 'execution'>): ExecutionState | undefined {
  const status = state.execution?.status;
  return status === 'running' || status === 'waiting' ? state.execution : undefined;
}

/** Any execution the session ever accepted. */
export function findExecution(state: SessionState, executionId: string): ExecutionState | PastExecution | undefined {
  if (state.execution?.executionId === executionId) return state.execution;
  return state.earlier.findLast((execution) => execution.executionId === executionId);
}
