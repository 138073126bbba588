import type { FileReference, MediaFile } from '@octavus/core';
import type { EnginePorts } from '@octavus/engine';

type Files = EnginePorts['files'];

/** Files of a local session, in memory; their addresses lead nowhere else. */
export class LocalFiles implements Files {
  readonly #ids: Pick<EnginePorts['ids'], 'file'>;
  readonly #stored = new Map<string, MediaFile>();

  constructor(ids: Pick<EnginePorts['ids'], 'file'>) {
    this.#ids = ids;
  }

  async store(
    bytes: Uint8Array,
    { mediaType, filename }: { readonly mediaType: string; readonly filename: string },
  ): Promise<FileReference> {
    const id = this.#ids.file();
    this.#stored.set(id, { bytes, mediaType });
    return { id, mediaType, url: `memory:${id}`, filename, size: bytes.length };
  }

  async read({ id }: FileReference, { maxBytes }: { readonly maxBytes: number }): ReturnType<Files['read']> {
    const file = this.#stored.get(id);
    if (!file) return { problem: 'a local run reads its own files only.' };
    return file.bytes.length > maxBytes ? { problem: 'it is too large.' } : { file };
  }

  /** The bytes of a file that the run was given or made. */
  find(id: string): MediaFile | undefined {
    return this.#stored.get(id);
  }
}
