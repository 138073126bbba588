import { inflateSync } from 'node:zlib';
import type { MediaModel } from '@octavus/core';
import { expect, test } from 'vitest';
import { createModels } from '../../resolve.ts';
import { readWav } from './wav.ts';

const signal = new AbortController().signal;
const { media } = createModels();

async function make<Request, Result>(
  resolved: { model: MediaModel<Request, Result> } | { failure: unknown },
  request: Request,
) {
  if (!('model' in resolved)) throw new Error('not resolved');
  const outcome = await resolved.model.run(request, signal);
  if ('failure' in outcome) throw new Error(outcome.failure.message);
  return outcome.result;
}

const paint = (prompt: string, aspectRatio = '16:9') =>
  make(media.resolveImage('offline/instant'), { prompt, aspectRatio, referenceImages: [] });

test('a picture is a PNG of the ratio that was asked for', async () => {
  const { file } = await paint('A fern');
  const bytes = Buffer.from(file.bytes);
  expect(file.mediaType).toBe('image/png');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([512, 288]);
  const length = bytes.readUInt32BE(33);
  expect(bytes.toString('latin1', 37, 41)).toBe('IDAT');
  expect(inflateSync(bytes.subarray(41, 41 + length))).toHaveLength((512 * 3 + 1) * 288);
  expect(Buffer.from((await paint('A line', '10000:1')).file.bytes).readUInt32BE(20)).toBe(1);
});

test('the same request gives the same bytes, another one others', async () => {
  expect(await paint('A fern')).toEqual(await paint('A fern'));
  expect(await paint('A fern')).not.toEqual(await paint('A rose'));
  const reference = { mediaType: 'image/png', bytes: new Uint8Array([1]) };
  const edited = await make(media.resolveImage('offline/instant'), {
    prompt: 'A fern',
    aspectRatio: '16:9',
    referenceImages: [reference],
  });
  expect(edited).not.toEqual(await paint('A fern'));
});

/** Boxes of an MP4 by their path, with their content. */
function boxes(bytes: Buffer, path = ''): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at)) {
    const name = `${path}/${bytes.toString('latin1', at + 4, at + 8)}`;
    const content = bytes.subarray(at + 8, at + bytes.readUInt32BE(at));
    found.set(name, content);
    if (/\/(?:moov|trak|mdia|minf|stbl)$/.test(name))
      for (const [key, value] of boxes(content, name)) found.set(key, value);
  }
  return found;
}

test('a video is an MP4 whose index leads to its frames', async () => {
  const request = { prompt: 'A fern', aspectRatio: '9:16', durationSeconds: 6, generateAudio: true } as const;
  const { file } = await make(media.resolveVideo('offline/instant'), request);
  expect(file.mediaType).toBe('video/mp4');
  const bytes = Buffer.from(file.bytes);
  const found = boxes(bytes);
  const table = '/moov/trak/mdia/minf/stbl';
  expect([...found.keys()].filter((name) => name.lastIndexOf('/') === 0)).toEqual(['/ftyp', '/moov', '/mdat']);
  expect(found.get('/moov/mvhd')?.readUInt32BE(16)).toBe(6000);
  const sizes = found.get(`${table}/stsz`)!;
  const count = sizes.readUInt32BE(8);
  expect(count).toBe(16);
  let at = found.get(`${table}/stco`)!.readUInt32BE(8);
  for (let frame = 0; frame < count; frame += 1) {
    const size = sizes.readUInt32BE(12 + frame * 4);
    expect(bytes.readUInt32BE(at)).toBe(size - 4);
    // An IDR picture first, then pictures that refer to it.
    expect(bytes[at + 4]! & 0x1f).toBe(frame === 0 ? 5 : 1);
    expect(bytes.subarray(at + 4, at + size).includes(Buffer.from([0, 0, 1]))).toBe(false);
    at += size;
  }
  expect(at).toBe(bytes.length);
});

test('speech is a WAV that tells its text, which the transcription knows by heart', async () => {
  const text = 'Good morning. Here is the news — today ferns.';
  const { file } = await make(media.resolveSpeech('offline/instant'), { text, format: 'mp3' });
  expect(file.mediaType).toBe('audio/wav');
  const faster = await make(media.resolveSpeech('offline/instant'), { text, format: 'wav', speed: 2 });
  expect(readWav(faster.file.bytes)!.seconds).toBeLessThan(readWav(file.bytes)!.seconds);
  const heard = await make(media.resolveTranscription('offline/instant'), { audio: file, hasTimestamps: true });
  expect(heard.text).toBe(text);
  expect(heard.segments.map((segment) => segment.text)).toEqual(['Good morning.', 'Here is the news — today ferns.']);
  expect(heard.segments[0]!.end).toBe(heard.segments[1]!.start);
});

test('of other sound the transcription says that it cannot hear it', async () => {
  for (const bytes of [
    new Uint8Array(),
    new Uint8Array(5),
    Buffer.from('RIFFxxxxWAVEfmt \xff\xff\xff\xff', 'latin1'),
  ]) {
    const audio = { mediaType: 'audio/mpeg', bytes };
    const heard = await make(media.resolveTranscription('offline/instant'), { audio, hasTimestamps: false });
    expect(heard.text).toContain(`${bytes.length} bytes`);
    expect(heard.text).toContain('cannot hear');
  }
});

test('at a human pace an abort ends the work', async () => {
  const resolved = media.resolveImage('offline/default');
  if (!('model' in resolved)) throw new Error('not resolved');
  const abort = new AbortController();
  const pending = resolved.model.run({ prompt: 'A fern', aspectRatio: '1:1', referenceImages: [] }, abort.signal);
  abort.abort();
  expect(await pending).toHaveProperty('failure');
});
