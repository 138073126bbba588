import type { LogEntry, TrimmedValue } from '@octavus/core';

/** Largest field and largest entry, in bytes of JSON (runtime-semantics.md 17). */
const fieldLimitBytes = 64 * 1024;
const entryLimitBytes = 256 * 1024;
/** Characters kept of each end of a field that is trimmed. */
const previewChars = 8 * 1024;

/**
 * The entry as it is stored: a field over 64 KiB, and the largest ones while the entry is over 256 KiB, are replaced by the head and
 * tail of their JSON. An entry within the limits comes back as it is.
 */
export function trimEntry(entry: LogEntry): LogEntry {
  if (isSurelySmall(entry)) return entry;
  const sizes = measureFields(entry);
  const oversized = sizes.filter(({ bytes }) => bytes > fieldLimitBytes);
  let total = sum(sizes) - sum(oversized);
  for (const field of sizes.filter((size) => !oversized.includes(size)).sort((a, b) => b.bytes - a.bytes)) {
    if (total <= entryLimitBytes) break;
    oversized.push(field);
    total -= field.bytes;
  }
  if (oversized.length === 0) return entry;
  const trimmed = oversized.map(({ key, json }) => [key, trimJson(json)]);
  return { ...entry, ...Object.fromEntries(trimmed), trimmed: true };
}

/** Most entries are: an upper bound that encodes nothing. A character is at most 6 bytes of JSON as an escape, else 3. */
function isSurelySmall(entry: LogEntry): boolean {
  let bound = 0;
  for (const value of Object.values(entry)) {
    bound += typeof value === 'string' ? value.length * 6 : (JSON.stringify(value)?.length ?? 0) * 3;
  }
  return bound <= fieldLimitBytes;
}

interface FieldSize {
  readonly key: string;
  readonly json: string;
  readonly bytes: number;
}

function measureFields(entry: LogEntry): readonly FieldSize[] {
  return Object.entries(entry).flatMap(([key, value]) => {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined ? [] : [{ key, json, bytes: byteLength(json) }];
  });
}

function trimJson(json: string): TrimmedValue {
  const head = json.slice(0, previewChars);
  const tail = json.slice(-previewChars);
  const preview = `${head}…${tail}`.toWellFormed();
  return { __trimmed: true, originalBytes: byteLength(json), keptBytes: byteLength(preview), preview };
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function sum(fields: readonly FieldSize[]): number {
  return fields.reduce((total, { bytes }) => total + bytes, 0);
}
