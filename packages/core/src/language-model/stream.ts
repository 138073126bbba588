import type { ProviderMetadata } from '../messages/provider-metadata.ts';
import type { JsonValue } from './request.ts';

/**
 * What a model says, piece by piece. The names and shapes of the pieces that come once per token are those of the AI SDK's
 * provider interface (`LanguageModelV4StreamPart`), so that an adapter passes them on without a copy.
 *
 * Order: a call's `tool-input-*` pieces share its id with its `tool-call`; `finish` or `error` comes last, exactly once.
 * A stream that ends without either was cut off.
 */
export type ModelStreamPart =
  | { readonly type: 'text-start'; readonly id: string; readonly providerMetadata?: ProviderMetadata }
  | {
      readonly type: 'text-delta';
      readonly id: string;
      readonly delta: string;
      readonly providerMetadata?: ProviderMetadata;
    }
  | { readonly type: 'text-end'; readonly id: string; readonly providerMetadata?: ProviderMetadata }
  | { readonly type: 'reasoning-start'; readonly id: string; readonly providerMetadata?: ProviderMetadata }
  | {
      readonly type: 'reasoning-delta';
      readonly id: string;
      readonly delta: string;
      readonly providerMetadata?: ProviderMetadata;
    }
  | { readonly type: 'reasoning-end'; readonly id: string; readonly providerMetadata?: ProviderMetadata }
  | {
      readonly type: 'tool-input-start';
      readonly id: string;
      readonly toolName: string;
      readonly providerExecuted?: boolean;
    }
  | { readonly type: 'tool-input-delta'; readonly id: string; readonly delta: string }
  | { readonly type: 'tool-input-end'; readonly id: string }
  | ModelToolCall
  | ModelToolResult
  | ModelSource
  | ModelGeneratedFile
  | ModelFinish
  | ModelFailure;

/** `input` is the JSON text of the arguments as the model wrote it; it may be malformed. */
export interface ModelToolCall {
  readonly type: 'tool-call';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: string;
  readonly providerExecuted?: boolean;
  readonly providerMetadata?: ProviderMetadata;
}

/** Result of a call the provider ran itself. */
export interface ModelToolResult {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly result: JsonValue;
  readonly isError?: boolean;
  readonly providerMetadata?: ProviderMetadata;
}

export type ModelSource =
  | {
      readonly type: 'source';
      readonly sourceType: 'url';
      readonly id: string;
      readonly url: string;
      readonly title?: string;
    }
  | {
      readonly type: 'source';
      readonly sourceType: 'document';
      readonly id: string;
      readonly mediaType: string;
      readonly title: string;
      readonly filename?: string;
    };

/** A file the model produced inside the step. */
export interface ModelGeneratedFile {
  readonly type: 'file';
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly providerMetadata?: ProviderMetadata;
}

export interface ModelFinish {
  readonly type: 'finish';
  readonly reason: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other';
  readonly usage: ModelUsage;
  /** The model that answered, where the provider says so. */
  readonly modelId?: string;
  /** The provider stopped in the middle of its own tools: it goes on when what it said comes back to it. */
  readonly isPaused?: true;
}

/** The provider failed; `failure` is classified (runtime-semantics.md 16). Nothing follows. */
export interface ModelFailure {
  readonly type: 'error';
  readonly failure: ProviderFailure;
}

/** Token counts; a count the provider did not report is absent. `inputTokens` includes the cached ones. */
export interface ModelUsage {
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly cachedWriteTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningOutputTokens?: number;
}

/** One failed model call, classified by runtime-semantics.md 16.1 and 16.2. */
export interface ProviderFailure {
  readonly errorType:
    | 'authentication_error'
    | 'permission_error'
    | 'validation_error'
    | 'not_found_error'
    | 'rate_limit_error'
    | 'quota_exceeded_error'
    | 'provider_error'
    | 'provider_overloaded'
    | 'provider_timeout'
    | 'unknown_error';
  /** For people: the provider's words, at most 500 characters, keys removed. */
  readonly message: string;
  readonly retryable: boolean;
  /** `provider`, or `platform` when the call never left (no key configured, unknown provider). */
  readonly source: 'provider' | 'platform';
  readonly code: string;
  /** Seconds, rounded up. */
  readonly retryAfter?: number;
  /** It was about the images of the request: how large or how many they are, and what would be accepted, where the provider says so. */
  readonly images?: { readonly constraint: 'dimensions' | 'count'; readonly limit?: number };
  readonly provider: {
    readonly name: string;
    readonly model?: string;
    readonly statusCode?: number;
    readonly errorType?: string;
    readonly requestId?: string;
    readonly details?: string;
  };
}
