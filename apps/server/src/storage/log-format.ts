import type { LogEntry } from '@octavus/core';

/** What the entries of one commit have in common is written once: nearly all share their moment and the beginning of their ids. */
interface StoredLog {
  /** An entry without an id has this followed by its sequence number. */
  readonly stem: string;
  /** The time of entries without one. */
  readonly at: string;
  readonly entries: readonly StoredEntry[];
}

type StoredEntry = Omit<LogEntry, 'id' | 'timestamp'> & Partial<Pick<LogEntry, 'id' | 'timestamp'>>;

/** The text of a journal row's log, about a third shorter than the entries as JSON. */
export function encodeLog(log: readonly LogEntry[]): string {
  const [first] = log;
  if (!first) return '[]';
  const stem = first.id.slice(0, first.id.length - String(first.sequence).length);
  const at = first.timestamp;
  const entries = log.map(({ id, timestamp, ...entry }) => ({
    ...(id !== `${stem}${entry.sequence}` && { id }),
    ...(timestamp !== at && { timestamp }),
    ...entry,
  }));
  return JSON.stringify({ stem, at, entries } satisfies StoredLog);
}

/** The inverse of `encodeLog`; rows of earlier releases are the plain array. */
export function decodeLog(text: string): LogEntry[] {
  const stored = JSON.parse(text) as StoredLog | LogEntry[];
  if (Array.isArray(stored)) return stored;
  const { stem, at, entries } = stored;
  return entries.map((entry) => ({ id: `${stem}${entry.sequence}`, timestamp: at, ...entry }) as LogEntry);
}
