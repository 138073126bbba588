/** What bytes are by their first few; `undefined` for anything but the media types that models make. */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  return signatures.find(([, isOne]) => isOne(bytes))?.[0];
}

const signatures: readonly (readonly [mediaType: string, isOne: (bytes: Uint8Array) => boolean])[] = [
  ['image/png', (bytes) => has(bytes, 0, '\u0089PNG')],
  ['image/jpeg', (bytes) => has(bytes, 0, '\u00ff\u00d8\u00ff')],
  ['image/gif', (bytes) => has(bytes, 0, 'GIF8')],
  ['image/webp', (bytes) => has(bytes, 0, 'RIFF') && has(bytes, 8, 'WEBP')],
  ['image/avif', (bytes) => has(bytes, 4, 'ftypavif')],
  ['audio/wav', (bytes) => has(bytes, 0, 'RIFF') && has(bytes, 8, 'WAVE')],
  ['audio/ogg', (bytes) => has(bytes, 0, 'OggS')],
  ['audio/flac', (bytes) => has(bytes, 0, 'fLaC')],
  // A frame header: eleven bits of sync, then the layer, which is 0 in AAC (ISO 13818-7) and not in MP3 (ISO 11172-3).
  ['audio/aac', (bytes) => isFrame(bytes) && ((bytes[1] ?? 0) & 0x06) === 0],
  ['audio/mpeg', (bytes) => has(bytes, 0, 'ID3') || isFrame(bytes)],
  ['video/webm', (bytes) => has(bytes, 0, '\u001aE\u00df\u00a3')],
  ['video/mp4', (bytes) => has(bytes, 4, 'ftyp')],
];

function has(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[offset + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function isFrame(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0;
}
