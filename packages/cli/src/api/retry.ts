import { setTimeout as delay } from 'node:timers/promises';

/** Statuses that mean nothing was accepted (http-api.md 1.5). */
const retriedStatuses: readonly number[] = [408, 429, 502, 503, 504];

const maxRetries = 2;
const longestWaitMs = 8_000;

/** Waits so many milliseconds. @throws the signal's reason when it aborts first */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Whether the request may be sent again although it may have been carried out. */
  readonly isIdempotent: boolean;
}

/**
 * Sends a request up to three times (sdk-server.md 6.3): after a connection that failed before an answer, and, where the request may be
 * repeated, after an answer that says that nothing was accepted.
 */
export async function withRetries(send: () => Promise<Response>, options: RetryOptions): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    const isLast = attempt === maxRetries;
    try {
      const response = await send();
      if (isLast || !options.isIdempotent || !retriedStatuses.includes(response.status)) return response;
      await response.body?.cancel();
      await options.wait(readRetryAfter(response) ?? backoff(attempt), options.signal);
    } catch (error) {
      if (isLast || options.signal.aborted || !mayRepeat(error, options)) throw error;
      await options.wait(backoff(attempt), options.signal);
    }
  }
}

/** Codes of connections that were never made: the server has not seen the request. */
const neverSent = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** Codes of connections that broke: the server may have carried the request out. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET']);

function mayRepeat(error: unknown, { isIdempotent }: RetryOptions): boolean {
  const code = codeOf(error);
  return code !== undefined && (neverSent.has(code) || (isIdempotent && broken.has(code)));
}

/** The system's code of a failed request; of several attempts (one per address of a host) that of the first. */
export function codeOf(error: unknown): string | undefined {
  const { cause } = error as { cause?: { code?: unknown; errors?: readonly { code?: unknown }[] } };
  const code = cause?.code ?? cause?.errors?.[0]?.code;
  return typeof code === 'string' ? code : undefined;
}

function readRetryAfter({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestWaitMs) : undefined;
}

/** 1 s doubling to 8 s, a quarter more or less. */
function backoff(attempt: number): number {
  return Math.min(1_000 * 2 ** attempt, longestWaitMs) * (0.75 + Math.random() / 2);
}

export const waitForTime: Wait = async (ms, signal) => {
  await delay(ms, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
};
