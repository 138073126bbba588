import type { ProviderFailure } from '@octavus/core';

/** Longest part of a bad id that an error repeats. */
const maxQuotedLength = 100;

export function malformedId(id: string): ProviderFailure {
  const quoted = id.length > maxQuotedLength ? `${id.slice(0, maxQuotedLength)}…` : id;
  return platformFailure(
    'validation_error',
    'INVALID_MODEL',
    id,
    `"${quoted}" is not a model id. Write provider/model-id, for example anthropic/claude-sonnet-4-5.`,
  );
}

export function unknownProvider(provider: string, known: readonly string[]): ProviderFailure {
  const hint = provider === 'xai' ? ' Did you mean x-ai?' : '';
  return platformFailure(
    'validation_error',
    'UNKNOWN_PROVIDER',
    provider,
    `Unknown model provider "${provider}".${hint} Known providers: ${known.join(', ')}.`,
  );
}

export function notConfigured(provider: string, keyVariable: string): ProviderFailure {
  return platformFailure(
    'authentication_error',
    'PROVIDER_NOT_CONFIGURED',
    provider,
    `Set ${keyVariable} to use ${provider}/… models.`,
  );
}

/** Its key was read, and holds something that is no part of a key: a line break, a character from a text editor. */
export function unsendableKey(provider: string): ProviderFailure {
  return platformFailure(
    'authentication_error',
    'PROVIDER_NOT_CONFIGURED',
    provider,
    `The key for ${provider} holds a character that cannot be sent, such as a line break. Set the key again without it.`,
  );
}

/** @param kind what its models would make: `image`, `speech` … */
export function noSuchModels(provider: string, kind: string): ProviderFailure {
  return platformFailure('validation_error', 'INVALID_MODEL', provider, `${provider} offers no ${kind} models.`);
}

function platformFailure(
  errorType: ProviderFailure['errorType'],
  code: string,
  provider: string,
  message: string,
): ProviderFailure {
  const name = provider.slice(0, maxQuotedLength);
  return { errorType, message, retryable: false, source: 'platform', code, provider: { name } };
}
