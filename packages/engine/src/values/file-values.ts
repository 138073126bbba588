import type { FileReference, JsonValue } from '@octavus/core';
import { type CompiledType, coerceValue } from '@octavus/protocol';

const fileType: CompiledType = { kind: 'file' };

/** Files in a value: one, a list of them (flattened), or an address; what is none is skipped (protocol-language.md 10.5). */
export function toFiles(value: JsonValue | undefined): FileReference[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(toFiles);
  if (typeof value === 'string') return value === '' ? [] : [linkedFile(value)];
  const file = coerceValue(fileType, value);
  return file.isValid ? [file.value as unknown as FileReference] : [];
}

/** A reference to what lies at an address; its type is guessed by the end of its name. */
export function linkedFile(url: string): FileReference {
  const path = url.split(/[?#]/, 1)[0] ?? url;
  const filename = path.slice(path.lastIndexOf('/') + 1);
  const extension = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase();
  return {
    id: url,
    mediaType: mediaTypes.get(extension) ?? 'application/octet-stream',
    url,
    ...(filename && { filename }),
  };
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['ogg', 'audio/ogg'],
  ['flac', 'audio/flac'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
  ['webm', 'video/webm'],
]);
