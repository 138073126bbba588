import {
  findInlineMediaParts,
  inlineMediaType,
  isInlineMediaPart,
  type JsonValue,
  NOT_A_VALID_IMAGE_NOTE,
  sniffImageMediaType,
} from '@octavus/core';
import { fileExtension } from '../media/file-extension.ts';
import type { Files } from '../ports.ts';
import type { CallResult } from '../state/position.ts';

type File = Awaited<ReturnType<Files['store']>>;

/**
 * The results with the media in them kept as files (runtime-semantics.md 6.8): no bytes reach a model or a message.
 *
 * Each becomes a file of its call, and a link stands where it was.
 */
export async function storeInlineMedia(results: readonly CallResult[], files: Files): Promise<readonly CallResult[]> {
  return Promise.all(results.map((result) => storeOne(result, files)));
}

async function storeOne(result: CallResult, files: Files): Promise<CallResult> {
  const { outcome } = result;
  const location = 'error' in outcome ? null : findInlineMediaParts(outcome.result);
  if (!location) return result;
  const stored = await Promise.all(location.parts.map((part, index) => storePart(part, index, files)));
  const added = stored.flatMap(({ file }) => (file ? [file] : []));
  return {
    ...result,
    outcome: { result: location.rebuild(stored.map(({ replacement }) => replacement)) as JsonValue },
    ...((added.length > 0 || result.files) && { files: [...(result.files ?? []), ...added] }),
  };
}

interface StoredPart {
  readonly replacement: unknown;
  readonly file?: File;
}

async function storePart(part: unknown, index: number, files: Files): Promise<StoredPart> {
  if (!isInlineMediaPart(part)) return { replacement: part };
  const { type } = part;
  const bytes = decode(part.data);
  const sniffed = type === 'image' ? sniffImageMediaType(bytes) : undefined;
  const isFalseImage = type === 'image' && !sniffed;
  const mediaType = sniffed ?? (isFalseImage ? 'application/octet-stream' : inlineMediaType(part));
  const described = { type, mediaType, size: bytes.length };
  const filename = `${type}-${index + 1}.${fileExtension(mediaType)}`;
  const file = bytes.length > 0 ? await files.store(bytes, { mediaType, filename }).catch(() => undefined) : undefined;
  if (!file) return { replacement: { ...described, omitted: true } };
  return { replacement: { ...described, url: file.url, ...(isFalseImage && { note: NOT_A_VALID_IMAGE_NOTE }) }, file };
}

/** @returns no bytes for what is no Base64. */
function decode(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
