import { type FileReference, uploadUrlsResponseSchema } from '@octavus/core';
import type { LocalFile } from '../runs/conversation.ts';
import type { Api } from './api.ts';

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
    await api.upload(place.uploadUrl, bytes, mediaType);
    references.push({ id: place.id, mediaType, url: place.downloadUrl, filename, size: bytes.length });
  }
  return references;
}
