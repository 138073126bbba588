import type { FileReference, ModelFilePart, ModelTextPart } from '@octavus/core';

/** A file for the model: content where the model reads the type natively, else a line that tells of it (runtime-semantics.md 6.2). */
export function fileForModel(file: FileReference, provider: string): ModelFilePart | ModelTextPart {
  if (isNative(file.mediaType, provider)) return toModelFile(file);
  const name = file.filename ?? file.id;
  const size = file.size === undefined ? '' : `, ${file.size} bytes`;
  const note = file.mediaType.startsWith('video/') ? ' This model cannot watch videos.' : '';
  return { type: 'text', text: `[Attached file "${name}" (${file.mediaType}${size}): ${file.url}]${note}` };
}

export function toModelFile({ mediaType, filename, url }: FileReference): ModelFilePart {
  return { type: 'file', mediaType, ...(filename !== undefined && { filename }), data: { url } };
}

export function isImage(mediaType: string): boolean {
  return mediaType.startsWith('image/');
}

function isNative(mediaType: string, provider: string): boolean {
  if (isImage(mediaType) || mediaType === 'application/pdf' || mediaType.startsWith('text/')) return true;
  return mediaType.startsWith('video/') && provider === 'google';
}
