import { createApiErrorEvent, type ErrorEvent, isAbortError, type StreamEvent } from '@octavus/core';
import { parseSSEStream } from './parse-sse-stream.ts';
import { type ContinueRequest, type Transport, type TriggerRequest, triggerRequest } from './transport.ts';

/** What your server receives: as it is, the argument of `AgentSession.execute` of `@octavus/server-sdk`. */
export type HttpRequest = TriggerRequest | ContinueRequest;

export interface HttpRequestOptions {
  /** Hand it to `fetch`: it is aborted by `stop()`. */
  signal?: AbortSignal;
}

/** Makes the request yourself. */
export interface HttpTransportOptions {
  /** Sends the request to your server and resolves with its event stream. What it throws becomes the chat's error. */
  request: (request: HttpRequest, options?: HttpRequestOptions) => Promise<Response>;
}

/** Says where requests go. */
export interface HttpEndpoint {
  /** Address that takes the request as JSON in a `POST`. */
  url: string | URL;
  /** Headers besides `Content-Type`; a function is called for every request, so that tokens may change. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /** Fields besides those of the request, such as `{ sessionId }`. */
  body?: Record<string, unknown> | (() => Record<string, unknown>);
}

/**
 * Reaches the agent by one HTTP request per leg, answered by an event stream.
 *
 * An answer outside 2xx becomes an `error` event with the code and message of its body and the seconds of `Retry-After`. An answer without
 * a body and a connection that breaks throw. `stop()` aborts the request and ends the stream quietly.
 */
export function createHttpTransport(options: HttpTransportOptions | HttpEndpoint): Transport {
  const send = 'request' in options ? options.request : postTo(options);
  let current: AbortController | undefined;

  async function* stream(request: HttpRequest): AsyncGenerator<StreamEvent, void, unknown> {
    const call = new AbortController();
    current = call;
    try {
      const response = await untilAborted(send(request, { signal: call.signal }), call.signal);
      if (!response) return;
      if (response.ok) yield* parseSSEStream(response, call.signal);
      else yield await refusal(response);
    } catch (error) {
      if (!call.signal.aborted && !isAbortError(error)) throw error;
    } finally {
      // A later call has a controller of its own by now.
      if (current === call) current = undefined;
    }
  }

  return {
    trigger: (triggerName, input, rollback) => stream(triggerRequest(triggerName, input, rollback)),
    continueWithToolResults: (executionId, toolResults) => stream({ type: 'continue', executionId, toolResults }),
    stop() {
      current?.abort();
      current = undefined;
    },
  };
}

/** Resolves with `undefined` on abort, also when whoever makes the request does not look at the signal. */
function untilAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response | undefined> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    answer.then((response) => {
      // Nobody will read a late answer.
      if (signal.aborted) void response.body?.cancel().catch(() => undefined);
      resolve(response);
    }, reject);
  });
}

function postTo({ url, headers, body }: HttpEndpoint): HttpTransportOptions['request'] {
  return async (request, { signal } = {}) => {
    const sent = new Headers(typeof headers === 'function' ? await headers() : headers);
    sent.set('Content-Type', 'application/json');
    const extra = typeof body === 'function' ? body() : body;
    return fetch(url, { method: 'POST', headers: sent, body: JSON.stringify({ ...extra, ...request }), signal });
  };
}

async function refusal(response: Response): Promise<ErrorEvent> {
  const text = await response.text();
  const { message, code } = readRefusal(text);
  const retryAfter = secondsOf(response.headers.get('retry-after')?.trim());
  return createApiErrorEvent(response.status, message ?? (text || `Request failed with status ${response.status}`), {
    ...(code !== undefined && { code }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/** `Retry-After` holds seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(value: string | undefined): number | undefined {
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const untilMs = Date.parse(value) - Date.now();
  return Number.isNaN(untilMs) ? undefined : Math.max(0, Math.ceil(untilMs / 1000));
}

/** Both shapes of error bodies: `{ error: { code, message } }` and `{ error: message, code }`. */
function readRefusal(text: string): { message?: string; code?: string } {
  try {
    const body: unknown = JSON.parse(text);
    const nested = fieldsOf(fieldsOf(body).error);
    const { error, message, code } = fieldsOf(body);
    return { message: firstText(error, message, nested.message), code: firstText(code, nested.code) };
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}
