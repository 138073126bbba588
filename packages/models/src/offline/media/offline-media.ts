import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  GeneratedMedia,
  ImageRequest,
  MediaModel,
  SpeechRequest,
  Transcript,
  TranscriptionRequest,
  VideoRequest,
} from '@octavus/core';
import type { OfflinePace } from '../../config.ts';
import type { ProviderMedia } from '../../media/hosted-models.ts';
import { runOnce } from '../../media/run-once.ts';
import { blockPixels, encodeFilm } from './h264.ts';
import { encodeMp4 } from './mp4.ts';
import { type Colour, drawPicture } from './picture.ts';
import { encodePng } from './png.ts';
import { encodeSpeech, readWav } from './wav.ts';

/** How long it takes at a human pace, in milliseconds. */
const workMs = 400;
const timeoutMs = 60_000;

/**
 * Media models without a network: what they make is small, real, and the same for the same request. They paint patterns, hum one tone a word
 * and write down what a file says of itself; none of it is understood.
 */
export function offlineMedia(pace: OfflinePace): ProviderMedia {
  function aModel<Request, Result>(modelId: string, make: (request: Request) => Result): MediaModel<Request, Result> {
    const isInstant = pace === 'instant' || /(?:^|-)instant$/.test(modelId);
    const work = async (request: Request, signal: AbortSignal) => {
      if (!isInstant) await delay(workMs, undefined, { signal });
      return make(request);
    };
    const identity = { provider: 'offline', model: modelId };
    return {
      provider: 'offline',
      id: `offline/${modelId}`,
      run: (request, signal) => runOnce((abortSignal) => work(request, abortSignal), { identity, signal, timeoutMs }),
    };
  }
  return {
    image: (modelId) => aModel(modelId, paint),
    video: (modelId) => aModel(modelId, film),
    speech: (modelId) => ({ ...aModel(modelId, speak), voices: ['hum'], formats: ['wav'] }),
    transcription: (modelId) => aModel(modelId, listen),
  };
}

/** Longest side of a picture in pixels, by resolution. */
const longestSides = { '1K': 512, '2K': 768, '4K': 1024 } as const;

function paint({ prompt, aspectRatio, resolution, referenceImages }: ImageRequest): GeneratedMedia {
  const longest = longestSides[resolution ?? '1K'];
  const [across = 1, down = 1] = aspectRatio.split(':').map(Number);
  const scale = longest / Math.max(across, down);
  const references = referenceImages.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
  const picture = drawPicture([prompt, ...references].join('\n'));
  // A ratio of 1:10000 still has a side.
  const side = (share: number) => Math.max(1, Math.round(share * scale));
  return { file: { mediaType: 'image/png', bytes: encodePng(picture, side(across), side(down)) } };
}

const barColour: Colour = [245, 245, 245];
const defaultSeconds = 4;

/** The picture, and a bar below that grows from the left: sixteen frames, however long the film is. */
function film({ prompt, aspectRatio, durationSeconds, image }: VideoRequest): GeneratedMedia {
  const [columns, rows] = aspectRatio === '16:9' ? [16, 9] : [9, 16];
  const reference = image ? createHash('sha256').update(image.bytes).digest('hex') : '';
  const changes = Array.from({ length: 15 }, (_, index) => ({
    column: Math.floor((index * columns) / 15),
    row: rows - 1,
    colour: barColour,
  }));
  const coded = encodeFilm({ columns, rows, first: drawPicture(`${prompt}\n${reference}`), changes });
  const frameMs = Math.round(((durationSeconds ?? defaultSeconds) * 1000) / coded.frames.length);
  const bytes = encodeMp4(coded, { width: columns * blockPixels, height: rows * blockPixels, frameMs });
  return { file: { mediaType: 'video/mp4', bytes } };
}

function speak({ text, speed }: SpeechRequest): GeneratedMedia {
  return { file: { mediaType: 'audio/wav', bytes: encodeSpeech(text, speed ?? 1) } };
}

/** Its own speech it knows by heart: the file says what was to be spoken. */
function listen({ audio, hasTimestamps }: TranscriptionRequest): Transcript {
  const wav = readWav(audio.bytes);
  const length = wav ? `, ${wav.seconds.toFixed(1)} seconds long` : '';
  const text =
    wav?.comment ??
    `[Offline transcription: this is a file of type ${audio.mediaType} with ${audio.bytes.length} bytes${length}. Rules cannot hear what is said in it.]`;
  return { text, segments: hasTimestamps ? timed(text, wav?.seconds ?? 0) : [] };
}

/** Sentences share the time by their length. */
function timed(text: string, seconds: number): Transcript['segments'] {
  const sentences = text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence !== '');
  const total = sentences.reduce((sum, sentence) => sum + sentence.length, 0);
  let done = 0;
  return sentences.map((sentence) => {
    const start = (seconds * done) / total;
    done += sentence.length;
    return { start, end: (seconds * done) / total, text: sentence };
  });
}
