import type { FinishReason, JsonValue, Sender, TodoItem, ToolSchema } from '@octavus/core';
import type { ContextState } from './context-state.ts';
import type { Message, Part } from './message.ts';
import type { CallResult, PendingCall, Position, ToolOutcome } from './position.ts';
import type { ExecutionStatus, SessionOpening, UsageByModel, Values, WorkerState } from './session-state.ts';
import type { ThreadSettings } from './thread-settings.ts';

/**
 * The only way state moves. The engine yields changes, the store commits them in order, `fold` turns them into state: while it
 * runs, after a restart and in tests alike. Changes are stored as JSON: adding a kind or an optional field is safe, changing the
 * meaning of one is a migration.
 */
export type Change =
  | ExecutionStarted
  | LegStarted
  | LegRestarted
  | ExecutionPaused
  | ExecutionEnded
  | MessageAppended
  | PartAppended
  | PartExtended
  | PartReplaced
  | MessageClosed
  | ToolCallSettled
  | VariableSet
  | ResourceSet
  | ThreadStarted
  | TodosSet
  | ContextChanged
  | WorkerStarted
  | WorkerChanged
  | WorkerEnded
  | HistoryTruncated
  | SessionRestored;

export type ChangeKind = Change['change'];

/** A trigger, or the run of a worker, was accepted. Its checkpoint is the state before it. */
export interface ExecutionStarted {
  readonly change: 'execution-started';
  readonly executionId: string;
  readonly messageId: string;
  readonly agentVersion: number;
  readonly triggerName: string;
  readonly triggerInput: Values;
  readonly sender?: Sender;
  readonly dynamicTools?: readonly ToolSchema[];
  readonly isTraced?: true;
}

/** Results of a continuation were accepted; `outcomes` covers every pending call. */
export interface LegStarted {
  readonly change: 'leg-started';
  readonly executionId: string;
  readonly outcomes: readonly CallResult[];
  readonly dynamicTools?: readonly ToolSchema[];
}

/** The same continuation again after its leg broke off: what the leg produced is discarded. */
export interface LegRestarted {
  readonly change: 'leg-restarted';
  readonly executionId: string;
}

export interface ExecutionPaused {
  readonly change: 'execution-paused';
  readonly executionId: string;
  readonly position: Position;
  readonly pending: readonly PendingCall[];
  readonly announced: number;
  /** Log entries written so far; absent: not counted. */
  readonly logged?: number;
  readonly usage?: UsageByModel;
}

/** The last change of an execution: open messages are closed, calls without a result are cancelled (12.3). */
export interface ExecutionEnded {
  readonly change: 'execution-ended';
  readonly executionId: string;
  readonly status: Exclude<ExecutionStatus, 'running' | 'waiting'>;
  /** What `finish` says, for a replay; only of a completed one. */
  readonly finishReason?: FinishReason;
  /** Stopped on request: unlike after a disconnect, its last continuation cannot be repeated (section 7). */
  readonly isStopped?: true;
}

/** `thread` is `main` for the session's messages, else a named thread. */
export interface MessageAppended {
  readonly change: 'message-appended';
  readonly thread: string;
  readonly message: Message;
}

export interface PartAppended {
  readonly change: 'part-appended';
  readonly thread: string;
  readonly messageId: string;
  readonly part: Part;
}

/** More text for an open text or reasoning part. */
export interface PartExtended {
  readonly change: 'part-extended';
  readonly thread: string;
  readonly messageId: string;
  readonly index: number;
  readonly text: string;
  /** Nothing follows. */
  readonly isLast?: true;
}

export interface PartReplaced {
  readonly change: 'part-replaced';
  readonly thread: string;
  readonly messageId: string;
  readonly index: number;
  readonly part: Part;
}

export interface MessageClosed {
  readonly change: 'message-closed';
  readonly thread: string;
  readonly messageId: string;
}

/** A call got its result; every copy of the call in the session gets it (a named thread's call is stored in two lists). */
export interface ToolCallSettled {
  readonly change: 'tool-call-settled';
  readonly toolCallId: string;
  readonly outcome: ToolOutcome;
}

export interface VariableSet {
  readonly change: 'variable-set';
  readonly name: string;
  readonly value: JsonValue;
}

export interface ResourceSet {
  readonly change: 'resource-set';
  readonly name: string;
  readonly value: JsonValue;
}

/** Creates the thread, or replaces one of that name, empty. */
export interface ThreadStarted {
  readonly change: 'thread-started';
  readonly name: string;
  readonly settings: ThreadSettings;
  readonly system?: string;
}

export interface TodosSet {
  readonly change: 'todos-set';
  readonly thread: string;
  readonly todos: readonly TodoItem[];
}

/** What the thread's model sees of its history changed; fields that are not given stay. */
export interface ContextChanged {
  readonly change: 'context-changed';
  readonly thread: string;
  readonly fields: ContextState;
}

/** A worker begins inside the execution, with a state of its own. */
export interface WorkerStarted extends Omit<WorkerState, 'state'> {
  readonly change: 'worker-started';
  readonly opening: Omit<SessionOpening, 'sessionId' | 'kind'>;
}

/** A change of the worker's own state. */
export interface WorkerChanged {
  readonly change: 'worker-changed';
  readonly workerId: string;
  readonly inner: Change;
}

/** The worker's part of the conversation is complete; its own state is gone. */
export interface WorkerEnded {
  readonly change: 'worker-ended';
  readonly workerId: string;
  /** Absent: it has none. */
  readonly output?: JsonValue;
  /** Set when it failed: what people read. */
  readonly error?: string;
  /** Its caller was told to stop. */
  readonly isCancelled?: true;
}

/** Rollback: everything after the message is gone; state returns to a checkpoint taken right there, if one was (section 14). */
export interface HistoryTruncated {
  readonly change: 'history-truncated';
  readonly afterMessageId: string | null;
}

/** An expired session begins anew (section 10): whatever it was before is gone, earlier executions included. */
export interface SessionRestored {
  readonly change: 'session-restored';
  readonly input: Values;
  readonly variables: Values;
  readonly resources: Values;
  readonly messages: readonly Message[];
  /** Of the main thread. */
  readonly todos: readonly TodoItem[];
}
