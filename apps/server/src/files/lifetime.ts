import { fileLimits } from '@octavus/core';
import { isExpired } from '../sessions/expiry.ts';
import type { DueFile } from '../storage/storage.ts';

/** How long files outlive their session (http-api.md 7.3). */
export const keptAfterExpiryMs = 7 * 24 * 60 * 60 * 1000;

/** An upload that began just before its address expired may still be on its way. */
const uploadGraceMs = 15 * 60 * 1000;

/** When an upload whose address is made now is looked at, in milliseconds since the epoch. */
export function checkOfUpload(now: number): number {
  return now + fileLimits.uploadUrlSeconds * 1000 + uploadGraceMs;
}

/**
 * When a file that its session still needs is looked at next. A session that expires before that is noticed no later than its files
 * have to go.
 */
export function checkOfFile(now: number): number {
  return now + keptAfterExpiryMs;
}

/** When the files of a session have to go, or undefined while it lives. */
export function endOfFiles(
  session: DueFile['session'],
  options: { readonly now: number; readonly ttlMs: number },
): number | undefined {
  if (!isExpired(session, options)) return undefined;
  const { status, updatedAt, lastActivityAt } = session;
  const expiredAt = status === 'expired' ? Math.max(updatedAt, lastActivityAt) : lastActivityAt + options.ttlMs;
  return expiredAt + keptAfterExpiryMs;
}
