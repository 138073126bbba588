import pino from 'pino';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createImages } from './images.ts';

const images = createImages(pino({ level: 'silent' }));

async function picture(format: 'png' | 'jpeg' | 'webp' | 'gif', width: number, height: number) {
  const blank = sharp({ create: { width, height, channels: 3, background: '#2e7d32' } });
  return { mediaType: `image/${format}`, bytes: await blank.toFormat(format).toBuffer() };
}

describe('[rt.guard.image-dimension] images', () => {
  test.each(['png', 'jpeg', 'webp', 'gif'] as const)(
    'a %s that is too large keeps its format and its shape',
    async (format) => {
      const fitted = await images.fit(await picture(format, 400, 100), 200);
      expect(fitted).toMatchObject({ original: { width: 400, height: 100 }, delivered: { width: 200, height: 50 } });
      expect(fitted?.file.mediaType).toBe(`image/${format}`);
      expect(await sharp(fitted?.file.bytes).metadata()).toMatchObject({ format, width: 200, height: 50 });
    },
  );

  test('one that fits is the very same file', async () => {
    const small = await picture('png', 200, 30);
    expect((await images.fit(small, 200))?.file).toBe(small);
  });

  test('one that lies on its side is turned upright before it is measured', async () => {
    const { bytes } = await picture('jpeg', 400, 100);
    const turned = await sharp(bytes).withMetadata({ orientation: 6 }).toBuffer();
    const fitted = await images.fit({ mediaType: 'image/jpeg', bytes: turned }, 200);
    expect(fitted).toMatchObject({ original: { width: 100, height: 400 }, delivered: { width: 50, height: 200 } });
  });

  test('what is no picture is left to others', async () => {
    const text = { mediaType: 'image/png', bytes: Buffer.from('a fern') };
    expect(await images.fit(text, 200)).toBeUndefined();
  });
});
