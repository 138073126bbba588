import {
  base64ByteLength,
  extensionForMediaType,
  type FileReference,
  findInlineMediaParts,
  generateId,
  type InlineMediaPart,
  inlineMediaType,
  isInlineMediaPart,
  NOT_A_VALID_IMAGE_NOTE,
  sniffImageMediaType,
  type ToolResult,
} from '@octavus/core';
import type { FilesApi } from '../api/files.ts';

const uploadFailed = 'Upload failed';

/** A file to be uploaded, and what becomes of its place in the result. */
interface Upload {
  filename: string;
  mediaType: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** What stands in the result instead; `url` when the upload went well. */
  replace: (url: string | undefined) => unknown;
  /** Whether the model may look at it. */
  isListed: boolean;
}

/**
 * For `onToolResults`: uploads pictures, sounds and other bytes that tools return inline, as MCP servers do, and puts links in their
 * place. Real images also become `files` of the result, which the model sees. Results for variables stay as they are.
 *
 * Never throws for a failed upload: the part then says so. Base64 never stays.
 */
export async function normalizeToolResultMedia(
  results: ToolResult[],
  filesApi: FilesApi,
  sessionId: string,
): Promise<void> {
  await Promise.all(
    results.map(async (result) => {
      const location = result.outputVariable === undefined ? findInlineMediaParts(result.result) : null;
      if (!location) return;
      const uploads = location.parts.map((part) => (isInlineMediaPart(part) ? toMediaUpload(part) : undefined));
      const replaced = await uploadAll(result, uploads, filesApi, sessionId);
      result.result = location.rebuild(location.parts.map((part, index) => (uploads[index] ? replaced[index] : part)));
    }),
  );
}

/** A file as tools return it under `outputFiles`. */
interface OutputFile {
  name: string;
  mediaType: string;
  size: number;
  contentBase64: string;
  path?: string;
}

/** For `onToolResults`: uploads the files under `outputFiles` of results, as device tools return them, and lists them as `files`. */
export async function normalizeToolResultOutputFiles(
  results: ToolResult[],
  filesApi: FilesApi,
  sessionId: string,
): Promise<void> {
  await Promise.all(
    results.map(async (result) => {
      const value = result.result;
      if (result.outputVariable !== undefined || !hasOutputFiles(value)) return;
      const uploads = value.outputFiles.map((file) => (isOutputFile(file) ? toFileUpload(file) : undefined));
      if (uploads.every((upload) => upload === undefined)) return;
      const replaced = await uploadAll(result, uploads, filesApi, sessionId);
      const outputFiles = value.outputFiles.map((file, index) => (uploads[index] ? replaced[index] : file));
      result.result = { ...value, outputFiles };
    }),
  );
}

function toMediaUpload(part: InlineMediaPart): Upload {
  const bytes = decodeBase64(part.data);
  const sniffed = part.type === 'image' && bytes ? sniffImageMediaType(bytes) : undefined;
  const mediaType = sniffed ?? inlineMediaType(part);
  const isFalseImage = part.type === 'image' && sniffed === undefined;
  const shown = { type: part.type, mediaType, size: bytes?.length ?? base64ByteLength(part.data) };
  return {
    filename: `${part.type}-${generateId()}.${extensionForMediaType(mediaType)}`,
    mediaType,
    bytes: bytes ?? new Uint8Array(0),
    isListed: sniffed !== undefined,
    replace: (url) => {
      if (url === undefined) return { ...shown, error: uploadFailed };
      return { ...shown, url, ...(isFalseImage && { error: NOT_A_VALID_IMAGE_NOTE }) };
    },
  };
}

function toFileUpload({ name, mediaType, size, contentBase64, path }: OutputFile): Upload {
  const shown = { name, ...(path !== undefined && { path }), mediaType, size };
  return {
    filename: name,
    mediaType,
    bytes: decodeBase64(contentBase64) ?? new Uint8Array(0),
    isListed: true,
    replace: (url) => (url === undefined ? { ...shown, error: uploadFailed } : { ...shown, url }),
  };
}

/** Uploads what there is, all at once. @returns what stands in each place. */
async function uploadAll(
  result: ToolResult,
  uploads: readonly (Upload | undefined)[],
  filesApi: FilesApi,
  sessionId: string,
): Promise<unknown[]> {
  const present = uploads.filter((upload) => upload !== undefined);
  const files = await Promise.all(await openUploads(present, filesApi, sessionId).then((opened) => opened.map(put)));
  const listed = files.filter((file, index) => file !== undefined && present[index]?.isListed);
  if (listed.length > 0) result.files = [...(result.files ?? []), ...(listed as FileReference[])];
  const urls = new Map(present.map((upload, index) => [upload, files[index]?.url]));
  return uploads.map((upload) => upload?.replace(urls.get(upload)));
}

type OpenedUpload = { upload: Upload; target?: { id: string; uploadUrl: string; downloadUrl: string } };

async function openUploads(uploads: Upload[], filesApi: FilesApi, sessionId: string): Promise<OpenedUpload[]> {
  // Bytes that could not be decoded, and empty files, which the server refuses.
  const sendable = uploads.filter((upload) => upload.bytes.length > 0);
  const asked = sendable.map(({ filename, mediaType, bytes }) => ({ filename, mediaType, size: bytes.length }));
  const answer = asked.length === 0 ? undefined : await filesApi.getUploadUrls(sessionId, asked).catch(() => undefined);
  const targets = new Map(sendable.map((upload, index) => [upload, answer?.files[index]]));
  return uploads.map((upload) => ({ upload, target: targets.get(upload) }));
}

async function put({ upload, target }: OpenedUpload): Promise<FileReference | undefined> {
  if (!target) return undefined;
  const { mediaType, bytes, filename } = upload;
  const init = { method: 'PUT', headers: { 'Content-Type': mediaType }, body: bytes };
  const response = await fetch(target.uploadUrl, init).catch(() => undefined);
  if (!response?.ok) return undefined;
  return { id: target.id, mediaType, url: target.downloadUrl, filename, size: bytes.length };
}

function hasOutputFiles(value: unknown): value is { outputFiles: unknown[] } {
  return typeof value === 'object' && value !== null && 'outputFiles' in value && Array.isArray(value.outputFiles);
}

function isOutputFile(value: unknown): value is OutputFile {
  if (typeof value !== 'object' || value === null) return false;
  const { name, mediaType, contentBase64 } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof mediaType === 'string' && typeof contentBase64 === 'string';
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
