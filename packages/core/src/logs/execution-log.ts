import type { TrimmedValue } from '../api/logs.ts';
import type { ErrorSource, ErrorType, ProviderErrorInfo, ToolErrorInfo } from '../events/error.ts';

/** What every entry of an execution log has. */
export interface ExecutionLogEntryBase {
  id: string;
  /** RFC 3339 time. */
  timestamp: string;
  /** Counts from 0 within an execution. */
  sequence?: number;
  thread?: string;
  blockName?: string;
  model?: string;
  workerId?: string;
  workerSlug?: string;
  /** A field was too big to store and is a `TrimmedValue`. */
  trimmed?: boolean;
}

/** A trigger was fired. */
export interface TriggerLogEntry extends ExecutionLogEntryBase {
  type: 'trigger';
  triggerName?: string;
  triggerInput?: unknown;
}

/** A file as the log names it. */
export interface LogEntryFile {
  id: string;
  mediaType: string;
  url: string;
  filename?: string;
  /** Bytes. */
  size?: number;
}

/** A message was added to a thread. */
export interface MessageLogEntry extends ExecutionLogEntryBase {
  type: 'message';
  role: 'user' | 'assistant' | 'system';
  content?: string;
  visible?: boolean;
  responseType?: string;
  files?: LogEntryFile[];
}

/** A tool was called. */
export interface ToolCallLogEntry extends ExecutionLogEntryBase {
  type: 'tool-call';
  toolName?: string;
  toolDescription?: string;
  toolArguments?: unknown;
}

/** A tool answered. */
export interface ToolResultLogEntry extends ExecutionLogEntryBase {
  type: 'tool-result';
  toolName?: string;
  toolResult?: unknown;
}

/** One call that a model asked for. */
export interface LoggedToolCall {
  id: string;
  name: string;
  arguments: unknown;
}

/** A model answered with calls of tools. */
export interface LlmToolRequestLogEntry extends ExecutionLogEntryBase {
  type: 'llm-tool-request';
  response?: string;
  toolCalls?: LoggedToolCall[];
  /** Made by the model in this step. */
  files?: LogEntryFile[];
}

/** A model answered with text alone. */
export interface LlmResponseLogEntry extends ExecutionLogEntryBase {
  type: 'llm-response';
  response?: string;
  /** Made by the model in this step. */
  files?: LogEntryFile[];
}

/** A model told its reasoning. */
export interface ReasoningLogEntry extends ExecutionLogEntryBase {
  type: 'reasoning';
  reasoningContent?: string;
}

/** A thread was opened. */
export interface ThreadCreatedLogEntry extends ExecutionLogEntryBase {
  type: 'thread-created';
  systemPrompt?: string;
}

/** A block did what `operationType` names. */
export interface BlockOperationLogEntry extends ExecutionLogEntryBase {
  type: 'block-operation';
  operationType?: string;
  operationDescription?: string;
  operationInput?: unknown;
  operationResult?: unknown;
}

/** What was asked of a model; recorded when tracing is on. */
export interface ModelRequestTrace {
  requestType: 'llm' | 'image' | 'video' | 'speech' | 'transcription';
  provider: string;
  model: string;
  requestBody?: unknown;
  prompt?: string;
  aspectRatio?: string;
  resolution?: string;
  durationSeconds?: number;
  generateAudio?: boolean;
  hasReferenceImages?: boolean;
  voice?: string;
  audioFormat?: string;
  language?: string;
}

/** A request went to a model; only with tracing on. */
export interface ModelRequestLogEntry extends ExecutionLogEntryBase {
  type: 'model-request';
  modelRequest?: ModelRequestTrace;
}

/** What one model call used, in tokens. */
export interface StepStatsTrace {
  requestType: string;
  provider: string;
  model: string;
  usage: {
    inputTokens?: number;
    cachedInputTokens?: number;
    cachedWriteTokens?: number;
    outputTokens?: number;
    reasoningOutputTokens?: number;
  };
  cacheMode?: 'auto' | 'extended' | 'off';
  speed?: 'fast' | 'standard';
  /** The call was cut before the provider counted: a quarter token a character. */
  isEstimated?: boolean;
}

/** A model call ended and was counted. */
export interface StepStatsLogEntry extends ExecutionLogEntryBase {
  type: 'step-stats';
  stepStats?: StepStatsTrace;
}

/** A worker was started. */
export interface WorkerExecutionLogEntry extends ExecutionLogEntryBase {
  type: 'worker-execution';
  workerInput?: unknown;
}

/** A worker ended with an output. */
export interface WorkerOutputLogEntry extends ExecutionLogEntryBase {
  type: 'worker-output';
  workerOutput?: unknown;
}

/** Older turns were summarised to make room. */
export interface CompactionLogEntry extends ExecutionLogEntryBase {
  type: 'compaction';
  compactionTrigger?: 'proactive' | 'reactive';
  reason?: string;
  watermarkFrom?: number;
  watermarkTo?: number;
  turnsSummarized?: number;
  passes?: number;
  tokensBefore?: number;
  tokensAfter?: number;
  layersApplied?: string[];
  summarizerWorkerId?: string;
}

/** A tool result was cut before the model saw it. */
export interface ToolOutputBoundedLogEntry extends ExecutionLogEntryBase {
  type: 'tool-output-bounded';
  toolCallId?: string;
  toolName?: string;
  originalChars: number;
  maxToolOutputTokens: number;
}

/** Images were made smaller, or left out, to fit a model. */
export interface ImageAdaptedLogEntry extends ExecutionLogEntryBase {
  type: 'image-adapted';
  source: 'declared-cap' | 'reactive-recovery';
  adaptation: 'downscaled' | 'count-elided';
  /** Pixels, as all sizes here. */
  originalWidth?: number;
  originalHeight?: number;
  deliveredWidth?: number;
  deliveredHeight?: number;
  maxImageDimension?: number;
  imagesElided?: number;
  constraint?: string;
  attempts?: number;
}

/** The execution was stopped. */
export interface AbortLogEntry extends ExecutionLogEntryBase {
  type: 'abort';
  abortedAtBlock?: string;
}

/** A failure with the fields of an `error` event. */
export interface ExecutionLogError {
  type: ErrorType;
  message: string;
  source: ErrorSource;
  retryable?: boolean;
  retryAfter?: number;
  code?: string;
  provider?: ProviderErrorInfo;
  tool?: ToolErrorInfo;
}

/** The execution failed. */
export interface ErrorLogEntry extends ExecutionLogEntryBase {
  type: 'error';
  error?: ExecutionLogError;
}

/** One fact of an execution. Newer servers may log types that are not listed here; they pass through. */
export type ExecutionLogEntry =
  | TriggerLogEntry
  | MessageLogEntry
  | ToolCallLogEntry
  | ToolResultLogEntry
  | LlmToolRequestLogEntry
  | LlmResponseLogEntry
  | ReasoningLogEntry
  | ThreadCreatedLogEntry
  | BlockOperationLogEntry
  | ModelRequestLogEntry
  | StepStatsLogEntry
  | WorkerExecutionLogEntry
  | WorkerOutputLogEntry
  | CompactionLogEntry
  | ToolOutputBoundedLogEntry
  | ImageAdaptedLogEntry
  | AbortLogEntry
  | ErrorLogEntry;
export type ExecutionLogEntryType = ExecutionLogEntry['type'];

/** Whether a field of an entry stands in for a value that was too big to store. */
export function isTrimmedValue(value: unknown): value is TrimmedValue {
  return typeof value === 'object' && value !== null && '__trimmed' in value && value.__trimmed === true;
}
