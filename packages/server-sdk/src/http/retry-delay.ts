import { firstRetryDelayMs, maxRetryDelayMs, retryJitter } from '../constants.ts';

/** Seconds of a `Retry-After` header, which holds seconds or a date (RFC 9110, 10.2.3); `undefined` when absent or neither. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

/**
 * How long to wait before the next attempt, in milliseconds.
 *
 * @param attempt counts from 0.
 * @param retryAfter seconds that the server asked for; they replace the growing wait, up to its longest.
 */
export function retryDelayMs(attempt: number, retryAfter?: number): number {
  if (retryAfter !== undefined) return Math.min(retryAfter * 1000, maxRetryDelayMs);
  const delay = Math.min(firstRetryDelayMs * 2 ** attempt, maxRetryDelayMs);
  return delay * (1 - retryJitter + 2 * retryJitter * Math.random());
}
