import type { FileReference, MediaFile } from '@octavus/core';
import { validationFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';

/** Largest files that go to a media model, in bytes. */
export const mediaLimits = { image: 25 * 1024 * 1024, sound: 100 * 1024 * 1024 } as const;

/**
 * Fetches a file for a media model.
 *
 * @throws ExecutionFailure `validation_error` when it cannot be read or is too large.
 */
export async function readFile(run: Run, file: FileReference, maxBytes: number): Promise<MediaFile> {
  const read = await run.ports.files.read(file, { signal: run.signal, maxBytes });
  if ('problem' in read) {
    throw validationFailure(`The file "${file.filename ?? file.id.slice(0, 200)}" cannot be used: ${read.problem}`);
  }
  return read.file;
}

/** Images to edit or to start from. */
export async function readImages(run: Run, files: readonly FileReference[]): Promise<readonly MediaFile[]> {
  const images: MediaFile[] = [];
  for (const file of files) {
    const image = await readFile(run, file, mediaLimits.image);
    if (!image.mediaType.startsWith('image/')) {
      const name = file.filename ?? file.id.slice(0, 200);
      throw validationFailure(`The file "${name}" cannot be used as an image: it is of type ${image.mediaType}`);
    }
    images.push(image);
  }
  return images;
}
