import type { ProviderFailure } from '@octavus/core';
import { ClosedEarlyError } from '../stream/stream-call.ts';
import { SilenceError } from '../stream/watchdog.ts';
import { failureCode, type ProviderIdentity } from './provider-identity.ts';
import { type ErrorFacts, readError } from './read-error.ts';
import { redact } from './redact.ts';

const maxMessageLength = 500;
const maxDetailsBytes = 2_048;

type ErrorType = ProviderFailure['errorType'];

const retryableTypes: ReadonlySet<ErrorType> = new Set([
  'rate_limit_error',
  'provider_error',
  'provider_overloaded',
  'provider_timeout',
]);

/**
 * Makes one shape of everything a model call can fail with: HTTP errors, error events in mid-stream, broken connections, silence,
 * and requests that the provider's library refuses to write (runtime-semantics.md 16.1 and 16.2).
 *
 * @param error anything thrown.
 */
export function classify(error: unknown, identity: ProviderIdentity): ProviderFailure {
  if (error instanceof SilenceError) return silence(error, identity);
  if (isRefusedRequest(error)) return refusedRequest(error, identity);
  const facts = readError(error);
  if (facts.status !== undefined && facts.status >= 400) return fromStatus(facts.status, facts, identity);
  if (isBrokenConnection(error, facts)) return brokenConnection(error, identity);
  if (facts.type !== undefined || facts.code !== undefined) return fromStatus(500, facts, identity);
  return unexpected(identity);
}

function silence(error: SilenceError, identity: ProviderIdentity): ProviderFailure {
  return describe('provider_timeout', failureCode(identity.provider, 'TIMEOUT'), identity, {
    message: `${identity.provider} sent nothing for ${error.silenceMs / 1000} s.`,
  });
}

/** The library could not put the request into the provider's terms: a file type or a feature it has no word for. */
function isRefusedRequest(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^AI_(UnsupportedFunctionality|InvalidPrompt|InvalidArgument|NoSuchModel|LoadSetting|NoSuchProviderReference)Error$/.test(
      error.name,
    )
  );
}

function refusedRequest(error: Error, identity: ProviderIdentity): ProviderFailure {
  return {
    ...describe('validation_error', 'UNSUPPORTED_INPUT', identity, { message: error.message }),
    source: 'platform',
  };
}

/** Sockets, DNS, TLS, a cut answer, and answers that are no answer: unreadable JSON where the stream should be. */
function isBrokenConnection(error: unknown, facts: ErrorFacts): boolean {
  if (error instanceof ClosedEarlyError) return true;
  if (facts.status !== undefined) return true;
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    if (/^AI_(APICall|JSONParse|TypeValidation|InvalidResponseData|EmptyResponseBody)Error$/.test(current.name))
      return true;
    const code = (current as { code?: unknown }).code;
    if (
      typeof code === 'string' &&
      /^(E[A-Z]{3,}|UND_ERR_|ERR_(TLS|SSL|STREAM|HTTP)|HPE_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)
    )
      return true;
    if (current instanceof TypeError && /fetch failed|terminated/i.test(current.message)) return true;
  }
  return false;
}

function brokenConnection(error: unknown, identity: ProviderIdentity): ProviderFailure {
  return describe('provider_error', failureCode(identity.provider, 'NETWORK'), identity, {
    message: `Connection to ${identity.provider} failed: ${networkReason(error)}`,
  });
}

/** The innermost cause says most: `connect ECONNREFUSED`, not `fetch failed`. */
function networkReason(error: unknown): string {
  let reason = 'unknown reason';
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    if (/^AI_(JSONParse|TypeValidation)Error$/.test(current.name)) return 'the answer could not be read';
    if (/without a finish reason/.test(current.message)) return new ClosedEarlyError().message;
    const code = (current as { code?: unknown }).code;
    const named =
      typeof code === 'string' && !current.message.includes(code) ? `${code} ${current.message}` : current.message;
    if (named.trim() !== '') reason = named.trim();
  }
  return reason;
}

