import zlib from 'node:zlib';
import type { Picture } from './picture.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The picture as a PNG of 8-bit RGB (ISO 15948). */
export function encodePng(picture: Picture, width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, true colour; compression, filter and interlace methods are the usual ones: 0.
  header[8] = 8;
  header[9] = 2;
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', zlib.deflateSync(rows(picture, width, height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each row behind a byte that says: unfiltered. */
function rows(picture: Picture, width: number, height: number): Buffer {
  const stride = 1 + width * 3;
  const bytes = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1)
      bytes.set(picture((x + 0.5) / width, (y + 0.5) / height), y * stride + 1 + x * 3);
  }
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(zlib.crc32(body), body.length + 4);
  return framed;
}
