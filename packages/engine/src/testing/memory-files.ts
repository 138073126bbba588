import type { FileReference, MediaFile } from '@octavus/core';
import type { Files, Ids } from '../ports.ts';

/** Files in memory. Nothing lies elsewhere. */
export interface MemoryFiles extends Files {
  /** By id. */
  readonly stored: ReadonlyMap<string, MediaFile & { readonly filename: string }>;
}

export function memoryFiles(ids: Pick<Ids, 'file'>): MemoryFiles {
  const stored = new Map<string, MediaFile & { filename: string }>();
  return {
    stored,
    async store(bytes, { mediaType, filename }): Promise<FileReference> {
      const id = ids.file();
      stored.set(id, { bytes, mediaType, filename });
      return { id, mediaType, url: `https://files.test/${id}`, filename, size: bytes.length };
    },
    async read({ id, url }, { maxBytes }) {
      const file = stored.get(id) ?? stored.get(url.slice(url.lastIndexOf('/') + 1));
      if (!file) return { problem: 'there is no such file.' };
      return file.bytes.length > maxBytes ? { problem: 'it is too large.' } : { file };
    },
  };
}
