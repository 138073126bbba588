import type {
  ErrorSource,
  ErrorType,
  FileReference,
  JsonObject,
  JsonValue,
  LogEntryType,
  MessageRole,
  ModelUsage,
  ProviderErrorInfo,
  ToolErrorInfo,
} from '@octavus/core';

type RequestType = 'llm' | 'image' | 'video' | 'speech' | 'transcription';

/** What each type of entry says (runtime-semantics.md 17). */
interface FieldsByType {
  trigger: { triggerName: string; triggerInput: JsonObject };
  message: {
    role: MessageRole;
    content: string;
    visible: boolean;
    files?: readonly FileReference[];
    responseType?: string;
  };
  'thread-created': { systemPrompt: string };
  'model-request': {
    /** `requestBody` only in traced sessions; media requests have their parameters instead. */
    modelRequest: {
      requestType: RequestType;
      provider: string;
      model: string;
      requestBody?: unknown;
      [parameter: string]: unknown;
    };
  };
  'step-stats': {
    stepStats: {
      requestType: RequestType;
      provider: string;
      model: string;
      usage: ModelUsage;
      cacheMode?: string;
      speed?: string;
      /** The call was cut before the provider counted: a quarter token a character. */
      isEstimated?: true;
    };
  };
  reasoning: { reasoningContent: string };
  'llm-tool-request': {
    response: string;
    toolCalls: readonly { id: string; name: string; arguments: JsonValue }[];
    /** Made by the model in this step. */
    files?: readonly FileReference[];
  };
  'llm-response': { response: string; files?: readonly FileReference[] };
  'tool-call': { toolName: string; toolDescription?: string; toolArguments: JsonValue };
  /** `toolResult`: the result, or `{ "error": … }`. */
  'tool-result': { toolName: string; toolResult: JsonValue };
  'block-operation': {
    operationType: string;
    operationDescription?: string;
    operationInput?: JsonValue;
    operationResult?: JsonValue;
  };
  'worker-execution': { workerInput: JsonObject };
  'worker-output': { workerOutput?: JsonValue };
  compaction: {
    compactionTrigger: string;
    reason: string;
    watermarkFrom?: string;
    watermarkTo?: string;
    turnsSummarized?: number;
    passes?: number;
    tokensBefore?: number;
    tokensAfter?: number;
    layersApplied?: readonly string[];
    summarizerWorkerId?: string;
  };
  'tool-output-bounded': {
    toolCallId: string;
    toolName: string;
    originalChars: number;
    maxToolOutputTokens: number;
  };
  'image-adapted': { source: string; adaptation: string; [detail: string]: unknown };
  abort: { abortedAtBlock?: string };
  error: {
    error: {
      type: ErrorType;
      message: string;
      source: ErrorSource;
      retryable?: boolean;
      retryAfter?: number;
      code?: string;
      provider?: ProviderErrorInfo;
      tool?: ToolErrorInfo;
    };
  };
}

/** Where an entry belongs, on any type. */
interface Place {
  readonly thread?: string;
  readonly blockName?: string;
  readonly model?: string;
  readonly workerId?: string;
  readonly workerSlug?: string;
}

/** The fields of an entry that its writer knows; id, time and sequence are added when it is written. */
export type LogFields = {
  [Type in LogEntryType]: { readonly type: Type } & Place & Readonly<FieldsByType[Type]>;
}[LogEntryType];
