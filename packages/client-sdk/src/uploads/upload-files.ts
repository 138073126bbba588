import type { FileReference } from '@octavus/core';
import { putFile } from './put-file.ts';
import type { UploadSettings } from './upload-settings.ts';

/** Where the files of a request go, and where they can be read from; in the order of the request. */
export interface UploadUrlsResponse {
  files: { id: string; uploadUrl: string; downloadUrl: string }[];
}

/** Asks your server for upload addresses. */
export type RequestUploadUrls = (
  files: { filename: string; mediaType: string; size: number }[],
) => Promise<UploadUrlsResponse>;

export interface UploadFilesOptions extends UploadSettings {
  requestUploadUrls: RequestUploadUrls;
  /** @param percent 0 to 100; begins again at 0 when an attempt is repeated. */
  onProgress?: (fileIndex: number, percent: number) => void;
  /** Ends the upload: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Uploads files to signed addresses and returns references for a message or an input, in the same order.
 *
 * @throws when addresses are missing, or one file could not be uploaded; files that were uploaded before stay.
 */
export async function uploadFiles(
  files: FileList | readonly (File | Blob)[],
  options: UploadFilesOptions,
): Promise<FileReference[]> {
  const described = Array.from(files, describeFile);
  if (described.length === 0) return [];
  const { files: places } = await options.requestUploadUrls(
    described.map(({ filename, mediaType, size }) => ({ filename, mediaType, size })),
  );
  if (places.length < described.length) {
    throw new Error(`Upload addresses for ${described.length} files were asked for, ${places.length} came`);
  }
  return abortTogether(options.signal, (signal) =>
    inParallel(options.concurrency ?? 1, described, async ({ file, filename, mediaType, size }, index) => {
      const { id, uploadUrl, downloadUrl } = places[index] as UploadUrlsResponse['files'][number];
      const onProgress = (percent: number) => options.onProgress?.(index, percent);
      await putFile({ ...options, file, url: uploadUrl, name: filename, mediaType, signal, onProgress });
      return { id, mediaType, url: downloadUrl, filename, size };
    }),
  );
}

function describeFile(file: File | Blob) {
  const filename = 'name' in file ? file.name : 'file';
  return { file, filename, mediaType: file.type || 'application/octet-stream', size: file.size };
}

/** Runs work whose parts end together: when the caller aborts, and when one of them fails. */
async function abortTogether<Result>(
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const inner = new AbortController();
  const abort = () => inner.abort(outer?.reason);
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort);
  try {
    return await run(inner.signal);
  } finally {
    outer?.removeEventListener('abort', abort);
    inner.abort();
  }
}

/** Runs a job for every item, a number of them at a time, and keeps the order of the results. */
async function inParallel<Item, Result>(
  limit: number,
  items: readonly Item[],
  run: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await run(item, index);
  };
  await Promise.all(Array.from({ length: Math.max(1, limit) }, lane));
  return results;
}
