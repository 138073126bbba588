import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { LanguageModel, ModelMedia, ModelRequest, ModelStreamPart } from '@octavus/core';
import type { Timeouts } from '../config.ts';
import { classify } from '../errors/classify.ts';
import { contextWindow } from '../known-models.ts';
import type { PartQueue } from '../stream/part-queue.ts';
import { streamCall } from '../stream/stream-call.ts';
import { onBytes } from './byte-notes.ts';
import { readStream } from './read-stream.ts';
import type { SdkCall } from './to-call.ts';

export interface AiSdkModelOptions {
  readonly provider: string;
  readonly modelId: string;
  /** Gives the library's model; loads the library on the first call. */
  readonly load: () => Promise<LanguageModelV4>;
  /** What it reads besides text. */
  readonly reads: readonly ModelMedia[];
  readonly takesOwnFiles: boolean;
  /** As `HostedProvider.completesCutAnswers`. */
  readonly completesCutAnswers: boolean;
  readonly toCall: (request: ModelRequest, modelId: string) => SdkCall;
  readonly timeouts: Timeouts;
  readonly apiKey?: string;
}

/** A model of a provider that the AI SDK speaks with, called through its `doStream`, which never retries. */
export class AiSdkModel implements LanguageModel {
  readonly provider: string;
  readonly id: string;
  readonly contextWindow: number;
  readonly reads: readonly ModelMedia[];
  readonly takesOwnFiles: boolean;
  readonly #options: AiSdkModelOptions;

  constructor(options: AiSdkModelOptions) {
    this.provider = options.provider;
    this.id = `${options.provider}/${options.modelId}`;
    this.contextWindow = contextWindow(this.id);
    this.reads = options.reads;
    this.takesOwnFiles = options.takesOwnFiles;
    this.#options = options;
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelStreamPart[]> {
    const { provider, modelId, apiKey, timeouts, completesCutAnswers } = this.#options;
    const toFailure = (error: unknown) => classify(error, { provider, model: modelId, secret: apiKey });
    const open = async (queue: PartQueue, abortSignal: AbortSignal): Promise<void> => {
      const call = this.#options.toCall(request, modelId);
      const model = await this.#options.load();
      onBytes(abortSignal, () => queue.touch());
      const { stream } = await model.doStream({ ...call.options, abortSignal });
      readStream(stream, queue, { restoreInput: call.restoreInput, completesCutAnswers });
    };
    return streamCall(open, signal, { timeouts, classify: toFailure });
  }

  describeRequest(request: ModelRequest): unknown {
    const { modelId, toCall } = this.#options;
    try {
      return { model: modelId, ...describable(toCall(request, modelId).options) };
    } catch (error) {
      return { model: modelId, error: String(error) };
    }
  }
}

/** A copy that JSON can hold; bytes become their count. */
function describable<T extends object>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Uint8Array ? `[${inner.length} bytes]` : inner)),
  ) as T;
}
