/** What a provider said about a failure, whatever way the failure came. */
export interface ErrorFacts {
  /** HTTP status of the answer, or the one an error event in mid-stream stands for. */
  readonly status?: number;
  readonly message?: string;
  /** The provider's own words for the kind: `overloaded_error`, `RESOURCE_EXHAUSTED`. */
  readonly type?: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly retryAfter?: string;
  /** The answer's body as text. */
  readonly body?: string;
  /** The body as data, where it is JSON. */
  readonly data?: unknown;
}

const requestIdHeaders = ['request-id', 'x-request-id', 'x-goog-request-id', 'x-generation-id', 'apim-request-id'];

/**
 * Reads the error of a failed HTTP answer, of a library that called one, or of an error event in mid-stream. Recognised by shape:
 * `{ statusCode, responseBody, responseHeaders }`, `{ message, type, code, data }`, or a body as the providers write it.
 */
export function readError(error: unknown): ErrorFacts {
  const outer = asRecord(error);
  const headers = lowerCaseKeys(asRecord(outer.responseHeaders));
  const body = asText(outer.responseBody);
  const data = body === undefined ? (outer.data ?? (error instanceof Error ? undefined : error)) : parse(body);
  const inner = readBody(data);
  // The `code` of a thrown error is the runtime's word, not the provider's.
  const told = error instanceof Error ? {} : outer;
  const status = asStatus(outer.statusCode) ?? inner.status ?? statusOfKind(inner.type, inner.code);
  return {
    status,
    message: inner.message ?? plainBody(body, data) ?? (body === undefined ? asText(outer.message) : undefined),
    type: inner.type ?? asText(told.type),
    code: inner.code ?? asText(told.code),
    requestId: firstText(requestIdHeaders.map((name) => headers[name])) ?? inner.requestId,
    retryAfter: asText(headers['retry-after']),
    body: body ?? (data === undefined ? undefined : stringify(data)),
    data,
  };
}

/** The error inside a body: `{ error: { message, type, code } }`, `[{ error }]`, `{ error: "…" }`, `{ detail }`, `{ message }`. */
function readBody(data: unknown): ErrorFacts {
  const outer = asRecord(Array.isArray(data) ? data[0] : data);
  const response = asRecord(outer.response);
  const error = asRecord(outer.error ?? response.error);
  const holder = Object.keys(error).length > 0 ? error : outer;
  const metadata = asRecord(holder.metadata);
  return {
    message: firstText([
      upstreamMessage(metadata.raw),
      holder.message,
      outer.error,
      outer.detail,
      asRecord(outer.detail).message,
    ]),
    type: firstText([holder.type === 'error' ? undefined : holder.type, holder.status]),
    code: firstText([holder.code]),
    status: asStatus(holder.code) ?? asStatus(holder.status),
    requestId: firstText([outer.request_id, holder.request_id]),
  };
}

/** OpenRouter wraps the upstream provider's body, often as JSON text, in `metadata.raw`. */
function upstreamMessage(raw: unknown): string | undefined {
  if (raw === undefined || raw === null) return undefined;
  const data = typeof raw === 'string' ? parse(raw) : raw;
  return data === undefined ? asText(raw) : (readBody(data).message ?? asText(raw));
}

/** The status that a kind of error stands for, where an event in mid-stream carries no number. */
function statusOfKind(type: string | undefined, code: string | undefined): number | undefined {
  const kind = `${type ?? ''} ${code ?? ''}`.toLowerCase();
  if (kind.trim() === '') return undefined;
  return kindStatuses.find(([pattern]) => pattern.test(kind))?.[1];
}

const kindStatuses: readonly (readonly [RegExp, number])[] = [
  [/overload/, 529],
  [/rate_limit|insufficient_quota|resource_exhausted|too_many/, 429],
  [/authentication|invalid_api_key|unauthenticated/, 401],
  [/billing|payment/, 402],
  [/permission/, 403],
  [/not_found/, 404],
  [/timeout|deadline/, 504],
  [/unavailable/, 503],
  [/invalid|bad_request|context_length/, 400],
  [/error|internal|failed/, 500],
];

function plainBody(body: string | undefined, data: unknown): string | undefined {
  if (body === undefined || data !== undefined) return undefined;
  // A proxy's HTML page helps nobody in a chat.
  const text = /^\s*</.test(body) ? /<title>([^<]*)<\/title>/i.exec(body)?.[1] : body;
  return text?.trim() || undefined;
}

function asStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

function firstText(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = asText(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function asRecord(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { [key: string]: unknown }) : {};
}

function lowerCaseKeys(record: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function stringify(data: unknown): string | undefined {
  try {
    return JSON.stringify(data);
  } catch {
    return undefined;
  }
}
