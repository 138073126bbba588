import { type FileReference, type MediaFile, sniffImageMediaType } from '@octavus/core';
import type { Run } from '../execution/run.ts';
import { fileExtension } from './file-extension.ts';

/**
 * Keeps what a model made as a file of the session.
 *
 * @param name of the file, without its ending.
 */
export function storeMade(run: Run, { mediaType, bytes }: MediaFile, name: string): Promise<FileReference> {
  return run.ports.files.store(bytes, { mediaType, filename: `${name}.${fileExtension(mediaType)}` });
}

/** Keeps a file of a model's answer. A provider names its type as it likes: pictures are known by their bytes. */
export function storeSaid(run: Run, { mediaType, bytes }: MediaFile): Promise<FileReference> {
  const told = mediaType.split(';', 1)[0]!.trim().toLowerCase();
  const known = mediaTypePattern.test(told) ? told : 'application/octet-stream';
  const type = sniffImageMediaType(bytes) ?? known;
  const kind = type.slice(0, type.indexOf('/'));
  return storeMade(run, { mediaType: type, bytes }, namedKinds.has(kind) ? kind : 'file');
}

const mediaTypePattern = /^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/;
const namedKinds: ReadonlySet<string> = new Set(['image', 'audio', 'video']);
