import {
  base64ByteLength,
  extensionForMediaType,
  type FileReference,
  fileLimits,
  findInlineMediaParts,
  generateId,
  type InlineMediaPart,
  inlineMediaType,
  isInlineMediaPart,
  NOT_A_VALID_IMAGE_NOTE,
  sniffImageMediaType,
  type ToolResult,
} from '@octavus/core';
import { configOfFiles, type FilesApi, type FileUploadInfo } from '../api/files.ts';
import { timerMs } from '../http/abortable.ts';
import { ApiError } from '../http/api-error.ts';

const uploadFailed = 'Upload failed';

/** What one request for addresses may ask for (HTTP spec 7.1). */
const { filesPerRequest, requestBytes: bytesPerRequest } = fileLimits;

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
 *
 * @param results changed in place.
 * @param filesApi `client.files`.
 * @param sessionId whose files they become.
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

/** A file as tools return it under `outputFiles`; all but the content may be missing or wrong. */
interface OutputFile {
  name?: unknown;
  mediaType?: unknown;
  size?: unknown;
  contentBase64: string;
  path?: unknown;
}

/**
 * For `onToolResults`: uploads the files under `outputFiles` of results, as device tools return them, puts links in their place, and
 * lists them as `files`. Results for variables stay as they are.
 *
 * Never throws for a failed upload: the file then says so. Base64 never stays.
 *
 * @param results changed in place.
 * @param filesApi `client.files`.
 * @param sessionId whose files they become.
 */
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

function toFileUpload(file: OutputFile): Upload {
  const bytes = decodeBase64(file.contentBase64);
  const filename = textOr(file.name, 'file');
  const mediaType = textOr(file.mediaType, 'application/octet-stream');
  const size = typeof file.size === 'number' ? file.size : (bytes?.length ?? base64ByteLength(file.contentBase64));
  const shown = { name: filename, ...(file.path !== undefined && { path: file.path }), mediaType, size };
  return {
    filename,
    mediaType,
    bytes: bytes ?? new Uint8Array(0),
    isListed: true,
    replace: (url) => (url === undefined ? { ...shown, error: uploadFailed } : { ...shown, url }),
  };
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** Uploads what there is, all at once. @returns what stands in each place. */
async function uploadAll(
  result: ToolResult,
  uploads: readonly (Upload | undefined)[],
  filesApi: FilesApi,
  sessionId: string,
): Promise<unknown[]> {
  const present = uploads.filter((upload) => upload !== undefined);
  // Without bytes that could not be decoded, and without empty files, which the server refuses.
  const batches = batchesOf(present.filter((upload) => upload.bytes.length > 0));
  const stored = await Promise.all(batches.map((batch) => storeBatch(batch, filesApi, sessionId)));
  const files = new Map(stored.flat());
  const listed = present.filter((upload) => upload.isListed).map((upload) => files.get(upload));
  const real = listed.filter((file) => file !== undefined);
  if (real.length > 0) result.files = [...(result.files ?? []), ...real];
  return uploads.map((upload) => upload?.replace(files.get(upload)?.url));
}

/** In groups that one request for addresses may ask for. */
function batchesOf(uploads: readonly Upload[]): Upload[][] {
  const batches: Upload[][] = [];
  let bytes = 0;
  for (const upload of uploads) {
    const batch = batches.at(-1);
    bytes += upload.bytes.length;
    if (batch && batch.length < filesPerRequest && bytes <= bytesPerRequest) batch.push(upload);
    else {
      batches.push([upload]);
      bytes = upload.bytes.length;
    }
  }
  return batches;
}

type StoredUpload = [upload: Upload, file: FileReference | undefined];

async function storeBatch(batch: Upload[], filesApi: FilesApi, sessionId: string): Promise<StoredUpload[]> {
  const asked = batch.map(({ filename, mediaType, bytes }) => ({ filename, mediaType, size: bytes.length }));
  const { targets, failure } = await filesApi.getUploadUrls(sessionId, asked).then(
    ({ files }) => ({ targets: files, failure: undefined }),
    (error: unknown) => ({ targets: [], failure: error }),
  );
  // One file that the server does not take must not cost the others theirs.
  if (isRefusal(failure) && batch.length > 1) {
    const alone = await Promise.all(batch.map((upload) => storeBatch([upload], filesApi, sessionId)));
    return alone.flat();
  }
  return Promise.all(
    batch.map(async (upload, index): Promise<StoredUpload> => [upload, await put(upload, targets[index], filesApi)]),
  );
}

function isRefusal(failure: unknown): boolean {
  return failure instanceof ApiError && (failure.status === 400 || failure.status === 413);
}

async function put(
  upload: Upload,
  target: FileUploadInfo | undefined,
  filesApi: FilesApi,
): Promise<FileReference | undefined> {
  if (!target) return undefined;
  const { mediaType, bytes, filename } = upload;
  const { fetch = globalThis.fetch, timeoutMs } = configOfFiles(filesApi);
  const signal = timeoutMs === undefined ? undefined : AbortSignal.timeout(timerMs(timeoutMs));
  const init = { method: 'PUT', headers: { 'Content-Type': mediaType }, body: bytes, signal };
  const response = await fetch(target.uploadUrl, init).catch(() => undefined);
  // An answer that nobody reads keeps its connection.
  await response?.body?.cancel().catch(() => undefined);
  if (!response?.ok) return undefined;
  return { id: target.id, mediaType, url: target.downloadUrl, filename, size: bytes.length };
}

function hasOutputFiles(value: unknown): value is { outputFiles: unknown[] } {
  return typeof value === 'object' && value !== null && 'outputFiles' in value && Array.isArray(value.outputFiles);
}

function isOutputFile(value: unknown): value is OutputFile {
  return (
    typeof value === 'object' && value !== null && 'contentBase64' in value && typeof value.contentBase64 === 'string'
  );
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
