import type { MediaFile } from '@octavus/core';
import type { FittedImage, Images } from '@octavus/engine';
import type { Logger } from '../logging.ts';

/** Pixels of an image at most: a small file can hold a picture that fills the memory (ours). */
const maxPixels = 100_000_000;
const timeoutSeconds = 20;

/** Scales images with sharp, which is loaded with the first one. */
export function createImages(logger: Logger): Images {
  return {
    async fit(image, maxDimension) {
      try {
        return await fit(image, maxDimension);
      } catch (cause) {
        logger.warn(
          { err: cause, mediaType: image.mediaType },
          'An image could not be scaled and goes to the model as it is',
        );
        return undefined;
      }
    },
  };
}

async function fit(image: MediaFile, maxDimension: number): Promise<FittedImage> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(image.bytes, { limitInputPixels: maxPixels });
  const { autoOrient: original } = await picture.metadata();
  if (Math.max(original.width, original.height) <= maxDimension) {
    return { file: image, original, delivered: original };
  }
  const scaled = await picture
    .autoOrient()
    .resize({ width: maxDimension, height: maxDimension, fit: 'inside' })
    .timeout({ seconds: timeoutSeconds })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = scaled.info;
  return { file: { mediaType: image.mediaType, bytes: scaled.data }, original, delivered: { width, height } };
}
