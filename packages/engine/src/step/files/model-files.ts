import type { FileReference, ModelFilePart, ModelMedia, ModelTextPart } from '@octavus/core';

/** A file for the model: content where the model reads the type natively, else a line that tells of it (runtime-semantics.md 6.2). */
export function fileForModel(file: FileReference, reads: readonly ModelMedia[]): ModelFilePart | ModelTextPart {
  if (isText(file.mediaType)) return toModelFile(file);
  const kind = mediaKind(file.mediaType);
  if (kind !== undefined && reads.includes(kind)) return toModelFile(file);
  const note = kind === 'video' ? ' This model cannot watch videos.' : '';
  return { type: 'text', text: `${announce(file)}${note}` };
}

/** A file that the model gets no content of: its name, type, size and address. */
export function announce({ id, filename = id, mediaType, size, url }: FileReference): string {
  return `[Attached file "${filename}" (${mediaType}${size === undefined ? '' : `, ${size} bytes`}): ${url}]`;
}

export function toModelFile(file: FileReference): ModelFilePart {
  const { id, mediaType, filename, url } = file;
  return { type: 'file', mediaType, ...(filename !== undefined && { filename }), data: { url, id } };
}

export function mediaKind(mediaType: string): ModelMedia | undefined {
  if (isImage(mediaType)) return 'image';
  if (mediaType === 'application/pdf') return 'pdf';
  return mediaType.startsWith('video/') ? 'video' : undefined;
}

export function isImage(mediaType: string): boolean {
  return mediaType.startsWith('image/');
}

export function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/');
}
