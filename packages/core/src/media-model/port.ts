import type { ProviderFailure } from '../language-model/stream.ts';
import type {
  AudioFormat,
  GeneratedMedia,
  ImageRequest,
  SpeechRequest,
  Transcript,
  TranscriptionRequest,
  VideoRequest,
} from './request.ts';

/** A model of a provider that makes or reads media, ready to be called. */
export interface MediaModel<Request, Result> {
  /** Provider id, the part of the model id before the first `/`. */
  readonly provider: string;
  /** The full `provider/model-id`. */
  readonly id: string;
  /**
   * Calls the model once. Failures come back classified (runtime-semantics.md 16); only a fault of the adapter's own rejects. An abort of
   * the signal cancels the request at once; what comes back then means nothing.
   */
  run(request: Request, signal: AbortSignal): Promise<MediaOutcome<Result>>;
}

export type MediaOutcome<Result> = { readonly result: Result } | { readonly failure: ProviderFailure };

export type ImageModel = MediaModel<ImageRequest, GeneratedMedia>;
export type VideoModel = MediaModel<VideoRequest, GeneratedMedia>;
export type TranscriptionModel = MediaModel<TranscriptionRequest, Transcript>;

export interface SpeechModel extends MediaModel<SpeechRequest, GeneratedMedia> {
  /** Voices by id; empty when they are not known. */
  readonly voices: readonly string[];
  readonly formats: readonly AudioFormat[];
}

export type ResolvedMedia<Model> = { readonly model: Model } | { readonly failure: ProviderFailure };

/** Finds models by id, as `LanguageModels` does; a provider without models of the kind is a failure, too (`validation_error`). */
export interface MediaModels {
  resolveImage(id: string): ResolvedMedia<ImageModel>;
  resolveVideo(id: string): ResolvedMedia<VideoModel>;
  resolveSpeech(id: string): ResolvedMedia<SpeechModel>;
  resolveTranscription(id: string): ResolvedMedia<TranscriptionModel>;
}