function fromStatus(status: number, facts: ErrorFacts, identity: ProviderIdentity): ProviderFailure {
  const byContent = contentOverride(status, facts);
  const errorType = byContent?.errorType ?? typeOfStatus(status);
  const code = byContent?.code ?? failureCode(identity.provider, status);
  return describe(errorType, code, identity, { ...facts, status });
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
  /context_length_exceeded|context[ _-]?(?:length|size|window)|(?:prompt|input|request|messages?)(?: \w+){0,3} (?:is|are) too (?:long|large)|too many (?:input |prompt )?tokens|(?:prompt|input)(?: \w+)? token(?:s| count)?\b.{0,80}\bexceed|exceeds?\b.{0,60}\b(?:maximum|max|limit)\b.{0,40}\b(?:input |prompt )tokens|maximum (?:prompt|input) length|model_context_window_exceeded/i;
const imagePattern =
  /\bimages?\b.{0,120}\b(?:exceed\w*|too (?:large|big|many|small)|dimensions?|at most|max(?:imum)?|limit|size)\b|\b(?:too many|maximum (?:number )?of) images?\b/i;
const unsupportedPattern = /(?:not|n't|isn’t|un)[ _-]?support(?:ed|s)?\b|does(?: not|n't|n’t) support|unsupported/i;

function describe(
  errorType: ErrorType,
  code: string,
  identity: ProviderIdentity,
  facts: ErrorFacts & { message?: string },
): ProviderFailure {
  const message = shorten(redact(facts.message ?? fallbackMessage(identity.provider, facts.status), identity.secret));
  const retryAfter = parseRetryAfter(facts.retryAfter);
  const details = tellingDetails(facts, identity.secret);
  return {
    errorType,
    message,
    retryable: retryableTypes.has(errorType),
    source: 'provider',
    code,
    ...(retryAfter !== undefined && { retryAfter }),
    provider: {
      name: identity.provider,
      ...(identity.model !== undefined && { model: identity.model }),
      ...(facts.status !== undefined && { statusCode: facts.status }),
      ...((facts.type ?? facts.code) !== undefined && { errorType: facts.type ?? facts.code }),
      ...(facts.requestId !== undefined && { requestId: facts.requestId }),
      ...(details !== undefined && { details }),
    },
  };
}

function unexpected(identity: ProviderIdentity): ProviderFailure {
  return describe('unknown_error', 'UNKNOWN', identity, {
    message: `The call to ${identity.provider} failed for a reason that is not known.`,
  });
}

function fallbackMessage(provider: string, status: number | undefined): string {
  return status === undefined ? `${provider} failed.` : `${provider} answered with HTTP status ${status}.`;
}

function shorten(message: string): string {
  return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength - 1)}…`;
}

/**
 * @param header `Retry-After`: seconds, or an HTTP date (RFC 9110, 10.2.3).
 * @returns seconds, rounded up.
 */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** The body, where it says more than message, kind and request id do. */
function tellingDetails(facts: ErrorFacts, secret: string | undefined): string | undefined {
  const body = facts.body?.trim();
  if (!body || body === facts.message?.trim()) return undefined;
  if (facts.data !== undefined && !saysMore(facts.data)) return undefined;
  const clean = Buffer.from(redact(body, secret));
  if (clean.length <= maxDetailsBytes) return clean.toString();
  // Cutting inside a character leaves a replacement character behind; drop it.
  return clean.subarray(0, maxDetailsBytes).toString().replace(/�+$/, '');
}

const plainKeys: ReadonlySet<string> = new Set([
  'message',
  'type',
  'code',
  'status',
  'request_id',
  'error',
  'detail',
  'object',
]);

function saysMore(data: unknown): boolean {
  if (Array.isArray(data)) return data.some(saysMore);
  if (typeof data !== 'object' || data === null) return false;
  return Object.entries(data).some(([key, value]) =>
    plainKeys.has(key) ? typeof value === 'object' && saysMore(value) : value !== null && value !== undefined,
  );
}
