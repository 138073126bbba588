import { isDeepStrictEqual } from 'node:util';
import type { LogEntry } from '@octavus/core';
import type { Change } from '@octavus/engine';

/** What the entries of one commit have in common is written once: nearly all share their moment and the beginning of their ids. */
interface StoredLog {
  /** An entry without an id has this followed by its sequence number. */
  readonly stem: string;
  /** The time of entries without one. */
  readonly at: string;
  /** Fields that say what a change of the same commit says hold its number (`saidBy`). */
  readonly isShared?: true;
  readonly entries: readonly StoredEntry[];
}

interface StoredEntry {
  readonly type: string;
  readonly id?: string;
  readonly timestamp?: string;
  readonly sequence?: number;
  readonly [field: string]: unknown;
}

/** What a log says that its changes say, too, by the type of the entry. No value of these fields is a number by itself. */
const sharedFields: Readonly<Record<string, string>> = {
  trigger: 'triggerInput',
  message: 'content',
  'llm-response': 'response',
};

/**
 * The text of a journal row's log: a plain turn takes half of what its entries take as JSON.
 *
 * @param changes of the same row: what they say is not written again.
 */
export function encodeLog(log: readonly LogEntry[], changes: readonly Change[]): string {
  const [first] = log;
  if (!first) return '[]';
  const stem = first.id.slice(0, first.id.length - String(first.sequence).length);
  const at = first.timestamp;
  const said = saidBy(changes);
  const references = log.map((entry) => referTo(said, entry));
  const entries = log.map(({ id, timestamp, ...entry }, index) => ({
    ...(id !== `${stem}${entry.sequence}` && { id }),
    ...(timestamp !== at && { timestamp }),
    ...entry,
    ...references[index],
  }));
  const isShared = references.some((reference) => reference !== undefined);
  return JSON.stringify({ stem, at, ...(isShared && { isShared }), entries } satisfies StoredLog);
}

function referTo(said: readonly unknown[], entry: StoredEntry): Readonly<Record<string, number>> | undefined {
  const field = sharedFields[entry.type];
  if (field === undefined) return undefined;
  const number = said.findIndex((value) => isDeepStrictEqual(value, entry[field]));
  return number === -1 ? undefined : { [field]: number };
}

/**
 * The inverse of `encodeLog`; rows of earlier releases are the plain array.
 *
 * @param changes of the same row, as they are stored.
 */
export function decodeLog(text: string, changes: string): LogEntry[] {
  const stored = JSON.parse(text) as StoredLog | LogEntry[];
  if (Array.isArray(stored)) return stored;
  const { stem, at, isShared, entries } = stored;
  const said = isShared ? saidBy(JSON.parse(changes) as Change[]) : undefined;
  return entries.map((entry) => ({
    id: `${stem}${entry.sequence}`,
    timestamp: at,
    ...entry,
    ...(said && resolve(said, entry)),
  }));
}

function resolve(said: readonly unknown[], entry: StoredEntry): Readonly<Record<string, unknown>> | undefined {
  const field = sharedFields[entry.type];
  const number = field === undefined ? undefined : entry[field];
  return field === undefined || typeof number !== 'number' ? undefined : { [field]: said[number] };
}

/** What changes say that a log says as well: the input of a trigger and the texts of messages, in their order. */
function saidBy(changes: readonly Change[]): unknown[] {
  return changes.flatMap((change): unknown[] => {
    if (change.change === 'execution-started') return [change.triggerInput];
    if (change.change !== 'message-appended') return [];
    return change.message.parts.flatMap((part) => (part.type === 'text' ? [part.content] : []));
  });
}
