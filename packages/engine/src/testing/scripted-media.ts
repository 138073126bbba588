import type {
  GeneratedMedia,
  ImageRequest,
  MediaModel,
  MediaModels,
  MediaOutcome,
  ProviderFailure,
  SpeechRequest,
  Transcript,
  TranscriptionRequest,
  VideoRequest,
} from '@octavus/core';

type MediaRequest = ImageRequest | VideoRequest | SpeechRequest | TranscriptionRequest;

/** What one expected call of a media model answers; a function sees the request and may wait. */
export type ScriptedMediaStep =
  | MediaOutcome<GeneratedMedia | Transcript>
  | ((request: MediaRequest, signal: AbortSignal) => Promise<MediaOutcome<GeneratedMedia | Transcript>>);

export interface ScriptedMediaCall {
  readonly kind: 'image' | 'video' | 'speech' | 'transcription';
  readonly modelId: string;
  readonly request: MediaRequest;
}

/** Media models that follow a script. */
export interface ScriptedMedia extends MediaModels {
  /** Calls so far, in order. */
  readonly calls: readonly ScriptedMediaCall[];
  /** Throws when a call was not expected or a step was not used. */
  assertDone(): void;
}

export interface ScriptedMediaOptions {
  /** Model ids that fail to resolve. */
  readonly unavailable?: { readonly [id: string]: ProviderFailure };
}

/** @param steps one per expected call, whatever model is called. Speech models have the voices `ada` and `bob`, and speak MP3 and WAV. */
export function scriptedMedia(
  steps: readonly ScriptedMediaStep[] = [],
  { unavailable = {} }: ScriptedMediaOptions = {},
): ScriptedMedia {
  const queue = [...steps];
  const calls: ScriptedMediaCall[] = [];
  let unexpected: Error | undefined;

  async function run(call: ScriptedMediaCall, signal: AbortSignal): Promise<MediaOutcome<GeneratedMedia | Transcript>> {
    calls.push(call);
    const step = queue.shift();
    if (typeof step === 'function') return step(call.request, signal);
    if (step) return step;
    unexpected ??= new Error(`unexpected call of ${call.modelId}`);
    throw unexpected;
  }

  function resolve<Request extends MediaRequest, Result extends GeneratedMedia | Transcript>(
    kind: ScriptedMediaCall['kind'],
    modelId: string,
  ): { readonly model: MediaModel<Request, Result> } | { readonly failure: ProviderFailure } {
    const failure = unavailable[modelId];
    if (failure) return { failure };
    const model: MediaModel<Request, Result> = {
      provider: modelId.slice(0, modelId.indexOf('/')),
      id: modelId,
      // The test says what its steps are.
      run: (request, signal) => run({ kind, modelId, request }, signal) as Promise<MediaOutcome<Result>>,
    };
    return { model };
  }

  return {
    calls,
    resolveImage: (id) => resolve('image', id),
    resolveVideo: (id) => resolve('video', id),
    resolveTranscription: (id) => resolve('transcription', id),
    resolveSpeech: (id) => {
      const resolved = resolve<SpeechRequest, GeneratedMedia>('speech', id);
      if ('failure' in resolved) return resolved;
      return { model: { ...resolved.model, voices: ['ada', 'bob'], formats: ['mp3', 'wav'] } };
    },
    assertDone() {
      if (unexpected) throw unexpected;
      if (queue.length > 0) throw new Error(`${queue.length} scripted steps of media models were not used`);
    },
  };
}
