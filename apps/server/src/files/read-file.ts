import type { FileReference, MediaFile } from '@octavus/core';
import type { GuardedDownload } from '../net/guarded-download.ts';
import type { StoredFile } from '../storage/storage.ts';
import { essenceOf } from './file-names.ts';
import { isFileId } from './references.ts';
import type { FileStore } from './stores/store.ts';

export interface ReadLimits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** A file in memory, or a sentence on why it cannot be had. */
export type ReadFile = { readonly file: MediaFile } | { readonly problem: string };

export interface ReadFileOptions extends ReadLimits {
  readonly store: FileStore;
  readonly download: GuardedDownload;
  /** The file of this id, when it is within reach and its bytes are there. */
  find(fileId: string): Promise<StoredFile | undefined>;
  /** The file that this address was given out for, while it is valid: whoever has the address may read the file. */
  fileOfAddress(url: string): string | undefined;
}

/**
 * The bytes behind a reference: of a file of ours, of a `data:` URL, or of what lies at an address elsewhere. Never rejects.
 *
 * A file of ours is known by the reference's id, which was checked when the reference was accepted, or by an address that we signed. What
 * only looks like an address of ours could be written by anybody.
 */
export async function readFile(reference: FileReference, options: ReadFileOptions): Promise<ReadFile> {
  try {
    if (reference.url.startsWith('data:')) return readDataUrl(reference.url, options);
    const fileId = isFileId(reference.id) ? reference.id : options.fileOfAddress(reference.url);
    const file = fileId === undefined ? undefined : await options.find(fileId);
    if (file) return await readStored(file, options);
    if (isFileId(reference.id)) return { problem: 'there is no such file in this project.' };
    return await readElsewhere(reference, options);
  } catch {
    return { problem: 'the file store does not answer.' };
  }
}

async function readStored(file: StoredFile, { store, maxBytes, signal }: ReadFileOptions): Promise<ReadFile> {
  if (file.sizeBytes > maxBytes) return { problem: `it is larger than ${maxBytes} bytes.` };
  await using content = await store.open(file.id);
  if (!content) return { problem: 'its bytes are gone.' };
  const chunks: Buffer[] = [];
  for await (const chunk of content.read() as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    chunks.push(chunk);
  }
  return { file: { mediaType: file.mediaType, bytes: Buffer.concat(chunks) } };
}

function readDataUrl(url: string, { maxBytes }: ReadFileOptions): ReadFile {
  const [, type = '', base64, data = ''] = /^data:([^;,]*)(?:;[^;,]*)*?(;base64)?,(.*)$/s.exec(url) ?? [];
  const bytes = base64 ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data));
  if (bytes.length === 0) return { problem: 'its data: URL holds nothing.' };
  if (bytes.length > maxBytes) return { problem: `it is larger than ${maxBytes} bytes.` };
  return { file: { mediaType: type.toLowerCase() || 'text/plain', bytes } };
}

async function readElsewhere(reference: FileReference, options: ReadFileOptions): Promise<ReadFile> {
  const found = await options.download(reference.url, options);
  if ('problem' in found) return found;
  const { bytes, mediaType } = found;
  const isTelling = mediaType !== undefined && mediaType !== 'application/octet-stream';
  return { file: { mediaType: isTelling ? mediaType : essenceOf(reference.mediaType), bytes } };
}
