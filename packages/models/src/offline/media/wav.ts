const sampleRate = 16_000;
const toneSeconds = 0.18;
const pauseSeconds = 0.06;
const maxSeconds = 12;
/** Of a quiet voice, of 32,767. */
const loudness = 6_000;

/**
 * One short tone a word, its pitch made from the word, as 16-bit mono PCM; after twelve seconds nothing more is sung. The text goes along
 * as the file's comment.
 *
 * @param speed 1 is normal.
 */
export function encodeSpeech(text: string, speed: number): Uint8Array {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const step = (toneSeconds + pauseSeconds) / speed;
  const count = Math.max(1, Math.min(words.length, Math.floor(maxSeconds / step)));
  const samples = Buffer.alloc(Math.round(count * step * sampleRate) * 2);
  words.slice(0, count).forEach((word, index) => {
    const start = Math.round(index * step * sampleRate);
    const length = Math.round((toneSeconds / speed) * sampleRate);
    for (let offset = 0; offset < length; offset += 1) {
      const swell = Math.sin((Math.PI * offset) / length);
      const wave = Math.sin((2 * Math.PI * pitchOf(word) * offset) / sampleRate);
      samples.writeInt16LE(Math.round(loudness * swell * wave), (start + offset) * 2);
    }
  });
  const comment = chunk('LIST', Buffer.concat([Buffer.from('INFO'), chunk('ICMT', Buffer.from(`${text}\0`))]));
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format()), comment, chunk('data', samples)]);
  return chunk('RIFF', body);
}

/** What such a file says of itself; `undefined` for bytes that are no WAV file with 16-bit sound. */
export function readWav(bytes: Uint8Array): { readonly seconds: number; readonly comment?: string } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.toString('latin1', 0, 4) !== 'RIFF' || buffer.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let bytesPerSecond = 0;
  let seconds: number | undefined;
  let comment: string | undefined;
  for (let at = 12; at + 8 <= buffer.length; ) {
    const type = buffer.toString('latin1', at, at + 4);
    const length = buffer.readUInt32LE(at + 4);
    const data = buffer.subarray(at + 8, at + 8 + length);
    if (type === 'fmt ' && data.length >= 12) bytesPerSecond = data.readUInt32LE(8);
    if (type === 'data' && bytesPerSecond > 0) seconds = data.length / bytesPerSecond;
    if (type === 'LIST' && data.toString('latin1', 0, 8) === 'INFOICMT' && data.length >= 12) {
      comment = data.toString('utf8', 12, 12 + data.readUInt32LE(8)).replace(/\0.*$/s, '');
    }
    at += 8 + length + (length % 2);
  }
  return seconds === undefined ? undefined : { seconds, ...(comment && { comment }) };
}

/** Between 180 and 420 Hz. */
function pitchOf(word: string): number {
  let sum = 0;
  for (const character of word.toLowerCase()) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9_973;
  return 180 + (sum % 241);
}

/** PCM, one channel. */
function format(): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(1, 2);
  bytes.writeUInt32LE(sampleRate, 4);
  bytes.writeUInt32LE(sampleRate * 2, 8);
  bytes.writeUInt16LE(2, 12);
  bytes.writeUInt16LE(16, 14);
  return bytes;
}

/** Chunks begin at even places. */
function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(8 + data.length + (data.length % 2));
  framed.write(type, 0, 'latin1');
  framed.writeUInt32LE(data.length, 4);
  data.copy(framed, 8);
  return framed;
}
