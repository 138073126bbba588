import type { JsonObject, ModelFinish, ModelStreamPart, ModelUsage, ProviderFailure } from '@octavus/core';

/**
 * Pieces of model output for scripts. Every helper returns the parts of one thing the model says, in stream order; a script
 * concatenates them: `reply(text('txt', 'Hel', 'lo'), toolCall('call_1', 'find-order', { orderNo: 'A' }))`.
 */

/** One text in the given pieces. */
export function text(id: string, ...deltas: readonly string[]): ModelStreamPart[] {
  return [
    { type: 'text-start', id },
    ...deltas.map((delta): ModelStreamPart => ({ type: 'text-delta', id, delta })),
    { type: 'text-end', id },
  ];
}

/** One reasoning in the given pieces, with a signature as Anthropic's where `signature` is given. */
export function reasoning(id: string, deltas: readonly string[], signature?: string): ModelStreamPart[] {
  const providerMetadata = signature === undefined ? undefined : { anthropic: { signature } };
  return [
    { type: 'reasoning-start', id },
    ...deltas.map((delta): ModelStreamPart => ({ type: 'reasoning-delta', id, delta })),
    { type: 'reasoning-end', id, ...(providerMetadata && { providerMetadata }) },
  ];
}

/** One call with its argument text streamed in pieces of 8 characters. A string `input` is sent as it is, malformed or not. */
export function toolCall(id: string, toolName: string, input: JsonObject | string = {}): ModelStreamPart[] {
  const inputText = typeof input === 'string' ? input : JSON.stringify(input);
  const pieces = inputText.match(/[\s\S]{1,8}/g) ?? [];
  return [
    { type: 'tool-input-start', id, toolName },
    ...pieces.map((delta): ModelStreamPart => ({ type: 'tool-input-delta', id, delta })),
    { type: 'tool-input-end', id },
    { type: 'tool-call', toolCallId: id, toolName, input: inputText },
  ];
}

/** One file that the model makes, with a signature as Google's where `signature` is given. */
export function file(mediaType: string, bytes: Uint8Array, signature?: string): ModelStreamPart[] {
  const providerMetadata = signature === undefined ? undefined : { google: { thoughtSignature: signature } };
  return [{ type: 'file', mediaType, bytes, ...(providerMetadata && { providerMetadata }) }];
}

export function finish(reason: ModelFinish['reason'] = 'stop', usage: ModelUsage = defaultUsage): ModelStreamPart[] {
  return [{ type: 'finish', reason, usage }];
}

/** A provider's failure; defaults to an overloaded Anthropic. */
export function failure(overrides: Partial<ProviderFailure> = {}): ModelStreamPart[] {
  return [{ type: 'error', failure: aProviderFailure(overrides) }];
}

export function aProviderFailure(overrides: Partial<ProviderFailure> = {}): ProviderFailure {
  return {
    errorType: 'provider_overloaded',
    message: 'The model provider is overloaded',
    retryable: true,
    source: 'provider',
    code: 'ANTHROPIC_529',
    provider: { name: 'anthropic', statusCode: 529 },
    ...overrides,
  };
}

const defaultUsage: ModelUsage = { inputTokens: 10, outputTokens: 5 };
