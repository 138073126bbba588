export { EmbeddedSession, type EmbeddedSessionOptions, type ToolHandler } from './embedded/embedded-session.ts';
export { createMemoryPorts, type MemoryPortsOptions } from './embedded/memory-ports.ts';
export { endExecution } from './end-execution.ts';
export { maskedFailure } from './execution/ending.ts';
export type { MessageOptions } from './messages/file-url.ts';
export { fromUiMessages, type RestoredConversation } from './messages/from-ui-messages.ts';
export { serializeThread } from './messages/serialize-thread.ts';
export { toChatMessages } from './messages/to-chat-messages.ts';
export { toUiMessages } from './messages/to-ui-messages.ts';
export {
  type Clock,
  type Ending,
  type EnginePorts,
  type Files,
  type FittedImage,
  type Ids,
  type Images,
  isChange,
  isDeferrable,
  isEvent,
  isLogRecord,
  type LogRecord,
  type Output,
  type RunEnding,
  type StopReason,
  type WebPage,
  type WebSearch,
  type WorkerAgent,
} from './ports.ts';
export { replayTurn } from './replay.ts';
export { type AcceptedTrigger, checkTrigger, normaliseTools, type TriggerFields } from './requests/check-trigger.ts';
export {
  type AcceptedContinuation,
  type ContinuationFields,
  type ContinuationMatch,
  matchContinuation,
} from './requests/match-continuation.ts';
export { openingValues } from './requests/opening-values.ts';
export {
  type ContinuationRun,
  runContinuation,
  runTrigger,
  runWorker,
  type TriggerRun,
  type WorkerRun,
} from './run.ts';
export type { Change, ChangeKind } from './state/change.ts';
export { fold, foldAll } from './state/fold.ts';
export type { Message, Part, PartType, ToolCall } from './state/message.ts';
export type { CallResult, PendingCall, Position, ToolOutcome } from './state/position.ts';
export {
  type ExecutionState,
  type ExecutionStatus,
  findActiveExecution,
  findExecution,
  openSession,
  type PastExecution,
  type SessionOpening,
  type SessionState,
  type ThreadState,
  type UsageByModel,
  type Values,
  type WorkerState,
} from './state/session-state.ts';
export type { ThreadSettings } from './state/thread-settings.ts';
