import type { FileReference, JsonObject, MediaModels } from '@octavus/core';
import { type BuiltInToolScope, imageModelTraits } from '@octavus/protocol';
import { ExecutionFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import { makeImage, makeSpeech, makeVideo, toTimedLines, transcribe } from '../media/make-media.ts';
import type { ThreadSettings } from '../state/thread-settings.ts';
import { linkedFile } from '../values/file-values.ts';
import type { OfferedTool, ServerCall, ServerResult } from './offered-tool.ts';

type RunCall = NonNullable<OfferedTool['run']>;

/** What the schemas of the media tools depend on: which models a scope has, and what those can do. */
export function mediaScope(settings: ThreadSettings, media: MediaModels): BuiltInToolScope {
  const { imageModel, videoModel, speechModel, transcriptionModel } = settings;
  return {
    ...(imageModel !== undefined && { imageModel: imageModelTraits(imageModel) }),
    videoModel: videoModel !== undefined,
    ...(speechModel !== undefined && { speechModel: speechTraits(speechModel, media) }),
    transcriptionModel: transcriptionModel !== undefined,
  };
}

/** A model that cannot be called is offered all the same: its calls say what is wrong. */
function speechTraits(id: string, media: MediaModels): NonNullable<BuiltInToolScope['speechModel']> {
  const resolved = media.resolveSpeech(id);
  if ('failure' in resolved) return { voices: [], formats: [] };
  const { voices, formats } = resolved.model;
  return { voices, formats };
}

/** `octavus_generate_image` (protocol-language.md 8.1). */
export function generateImage({ imageModel: model = '' }: ThreadSettings): RunCall {
  return fileTool(({ input, thread }, run) => {
    const { aspectRatio = '1:1', resolution, referenceImages = [] } = input as ImageInput;
    const references = referenceImages.map(linkedFile);
    return makeImage(run, { model, thread, prompt: textOf(input.prompt), aspectRatio, resolution, references });
  });
}

interface ImageInput {
  readonly aspectRatio?: string;
  readonly resolution?: '1K' | '2K' | '4K';
  readonly referenceImages?: readonly string[];
}

/** `octavus_generate_video` */
export function generateVideo({ videoModel: model = '' }: ThreadSettings): RunCall {
  return fileTool(({ input, thread }, run) => {
    const { aspectRatio = '16:9', durationSeconds, generateAudio = false, image } = input as VideoInput;
    return makeVideo(run, {
      model,
      thread,
      prompt: textOf(input.prompt),
      aspectRatio,
      durationSeconds,
      generateAudio,
      image: image === undefined ? undefined : linkedFile(image),
    });
  });
}

interface VideoInput {
  readonly aspectRatio?: '16:9' | '9:16';
  readonly durationSeconds?: number;
  readonly generateAudio?: boolean;
  readonly image?: string;
}

/** `octavus_generate_speech` */
export function generateSpeech({ speechModel: model = '', speechVoice }: ThreadSettings): RunCall {
  return fileTool(({ input, thread }, run) => {
    const { voice = speechVoice, format = 'mp3', instructions, language } = input as SpeechInput;
    return makeSpeech(run, { model, thread, text: textOf(input.text), voice, format, instructions, language });
  });
}

interface SpeechInput {
  readonly voice?: string;
  readonly format?: 'mp3' | 'opus' | 'aac' | 'flac' | 'wav';
  readonly instructions?: string;
  readonly language?: string;
}

/** Longest transcript that a model gets in full; of a longer one it gets the beginning, and a file (protocol-language.md 8.1). */
const maxTranscriptChars = 20_000;

/** `octavus_transcribe_audio` */
export function transcribeAudio({ transcriptionModel: model = '' }: ThreadSettings): RunCall {
  return reportingFailures(async ({ input, thread }, run): Promise<ServerResult> => {
    const { language, timestamps: hasTimestamps = false } = input as { language?: string; timestamps?: boolean };
    const audio = linkedFile(textOf(input.url));
    const transcript = await transcribe(run, { model, thread, audio, language, hasTimestamps });
    const { text } = transcript;
    const segments = transcript.segments.map(({ start, end, text: said }) => ({ start, end, text: said }));
    if (text.length <= maxTranscriptChars) {
      return { outcome: { result: { text, ...(hasTimestamps && { segments }) } } };
    }
    const whole = new TextEncoder().encode(hasTimestamps ? toTimedLines(transcript) : text);
    const { url } = await run.ports.files.store(whole, { mediaType: 'text/plain', filename: 'transcript.txt' });
    return { outcome: { result: { text: text.slice(0, maxTranscriptChars).toWellFormed(), url } } };
  });
}

/** A call that makes one file; the model gets its address, never its bytes. */
function fileTool(make: (call: ServerCall, run: Run) => Promise<FileReference>): RunCall {
  return reportingFailures(async (call, run) => {
    const file = await make(call, run);
    const { url, mediaType, size = 0 } = file;
    return { outcome: { result: { url, mediaType, size } satisfies JsonObject }, files: [file] };
  });
}

/** What ends an execution in a block is, in a call, for the model to know. */
function reportingFailures(work: (call: ServerCall, run: Run) => Promise<ServerResult>): RunCall {
  return async (call, run) => {
    try {
      return await work(call, run);
    } catch (problem) {
      if (problem instanceof ExecutionFailure) return { outcome: { error: problem.message } };
      throw problem;
    }
  };
}

/** The schema was checked. */
function textOf(value: unknown): string {
  return String(value);
}
