import type {
  GeneratedMedia,
  ImageModel,
  MediaModel,
  SpeechModel,
  TranscriptionModel,
  VideoModel,
} from '@octavus/core';
import type { HostedSettings, MediaTimeouts } from '../config.ts';
import { callVideoModel } from './call-video-model.ts';
import type { HostedMedia, MediaLibrary } from './hosted-media.ts';
import { runOnce } from './run-once.ts';
import { callImageModel, callSpeechModel, callTranscriptionModel } from './sdk-calls.ts';

export interface HostedModelsOptions {
  readonly provider: string;
  readonly media: HostedMedia;
  readonly settings: HostedSettings;
  readonly timeouts: MediaTimeouts;
}

/** The media models of one provider by kind; a kind the provider does not have is missing. */
export interface ProviderMedia {
  readonly image?: (modelId: string) => ImageModel;
  readonly video?: (modelId: string) => VideoModel;
  readonly speech?: (modelId: string) => SpeechModel;
  readonly transcription?: (modelId: string) => TranscriptionModel;
}

/** Media models that the AI SDK speaks with; the library comes in with the first call. */
export function hostedModels(options: HostedModelsOptions): ProviderMedia {
  const { provider, media, settings, timeouts } = options;
  const { image, video, speech, transcription } = media;
  const library = connectOnce(options);

  function aModel<Request, Result>(
    modelId: string,
    timeoutMs: number,
    call: (library: MediaLibrary, request: Request, signal: AbortSignal) => Promise<Result>,
  ): MediaModel<Request, Result> {
    const identity = { provider, model: modelId, ...(settings.apiKey !== undefined && { secret: settings.apiKey }) };
    return {
      provider,
      id: `${provider}/${modelId}`,
      run: (request, signal) =>
        runOnce(async (abortSignal) => call(await library(), request, abortSignal), { identity, signal, timeoutMs }),
    };
  }

  const headersOf = (url: string) => video?.downloadHeaders?.(url, settings) ?? {};
  return {
    ...(image && {
      image: (modelId) =>
        aModel(modelId, timeouts.mediaMs, ({ image: open }, request, abortSignal) =>
          callImageModel(open!(modelId), { ...image.toCall(request, modelId), abortSignal }),
        ),
    }),
    ...(video && {
      video: (modelId): VideoModel =>
        aModel(modelId, timeouts.videoMs, ({ video: open }, request, signal): Promise<GeneratedMedia> => {
          const call = video.toCall(request, modelId);
          return callVideoModel(open!(modelId), { call, signal, pollMs: timeouts.pollMs, downloadHeaders: headersOf });
        }),
    }),
    ...(speech && {
      speech: (modelId) => ({
        ...aModel(modelId, timeouts.mediaMs, ({ speech: open }, request, abortSignal) =>
          callSpeechModel(open!(modelId), { ...speech.toCall(request, modelId), abortSignal }),
        ),
        voices: speech.voices(modelId),
        formats: speech.formats,
      }),
    }),
    ...(transcription && {
      transcription: (modelId) =>
        aModel(modelId, timeouts.mediaMs, ({ transcription: open }, request, abortSignal) =>
          callTranscriptionModel(open!(modelId), { ...transcription.toCall(request, modelId), abortSignal }),
        ),
    }),
  };
}

/** A connection that failed is tried again with the next call. */
function connectOnce({ media, settings }: HostedModelsOptions): () => Promise<MediaLibrary> {
  let connection: Promise<MediaLibrary> | undefined;
  return async () => {
    connection ??= media.connect(settings);
    try {
      return await connection;
    } catch (error) {
      connection = undefined;
      throw error;
    }
  };
}
