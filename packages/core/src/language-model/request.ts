import type { ProviderMetadata } from '../messages/provider-metadata.ts';

/** Any JSON value. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };
/** A JSON Schema document (draft 2020-12), opaque here. */
export type JsonSchema = { [key: string]: unknown };

/**
 * One model call: what the engine asks of a language model, in no provider's terms.
 *
 * `packages/models` translates it (runtime-semantics.md 6.6); nothing in here may depend on a provider.
 */
export interface ModelRequest {
  /** System texts in order: the rendered prompt with its announcements, then `system` messages of the thread. */
  readonly system: readonly string[];
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  /** `none`: the tools stay visible to the provider (caches survive) but may not be called. */
  readonly toolChoice: 'auto' | 'none';
  /** Structured output: the answer must be one JSON object that fits. */
  readonly responseFormat?: ModelResponseFormat;
  readonly settings: ModelSettings;
  /** Options that go to that provider only, keyed by provider id. */
  readonly providerOptions?: { readonly [provider: string]: JsonObject };
  /** Stable per session; providers that cache by key use it. */
  readonly cacheKey?: string;
}

export interface ModelResponseFormat {
  readonly name: string;
  readonly description?: string;
  readonly schema: JsonSchema;
  /** The schema holds `unknown` somewhere: providers' strict modes cannot express it (protocol-language.md 5.5). */
  readonly isStrictCapable: boolean;
}

export type ThinkingLevel = 'low' | 'medium' | 'high' | 'max';

export interface ModelSettings {
  /** 0 to 2; absent or `off`: nothing is sent. */
  readonly temperature?: number | 'off';
  readonly thinking?: ThinkingLevel | 'off';
  readonly speed: 'fast' | 'standard';
  readonly cache: 'auto' | 'extended' | 'off';
  /** Output tokens per model call. */
  readonly maxOutputTokens?: number;
}

export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** False when the schema holds `unknown` or came from outside: no provider strict mode. */
  readonly isStrictCapable: boolean;
}

export type ModelMessage =
  | { readonly role: 'user'; readonly content: readonly ModelUserPart[] }
  | { readonly role: 'assistant'; readonly content: readonly ModelAssistantPart[] }
  | { readonly role: 'tool'; readonly content: readonly ModelToolResultPart[] };

export type ModelUserPart = ModelTextPart | ModelFilePart;
export type ModelAssistantPart = ModelTextPart | ModelReasoningPart | ModelFilePart | ModelToolCallPart;

export interface ModelTextPart {
  readonly type: 'text';
  readonly text: string;
  readonly providerMetadata?: ProviderMetadata;
}

export interface ModelReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  readonly providerMetadata?: ProviderMetadata;
}

/**
 * A file the model can read natively: bytes, or a URL the provider may fetch. The id is that of the reference it was made from, for a host
 * that fetches the bytes itself: an address alone does not say who may read it.
 */
export interface ModelFilePart {
  readonly type: 'file';
  readonly mediaType: string;
  readonly filename?: string;
  readonly data: { readonly bytes: Uint8Array } | { readonly url: string; readonly id?: string };
  /** Of a file that the model made. */
  readonly providerMetadata?: ProviderMetadata;
}

export interface ModelToolCallPart {
  readonly type: 'tool-call';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: JsonObject;
  readonly providerExecuted?: boolean;
  readonly providerMetadata?: ProviderMetadata;
}

export interface ModelToolResultPart {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output:
    | { readonly kind: 'result'; readonly value: JsonValue }
    | { readonly kind: 'error'; readonly message: string };
  /** The provider ran the call itself: the result belongs to the assistant's own message. */
  readonly providerExecuted?: boolean;
  /** Images that belong to the result. */
  readonly files?: readonly ModelFilePart[];
  readonly providerMetadata?: ProviderMetadata;
}
