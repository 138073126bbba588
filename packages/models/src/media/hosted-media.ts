import type {
  ImageModelV4,
  ImageModelV4CallOptions,
  SpeechModelV4,
  SpeechModelV4CallOptions,
  TranscriptionModelV4,
  TranscriptionModelV4CallOptions,
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
} from '@ai-sdk/provider';
import type { AudioFormat, ImageRequest, SpeechRequest, TranscriptionRequest, VideoRequest } from '@octavus/core';
import type { HostedSettings } from '../config.ts';

/** A provider's library once it is connected: the kinds of models it has. */
export interface MediaLibrary {
  image?(modelId: string): ImageModelV4;
  video?(modelId: string): VideoModelV4;
  speech?(modelId: string): SpeechModelV4;
  transcription?(modelId: string): TranscriptionModelV4;
}

/** What a provider's file tells about its media models. A kind that is missing is one the provider does not have. */
export interface HostedMedia {
  /** Loads the library and connects it. Called once, on the first call of one of its models. */
  readonly connect: (settings: HostedSettings) => Promise<MediaLibrary>;
  readonly image?: { toCall(request: ImageRequest, modelId: string): ImageModelV4CallOptions };
  readonly video?: {
    toCall(request: VideoRequest, modelId: string): VideoModelV4CallOptions;
    /** Headers with which a film is fetched from where the provider put it. */
    downloadHeaders?(url: string, settings: HostedSettings): { readonly [name: string]: string };
  };
  readonly speech?: {
    toCall(request: SpeechRequest, modelId: string): SpeechModelV4CallOptions;
    voices(modelId: string): readonly string[];
    readonly formats: readonly AudioFormat[];
  };
  readonly transcription?: { toCall(request: TranscriptionRequest, modelId: string): TranscriptionModelV4CallOptions };
}

export type MediaKind = 'image' | 'video' | 'speech' | 'transcription';

/** Options that every image call has, with nothing in them that a model could refuse. */
export function plainImageCall({ prompt, referenceImages }: ImageRequest): ImageModelV4CallOptions {
  return {
    prompt,
    n: 1,
    size: undefined,
    aspectRatio: undefined,
    seed: undefined,
    files:
      referenceImages.length === 0
        ? undefined
        : referenceImages.map(({ mediaType, bytes }) => ({ type: 'file', mediaType, data: bytes })),
    mask: undefined,
    providerOptions: {},
  };
}

export function asRatio(aspectRatio: string): `${number}:${number}` {
  return aspectRatio as `${number}:${number}`;
}

export function plainVideoCall({ prompt, aspectRatio, durationSeconds, image }: VideoRequest): VideoModelV4CallOptions {
  return {
    prompt,
    n: 1,
    aspectRatio,
    resolution: undefined,
    duration: durationSeconds,
    fps: undefined,
    seed: undefined,
    image: image && { type: 'file', mediaType: image.mediaType, data: image.bytes },
    frameImages: undefined,
    inputReferences: undefined,
    generateAudio: undefined,
    providerOptions: {},
  };
}
