import type { IncomingMessage } from 'node:http';
import type { LanguageModel, ModelRequest, ModelStreamPart } from '@octavus/core';
import type { CompatibleSettings, Timeouts } from '../config.ts';
import { classify } from '../errors/classify.ts';
import { contextWindow } from '../known-models.ts';
import { imagesOnly } from '../providers/readable-media.ts';
import type { PartQueue } from '../stream/part-queue.ts';
import { streamCall } from '../stream/stream-call.ts';
import { ChatStream } from './chat-stream.ts';
import { postJson } from './post-json.ts';
import { SseLines } from './sse-lines.ts';
import { type ChatDialect, toChatBody } from './to-body.ts';

export interface ChatCompletionsModelOptions extends CompatibleSettings {
  readonly provider: string;
  readonly modelId: string;
  readonly dialect: ChatDialect;
  readonly timeouts: Timeouts;
}

/** A model of any server that speaks the OpenAI Chat Completions API. */
export class ChatCompletionsModel implements LanguageModel {
  readonly provider: string;
  readonly id: string;
  readonly contextWindow: number;
  /** Documents are in no part of the API that these servers share. */
  readonly reads = imagesOnly;
  readonly #options: ChatCompletionsModelOptions;

  constructor(options: ChatCompletionsModelOptions) {
    this.provider = options.provider;
    this.id = `${options.provider}/${options.modelId}`;
    this.contextWindow = contextWindow(this.id);
    this.#options = options;
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelStreamPart[]> {
    const { provider, modelId, baseURL, apiKey, timeouts } = this.#options;
    const toFailure = (error: unknown) => classify(error, { provider, model: modelId, secret: apiKey });
    const open = async (queue: PartQueue, abortSignal: AbortSignal): Promise<void> => {
      const url = `${baseURL.replace(/\/+$/, '')}/chat/completions`;
      const headers: { [name: string]: string } = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
      const response = await postJson(url, headers, this.#body(request), abortSignal);
      readAnswer(response, queue, provider);
    };
    return streamCall(open, signal, { timeouts, classify: toFailure });
  }

  describeRequest(request: ModelRequest): unknown {
    return shortenDataUrls(this.#body(request));
  }

  #body(request: ModelRequest): object {
    const { provider, modelId, dialect } = this.#options;
    return toChatBody(request, modelId, provider, dialect);
  }
}

/** Parses each piece of the answer as it comes in; pauses the connection while nobody wants parts. */
function readAnswer(response: IncomingMessage, queue: PartQueue, provider: string): void {
  const stream = new ChatStream(queue, provider);
  const lines = new SseLines((data) => stream.take(data));
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      // Thrown on, it would end the process: nobody stands above an event.
      queue.fail(error);
      response.destroy();
    }
  };
  response.on('data', (bytes: Buffer) => {
    queue.touch();
    guarded(() => lines.write(bytes));
    queue.flush();
    if (!queue.isHungry) response.pause();
  });
  response.on('end', () => {
    guarded(() => {
      lines.end();
      stream.end();
    });
    queue.end();
  });
  response.on('error', (error) => queue.fail(error));
  response.pause();
  queue.connect(() => response.resume());
}

/** Bytes inside a body say nothing in a log. */
function shortenDataUrls(body: object): unknown {
  return JSON.parse(
    JSON.stringify(body, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith('data:') && value.length > 200
        ? `${value.slice(0, value.indexOf(',') + 1)}[${value.length} characters]`
        : value,
    ),
  );
}
