import { wireVersion } from './constants.ts';

/** A key, or a function that gives the current one; it is called for every request, so keys may rotate. */
export type ApiKeyProvider = string | (() => string | Promise<string>);

/** Which callback of the application threw. */
export interface CallbackErrorContext {
  callback: 'Resource.onUpdate' | 'onSessionCreated' | 'onToolResultTruncated';
}

/** What all streaming calls of one client share. */
export interface StreamOptions {
  /** Retries of a streaming request that met a busy server or a broken connection. Default 2; 0 disables. */
  maxRetries?: number;
  /** How long a stream may be silent, connecting included, in milliseconds. Default 60 000; 0 disables. */
  streamIdleTimeoutMs?: number;
  /** Largest body that carries tool results, in bytes. Default 4 MiB; bigger results are cut, see `enforceToolResultsSize`. */
  maxContinuationBytes?: number;
  /**
   * What follows when a stream breaks off without an end: nothing (`silent`, the default), or an `error` event with the code
   * `STREAM_INTERRUPTED`, retryable.
   */
  streamDrop?: 'silent' | 'error';
  /** Receives what callbacks throw; nothing they throw disturbs a stream. */
  onCallbackError?: (error: unknown, context: CallbackErrorContext) => void;
  /** In place of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** How to reach a server. */
export interface OctavusClientConfig<Key extends ApiKeyProvider | undefined = ApiKeyProvider | undefined>
  extends StreamOptions {
  /** Such as `http://localhost:6282`. */
  baseUrl: string;
  /** Without a key no `Authorization` header is sent. */
  apiKey?: Key;
  /** Asks the server to log what it sends to models. */
  traceModelRequests?: boolean;
  /** Limit of every call that does not stream, in milliseconds. Default none. */
  timeoutMs?: number;
}

export type RequestHeaders = Record<string, string>;

/** Where and how requests go. `OctavusClient` is one; `AgentSession` takes any. */
export interface ApiConfig extends StreamOptions {
  baseUrl: string;
  getHeaders(): RequestHeaders | Promise<RequestHeaders>;
  timeoutMs?: number;
}

/** Headers of every request; a promise only when the key comes from a function. */
export function requestHeaders(config: OctavusClientConfig): RequestHeaders | Promise<RequestHeaders> {
  const { apiKey, traceModelRequests } = config;
  const toHeaders = (key: string | undefined): RequestHeaders => ({
    'Content-Type': 'application/json',
    'X-Octavus-Sdk-Version': wireVersion,
    ...(key ? { Authorization: `Bearer ${key}` } : {}),
    ...(traceModelRequests ? { 'X-Octavus-Trace': 'true' } : {}),
  });
  return typeof apiKey === 'function' ? Promise.resolve(apiKey()).then(toHeaders) : toHeaders(apiKey);
}

/** @throws TypeError for a base URL that is none, as a forgotten variable of the environment gives. */
export function baseUrlOf({ baseUrl }: { baseUrl: string }): string {
  if (typeof baseUrl === 'string') return baseUrl.replace(/\/$/, '');
  throw new TypeError(`baseUrl must be the address of a server, such as http://localhost:6282, not ${baseUrl}`);
}

/** What `OctavusClient.fromEnv` reads. */
export function configFromEnv(
  env: Readonly<Record<string, string | undefined>>,
): OctavusClientConfig<string | undefined> {
  return {
    baseUrl: env.OCTAVUS_API_URL || env.OCTAVUS_BASE_URL || 'http://localhost:6282',
    apiKey: env.OCTAVUS_API_KEY || undefined,
  };
}
