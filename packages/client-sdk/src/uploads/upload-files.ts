import type { FileReference } from '@octavus/core';
import { callSafely } from '../call-safely.ts';
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
 * @param files in a list; an empty one asks for nothing.
 * @throws Error when addresses are missing, or one file could not be uploaded after its retries; files that were uploaded before
 *   stay. The signal's reason, when it is aborted.
 */
export async function uploadFiles(
  files: FileList | readonly (File | Blob)[],
  options: UploadFilesOptions,
): Promise<FileReference[]> {
  const described = Array.from(files, describeFile);
  if (described.length === 0) return [];
  return abortTogether(options.signal, async (signal) => {
    const places = await askForPlaces(described, options.requestUploadUrls, signal);
    return inParallel(options.concurrency ?? 1, described, async ({ file, filename, mediaType, size }, index) => {
      const { id, uploadUrl, downloadUrl } = places[index] as Place;
      const onProgress = (percent: number) => callSafely(options.onProgress, index, percent);
      await putFile({ ...options, file, url: uploadUrl, name: filename, mediaType, signal, onProgress });
      return { id, mediaType, url: downloadUrl, filename, size };
    });
  });
}

type Described = ReturnType<typeof describeFile>;
type Place = UploadUrlsResponse['files'][number];

/** One place for every file, before anything is sent. */
async function askForPlaces(
  described: readonly Described[],
  requestUploadUrls: RequestUploadUrls,
  signal: AbortSignal,
): Promise<readonly Place[]> {
  const asked = described.map(({ filename, mediaType, size }) => ({ filename, mediaType, size }));
  const answer: unknown = await orAborted(signal, () => requestUploadUrls(asked));
  const places = (answer as Partial<UploadUrlsResponse> | null | undefined)?.files;
  if (!Array.isArray(places) || !places.every(isPlace)) {
    throw new Error(
      'requestUploadUrls() must resolve with { files: [{ id, uploadUrl, downloadUrl }] }, all of them text',
    );
  }
  if (places.length < described.length) {
    throw new Error(`Upload addresses for ${described.length} files were asked for, ${places.length} came`);
  }
  return places;
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const { id, uploadUrl, downloadUrl } = value as Partial<Record<keyof Place, unknown>>;
  return [id, uploadUrl, downloadUrl].every((field) => typeof field === 'string');
}

/** Rejects with the signal's reason as soon as it is aborted, whatever the work does. */
function orAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    Promise.resolve(work()).then(resolve, reject);
  });
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
  const lanes = Math.min(items.length, Math.max(1, Math.floor(limit) || 1));
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
