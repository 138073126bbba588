import type { AudioFormat, FileReference, Transcript } from '@octavus/core';
import { clampAspectRatio, type GenerateImageBlock } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import { callMedia } from './call-media.ts';
import { mediaLimits, readFile, readImages } from './read-file.ts';
import { storeMade } from './store-made.ts';

/** What is asked for, with everything resolved. All of them throw ExecutionFailure when it cannot be had. */
interface Order {
  /** `provider/model-id` */
  readonly model: string;
  readonly thread: string;
}

export interface ImageOrder extends Order {
  readonly prompt: string;
  readonly aspectRatio: string;
  readonly resolution?: GenerateImageBlock['resolution'];
  readonly references: readonly FileReference[];
}

/** Paints a picture and stores it (runtime-semantics.md 5.7). */
export async function makeImage(run: Run, order: ImageOrder): Promise<FileReference> {
  const { model, thread, prompt, resolution, references } = order;
  const resolved = run.ports.media.resolveImage(model);
  const aspectRatio = clampAspectRatio(model, order.aspectRatio);
  const options = { prompt, aspectRatio, ...(resolution !== undefined && { resolution }) };
  // A model that cannot be called is told of before files are fetched for it.
  const referenceImages = 'failure' in resolved ? [] : await readImages(run, references);
  const { file } = await callMedia(run, {
    requestType: 'image',
    modelId: model,
    resolved,
    request: { ...options, referenceImages },
    parameters: { ...options, ...(references.length > 0 && { referenceImages: references.map(({ url }) => url) }) },
    thread,
  });
  return storeMade(run, file, 'image');
}

export interface VideoOrder extends Order {
  readonly prompt: string;
  readonly aspectRatio: '16:9' | '9:16';
  readonly durationSeconds?: number | undefined;
  readonly generateAudio: boolean;
  readonly image?: FileReference | undefined;
}

/** Films a clip and stores it. */
export async function makeVideo(run: Run, order: VideoOrder): Promise<FileReference> {
  const { model, thread, prompt, aspectRatio, durationSeconds, generateAudio, image } = order;
  const resolved = run.ports.media.resolveVideo(model);
  const options = { prompt, aspectRatio, generateAudio, ...(durationSeconds !== undefined && { durationSeconds }) };
  const [firstFrame] = 'failure' in resolved || !image ? [] : await readImages(run, [image]);
  const { file } = await callMedia(run, {
    requestType: 'video',
    modelId: model,
    resolved,
    request: { ...options, ...(firstFrame && { image: firstFrame }) },
    parameters: { ...options, ...(image && { image: image.url }) },
    thread,
  });
  return storeMade(run, file, 'video');
}

export interface SpeechOrder extends Order {
  readonly text: string;
  readonly voice?: string | undefined;
  readonly format: AudioFormat;
  readonly instructions?: string | undefined;
  readonly language?: string | undefined;
  readonly speed?: number | undefined;
}

/** Reads a text aloud and stores the sound; a format the model does not have becomes the first it has. */
export async function makeSpeech(run: Run, order: SpeechOrder): Promise<FileReference> {
  const { model, thread, text, voice, instructions, language, speed } = order;
  const resolved = run.ports.media.resolveSpeech(model);
  const formats = 'model' in resolved ? resolved.model.formats : [];
  const format = formats.includes(order.format) ? order.format : (formats[0] ?? order.format);
  const options = {
    format,
    ...(voice !== undefined && { voice }),
    ...(instructions !== undefined && { instructions }),
    ...(language !== undefined && { language }),
    ...(speed !== undefined && { speed }),
  };
  const { file } = await callMedia(run, {
    requestType: 'speech',
    modelId: model,
    resolved,
    request: { text, ...options },
    parameters: { prompt: text, ...options },
    thread,
  });
  return storeMade(run, file, 'speech');
}

export interface TranscriptionOrder extends Order {
  readonly audio: FileReference;
  readonly language?: string | undefined;
  readonly hasTimestamps: boolean;
}

/** Writes down what is said in a file. */
export async function transcribe(run: Run, order: TranscriptionOrder): Promise<Transcript> {
  const { model, thread, audio, language, hasTimestamps } = order;
  const resolved = run.ports.media.resolveTranscription(model);
  const options = { hasTimestamps, ...(language !== undefined && { language }) };
  const sound = 'failure' in resolved ? undefined : await readFile(run, audio, mediaLimits.sound);
  return callMedia(run, {
    requestType: 'transcription',
    modelId: model,
    resolved,
    request: { ...options, audio: sound ?? { mediaType: audio.mediaType, bytes: new Uint8Array() } },
    parameters: { audio: audio.url, timestamps: hasTimestamps, ...(language !== undefined && { language }) },
    thread,
  });
}

/** One line a segment, `[mm:ss] text` (protocol-language.md 10.5). */
export function toTimedLines({ text, segments }: Transcript): string {
  const timed = segments.length > 0 ? segments : [{ start: 0, text }];
  return timed.map(({ start, text: said }) => `[${toClock(start)}] ${said}`).join('\n');
}

function toClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}
