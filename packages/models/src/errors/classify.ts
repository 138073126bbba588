import type { ProviderFailure } from '@octavus/core';
import { SilenceError } from '../stream/watchdog.ts';
import { isBrokenConnection, networkReason } from './broken-connection.ts';
import { describeFailure } from './describe-failure.ts';
import { imagePattern, readImageRefusal } from './image-refusal.ts';
import { unsendableKey } from './platform-failure.ts';
import { failureCode, type ProviderIdentity } from './provider-identity.ts';
import { type ErrorFacts, readError } from './read-error.ts';
import { isRefusedRequest } from './refused-request.ts';
import { isUnsendableKey } from './unsendable-key.ts';

type ErrorType = ProviderFailure['errorType'];

/**
 * Makes one shape of everything a model call can fail with: HTTP errors, error events in mid-stream, broken connections, silence,
 * and requests that the provider's library refuses to write (runtime-semantics.md 16.1 and 16.2).
 *
 * @param error anything thrown, or an error event as the provider sent it.
 * @returns `undefined` for an error that is none of these: a fault of ours or of a library, which the run reports as its own.
 */
export function classify(error: unknown, identity: ProviderIdentity): ProviderFailure | undefined {
  if (error instanceof SilenceError) return silence(error, identity);
  if (isRefusedRequest(error)) return refusedRequest(error, identity);
  if (isUnsendableKey(error)) return unsendableKey(identity.provider);
  const facts = readError(error);
  if (facts.status !== undefined && facts.status >= 400) return fromStatus(facts.status, facts, identity);
  if (isBrokenConnection(error, facts)) return brokenConnection(error, identity);
  const isFault = error instanceof Error && facts.type === undefined && facts.code === undefined;
  return isFault ? undefined : fromStatus(500, facts, identity);
}

function silence(error: SilenceError, identity: ProviderIdentity): ProviderFailure {
  return describeFailure('provider_timeout', failureCode(identity.provider, 'TIMEOUT'), identity, {
    message: `${identity.provider} sent nothing for ${error.silenceMs / 1000} s.`,
  });
}

function refusedRequest(error: Error, identity: ProviderIdentity): ProviderFailure {
  return {
    ...describeFailure('validation_error', 'UNSUPPORTED_INPUT', identity, { message: error.message }),
    source: 'platform',
  };
}

function brokenConnection(error: unknown, identity: ProviderIdentity): ProviderFailure {
  return describeFailure('provider_error', failureCode(identity.provider, 'NETWORK'), identity, {
    message: `Connection to ${identity.provider} failed: ${networkReason(error)}`,
  });
}

function fromStatus(status: number, facts: ErrorFacts, identity: ProviderIdentity): ProviderFailure {
  const byContent = contentOverride(status, facts);
  const errorType = byContent?.errorType ?? typeOfStatus(status);
  const code = byContent?.code ?? failureCode(identity.provider, status);
  const failure = describeFailure(errorType, code, identity, { ...facts, status });
  const images = code === 'UNSUPPORTED_INPUT' ? readImageRefusal(facts.message ?? '') : undefined;
  return images ? { ...failure, images } : failure;
}

/** runtime-semantics.md 16.1 */
function typeOfStatus(status: number): ErrorType {
  const known = statusTypes[status];
  if (known !== undefined) return known;
  return status >= 500 ? 'provider_error' : 'unknown_error';
}

const statusTypes: { readonly [status: number]: ErrorType } = {
  400: 'validation_error',
  401: 'authentication_error',
  402: 'quota_exceeded_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'provider_timeout',
  409: 'provider_error',
  413: 'validation_error',
  422: 'validation_error',
  429: 'rate_limit_error',
  503: 'provider_overloaded',
  504: 'provider_timeout',
  529: 'provider_overloaded',
};

/** runtime-semantics.md 16.2 */
function contentOverride(status: number, facts: ErrorFacts): { errorType: ErrorType; code?: string } | undefined {
  const kind = `${facts.type ?? ''} ${facts.code ?? ''}`;
  if (/overloaded/i.test(kind)) return { errorType: 'provider_overloaded' };
  if (status === 429) return /quota|billing|credit/i.test(kind) ? { errorType: 'quota_exceeded_error' } : undefined;
  if (status !== 400 && status !== 413) return undefined;
  const text = `${kind} ${facts.message ?? ''}`;
  if (overflowPattern.test(text)) return { errorType: 'validation_error', code: 'CONTEXT_OVERFLOW' };
  if (status === 400 && (imagePattern.test(text) || unsupportedPattern.test(text))) {
    return { errorType: 'validation_error', code: 'UNSUPPORTED_INPUT' };
  }
  return undefined;
}

/** As Anthropic, OpenAI, Google, xAI, OpenRouter, vLLM, llama.cpp and Ollama word it. */
const overflowPattern =
  /context_length_exceeded|context[ _-]?(?:length|size|window|limit)|(?:prompt|input|messages?)(?: \w+){0,3} (?:is|are) too (?:long|large)|too many (?:input |prompt )?tokens|(?:prompt|input)(?: \w+)? token(?:s| count)?\b.{0,80}\bexceed|exceeds?\b.{0,60}\b(?:maximum|max|limit)\b.{0,40}\b(?:input |prompt )tokens|maximum (?:prompt|input) length|model_context_window_exceeded/i;
const unsupportedPattern = /(?:not|n't|isn’t|un)[ _-]?support(?:ed|s)?\b|does(?: not|n't|n’t) support|unsupported/i;
