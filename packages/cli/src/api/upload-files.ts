import { type FileReference, uploadUrlsResponseSchema } from '@octavus/core';
import { CliFailure } from '../failures.ts';
import type { LocalFile } from '../runs/conversation.ts';
import type { Api } from './api.ts';
import { readFailure } from './read-answer.ts';

/**
 * Uploads files of a session: asks for signed addresses, then puts the bytes there.
 *
 * @returns references, in the order of the files.
 */
export async function uploadFiles(api: Api, sessionId: string, files: readonly LocalFile[]): Promise<FileReference[]> {
  const wanted = files.map(({ filename, mediaType, bytes }) => ({ filename, mediaType, size: bytes.length }));
  const { files: places } = await api.request('POST', '/api/files/upload-urls', {
    body: { sessionId, files: wanted },
    schema: uploadUrlsResponseSchema,
  });
  const references: FileReference[] = [];
  for (const [index, place] of places.entries()) {
    const { filename, mediaType, bytes } = files[index]!;
    await put(place.uploadUrl, files[index]!);
    references.push({ id: place.id, mediaType, url: place.downloadUrl, filename, size: bytes.length });
  }
  return references;
}

async function put(url: string, { filename, mediaType, bytes }: LocalFile): Promise<void> {
  const body = new Uint8Array(bytes);
  const response = await fetch(url, { method: 'PUT', headers: { 'content-type': mediaType }, body }).catch((cause) => {
    throw new CliFailure('NETWORK_ERROR', `${filename} could not be uploaded to ${new URL(url).host}`, { cause });
  });
  if (!response.ok) throw await readFailure(response);
  await response.body?.cancel();
}
