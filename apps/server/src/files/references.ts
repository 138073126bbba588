import { type FileReference, idPatterns } from '@octavus/core';

/** A reference to a file of ours somewhere in a JSON value. */
export interface FoundReference {
  /** Dotted, for issues. */
  readonly path: string;
  readonly reference: FileReference;
}

/** Whether an id has the form of those we give to files. */
export function isFileId(id: unknown): id is string {
  return typeof id === 'string' && idPatterns.file.test(id);
}

/** All references to files of ours in a value, wherever its type has them: a file, a list of files, a field of an object. */
export function findReferences(value: unknown, path: string): FoundReference[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isReference(value)) return [{ path, reference: value }];
  return Object.entries(value).flatMap(([key, inner]) => findReferences(inner, `${path}.${key}`));
}

/** The value with each reference replaced by what `replace` makes of it; everything else stays as it is. */
export function mapReferences(value: unknown, replace: (reference: FileReference) => FileReference): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isReference(value)) return replace(value);
  if (Array.isArray(value)) return value.map((inner) => mapReferences(inner, replace));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapReferences(inner, replace)]));
}

function isReference(value: object): value is FileReference {
  const { id, mediaType, url } = value as Partial<Record<keyof FileReference, unknown>>;
  return isFileId(id) && typeof mediaType === 'string' && typeof url === 'string';
}
