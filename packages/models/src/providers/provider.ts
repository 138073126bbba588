import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ModelMedia, ModelRequest } from '@octavus/core';
import type { SdkCall } from '../ai-sdk/to-call.ts';
import type { HostedSettings } from '../config.ts';

/** What a hosted provider's file tells about it. */
export interface HostedProvider {
  /** The variable that holds its key, for the message when it is missing. */
  readonly keyVariable: string;
  /** Loads the provider's library and connects it. Called once, on the first call of one of its models. */
  readonly connect: (settings: HostedSettings) => Promise<(modelId: string) => LanguageModelV4>;
  /** What its models read besides text. */
  readonly reads: (modelId: string) => readonly ModelMedia[];
  /** Files that its models made may stand in the assistant's messages. */
  readonly takesOwnFiles?: boolean;
  /**
   * Its library completes an answer that was cut: that ends without a reason in the provider's own words, and calls whose arguments are no
   * JSON have empty ones.
   */
  readonly completesCutAnswers?: boolean;
  /** Puts a request into the library's terms. Pure. */
  readonly toCall: (request: ModelRequest, modelId: string) => SdkCall;
}

/** A base URL that names only a host gets the provider's usual path, as most providers' own libraries accept it. */
export function withDefaultPath(baseURL: string | undefined, path: string): string | undefined {
  if (baseURL === undefined) return undefined;
  const url = baseURL.replace(/\/+$/, '');
  return new URL(url).pathname === '/' ? `${url}${path}` : url;
}
