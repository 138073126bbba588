import type { Readable } from 'node:stream';
import type { StoredFile } from '../../storage/storage.ts';

/**
 * Where the bytes of files are kept, under the ids of their files. A new store is a module beside this one and a line in `index.ts`.
 *
 * Every method throws OctavusError SERVICE_UNAVAILABLE when the store does not answer or has no room.
 */
export interface FileStore extends AsyncDisposable {
  /** Addresses under which the store itself takes and gives bytes. Absent: the server signs its own and passes the bytes on. */
  readonly direct?: DirectUrls;
  /**
   * Keeps the bytes, in place of earlier ones. Readers see the earlier bytes or these, never a part; when this resolves the bytes survive
   * the power going off. When `bytes` throws, its error comes out and nothing has changed.
   */
  write(file: FileToWrite, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly etag: string }>;
  /** @returns undefined when nothing was ever written, or it was removed. */
  open(fileId: string): Promise<OpenFile | undefined>;
  /** Does nothing when there is no such file. */
  remove(fileId: string): Promise<void>;
  /** Removes what writes that were cut off before the given moment, in milliseconds since the epoch, have left behind. */
  removeLeftovers(before: number): Promise<void>;
  /** Resolves when the store can be used; rejects with the reason of the store itself. */
  check(): Promise<void>;
}

export type FileToWrite = Pick<StoredFile, 'id' | 'mediaType' | 'sizeBytes'>;

/** The bytes that were there when the file was opened. Dispose it, unless it is read: the end of that stream closes it. */
export interface OpenFile extends AsyncDisposable {
  readonly sizeBytes: number;
  /** With its quotes; another one as soon as the bytes are replaced. */
  readonly etag: string;
  /** Callable once. Reads all, or the bytes from `start` to `end`, both included. */
  read(range?: ByteRange): Readable;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Addresses that anybody may use until they expire; times in seconds from the moment of the call. */
export interface DirectUrls {
  /** Where all of them begin: scheme, host and port. */
  origin(): Promise<string>;
  /** For a PUT of exactly `sizeBytes` bytes with exactly this content type. */
  uploadUrl(
    file: Pick<StoredFile, 'id' | 'sizeBytes'>,
    options: { readonly contentType: string; readonly seconds: number },
  ): Promise<string>;
  /** For GET, with the `Content-Disposition` and `Content-Type` that the answer is to have, whatever was uploaded. */
  downloadUrl(
    file: Pick<StoredFile, 'id'>,
    options: { readonly disposition: string; readonly contentType: string; readonly seconds: number },
  ): Promise<string>;
}
