import type { ProviderFailure } from '@octavus/core';
import type { ProviderIdentity } from './provider-identity.ts';
import type { ErrorFacts } from './read-error.ts';
import { redact } from './redact.ts';

const maxMessageLength = 500;
const maxDetailsBytes = 2_048;
/** Of a text that is to be shortened this much is searched for keys: more than is kept, so that no key is cut in half. */
const maxSearched = 16_384;

type ErrorType = ProviderFailure['errorType'];

const retryableTypes: ReadonlySet<ErrorType> = new Set([
  'rate_limit_error',
  'provider_error',
  'provider_overloaded',
  'provider_timeout',
]);

/**
 * Writes a failure down for people and programs.
 *
 * @param facts `message` is shortened to 500 characters; whatever is told of them loses anything that looks like a key.
 */
export function describeFailure(
  errorType: ErrorType,
  code: string,
  identity: ProviderIdentity,
  facts: ErrorFacts,
): ProviderFailure {
  const words = (facts.message ?? fallbackMessage(identity.provider, facts.status)).slice(0, maxSearched);
  const message = shorten(redact(words, identity.secret));
  const retryAfter = parseRetryAfter(facts.retryAfter);
  const details = tellingDetails(facts, identity.secret);
  const kind = facts.type ?? facts.code;
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
      ...(kind !== undefined && { errorType: redact(kind, identity.secret) }),
      ...(facts.requestId !== undefined && { requestId: redact(facts.requestId, identity.secret) }),
      ...(details !== undefined && { details }),
    },
  };
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
  const clean = Buffer.from(redact(body.slice(0, maxSearched), secret));
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
