import { describe, expect, test } from 'vitest';
import {
  base64ByteLength,
  findInlineMediaParts,
  inlineMediaType,
  isInlineMediaPart,
  stripInlineMediaData,
} from './inline-media.ts';
import { extensionForMediaType, sniffImageMediaType } from './media-types.ts';

const image = { type: 'image', data: 'AAAA' } as const;
const text = { type: 'text', text: 'x' };

describe('inline media', () => {
  test('a part has a kind and Base64 data', () => {
    expect([image, { type: 'video', data: 'A' }, { type: 'blob', data: 7 }, null].map(isInlineMediaPart)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(inlineMediaType(image)).toBe('image/png');
    expect(inlineMediaType({ type: 'audio', data: '' })).toBe('application/octet-stream');
    expect(inlineMediaType({ ...image, mimeType: 'image/gif' })).toBe('image/gif');
    for (const mimeType of ['', null, 7])
      expect(inlineMediaType({ ...image, mimeType: mimeType as never })).toBe('image/png');
  });

  test('is found in an array and under content, and goes back where it was', () => {
    expect(findInlineMediaParts([text, image])?.rebuild([1])).toEqual([1]);
    expect(findInlineMediaParts({ content: [image], isError: false })?.rebuild([1])).toEqual({
      content: [1],
      isError: false,
    });
    for (const result of [[text], { content: [text] }, { content: image }, image, 'x', null, undefined]) {
      expect(findInlineMediaParts(result)).toBeNull();
    }
  });

  test('is replaced by what it was and how big', () => {
    const result = { content: [text, { ...image, data: 'AAAAAA==' }] };
    expect(stripInlineMediaData(result)).toEqual({
      content: [text, { type: 'image', mediaType: 'image/png', size: 4, omitted: true }],
    });
    const plain = { content: [text] };
    expect(stripInlineMediaData(plain)).toBe(plain);
  });

  test('the length of Base64 is that of the bytes', () => {
    for (let length = 0; length < 20; length += 1) {
      expect(base64ByteLength(Buffer.alloc(length).toString('base64'))).toBe(length);
    }
  });
});

describe('media types', () => {
  const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

  test.each([
    ['\x89PNG\r\n\x1a\n…', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['GIF87a', 'image/gif'],
    ['GIF89a', 'image/gif'],
    ['RIFF1234WEBPVP8 ', 'image/webp'],
    ['RIFF1234WAVE', undefined],
    ['\x89PNG', undefined],
    ['GIF88a', undefined],
    ['', undefined],
  ])('%j is %s', (start, mediaType) => {
    expect(sniffImageMediaType(bytes(start))).toBe(mediaType);
  });

  test('have an extension, bin when unknown', () => {
    expect(
      ['image/jpeg', 'image/svg+xml', 'audio/mpeg', 'video/quicktime', 'x/y', 'text/csv', 'constructor'].map(
        extensionForMediaType,
      ),
    ).toEqual(['jpg', 'svg', 'mp3', 'mov', 'bin', 'bin', 'bin']);
  });
});
