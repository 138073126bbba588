import type {
  ImageModelV4,
  ImageModelV4CallOptions,
  SpeechModelV4,
  SpeechModelV4CallOptions,
  TranscriptionModelV4,
  TranscriptionModelV4CallOptions,
} from '@ai-sdk/provider';
import type { GeneratedMedia, Transcript } from '@octavus/core';
import { NothingMadeError } from './media-failure.ts';
import { toMediaUsage } from './media-usage.ts';
import { sniffMediaType } from './sniff-media-type.ts';

export async function callImageModel(model: ImageModelV4, options: ImageModelV4CallOptions): Promise<GeneratedMedia> {
  const { images, usage } = await model.doGenerate(options);
  const bytes = toBytes(images[0]);
  if (bytes.length === 0) throw new NothingMadeError('The provider made no image: it may have refused the prompt.');
  return { file: { mediaType: sniffMediaType(bytes) ?? 'image/png', bytes }, ...toMediaUsage(usage) };
}

export async function callSpeechModel(
  model: SpeechModelV4,
  options: SpeechModelV4CallOptions,
): Promise<GeneratedMedia> {
  const { audio, usage } = await model.doGenerate(options);
  const bytes = toBytes(audio);
  if (bytes.length === 0) throw new NothingMadeError('The provider made no sound: it may have refused the text.');
  const asked = audioTypes[options.outputFormat ?? 'mp3'] ?? 'audio/mpeg';
  return { file: { mediaType: sniffMediaType(bytes) ?? asked, bytes }, ...toMediaUsage(usage) };
}

const audioTypes: { readonly [format: string]: string } = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
};

export async function callTranscriptionModel(
  model: TranscriptionModelV4,
  options: TranscriptionModelV4CallOptions,
): Promise<Transcript> {
  const { text, segments, usage } = await model.doGenerate(options);
  const timed = segments.map(({ startSecond, endSecond, text: words }) => ({
    start: startSecond,
    end: endSecond,
    text: words.trim(),
  }));
  return { text: text.trim(), segments: joinWords(timed), ...toMediaUsage(usage) };
}

/** Longest segment that words are joined to, in seconds. */
const maxSegmentSeconds = 15;

type Segment = Transcript['segments'][number];

/** Some models time single words; people read sentences. Segments of several words stay as they are. */
function joinWords(segments: readonly Segment[]): readonly Segment[] {
  if (segments.length < 2 || segments.some(({ text }) => /\s/.test(text))) return segments;
  const joined: Segment[] = [];
  for (const word of segments) {
    const last = joined.at(-1);
    const isSame = last && !/[.!?。！？]$/.test(last.text) && word.end - last.start <= maxSegmentSeconds;
    if (isSame) joined[joined.length - 1] = { start: last.start, end: word.end, text: `${last.text} ${word.text}` };
    else joined.push(word);
  }
  return joined;
}

function toBytes(data: string | Uint8Array | undefined): Uint8Array {
  if (data === undefined) return new Uint8Array();
  return typeof data === 'string' ? Buffer.from(data, 'base64') : data;
}
