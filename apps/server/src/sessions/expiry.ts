import type { SessionRow } from '../storage/storage.ts';

/** Whether the session's state is out of reach (runtime-semantics.md 15): decided when asked, so no sweeper has to be on time. */
export function isExpired(
  row: Pick<SessionRow, 'kind' | 'status' | 'execution' | 'lastActivityAt'>,
  options: { readonly now: number; readonly ttlMs: number },
): boolean {
  if (row.status === 'expired') return true;
  if (row.kind === 'thread') return false;
  return row.execution?.status !== 'running' && options.now - row.lastActivityAt >= options.ttlMs;
}
