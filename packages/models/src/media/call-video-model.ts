import { setTimeout as delay } from 'node:timers/promises';
import type {
  Experimental_VideoModelV4VideoData as VideoData,
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
} from '@ai-sdk/provider';
import type { GeneratedMedia } from '@octavus/core';
import { NothingMadeError } from './media-failure.ts';
import { sniffMediaType } from './sniff-media-type.ts';

/** Largest film that is fetched, in bytes. */
const maxVideoBytes = 256 * 1024 * 1024;

export interface VideoCallOptions {
  readonly call: VideoModelV4CallOptions;
  readonly signal: AbortSignal;
  /** Between two questions whether the film is ready. */
  readonly pollMs: number;
  downloadHeaders(url: string): { readonly [name: string]: string };
}

/** Orders a film, waits until it is made and fetches it. */
export async function callVideoModel(model: VideoModelV4, options: VideoCallOptions): Promise<GeneratedMedia> {
  const videos = model.doStart && model.doStatus ? await order(model, options) : await generate(model, options);
  const video = videos[0];
  if (!video) throw new NothingMadeError('The provider made no video: it may have refused the prompt.');
  const bytes = await readVideo(video, options);
  return { file: { mediaType: sniffMediaType(bytes) ?? video.mediaType, bytes } };
}

async function generate(model: VideoModelV4, { call, signal }: VideoCallOptions): Promise<readonly VideoData[]> {
  const made = await model.doGenerate?.({ ...call, abortSignal: signal });
  return made?.videos ?? [];
}

async function order(model: VideoModelV4, { call, signal, pollMs }: VideoCallOptions): Promise<readonly VideoData[]> {
  const { operation } = await model.doStart!({ ...call, abortSignal: signal });
  for (;;) {
    const state = await model.doStatus!({ operation, abortSignal: signal });
    if (state.status === 'completed') return state.videos;
    if (state.status === 'error') throw Object.assign(new Error(state.error), { statusCode: 500 });
    await delay(pollMs, undefined, { signal });
  }
}

async function readVideo(video: VideoData, options: VideoCallOptions): Promise<Uint8Array> {
  switch (video.type) {
    case 'base64':
      return Buffer.from(video.data, 'base64');
    case 'binary':
      return video.data;
    case 'url':
      return download(video.url, options);
    case 'uploaded':
      throw new NothingMadeError('The provider kept the video to itself.');
  }
}

async function download(url: string, { signal, downloadHeaders }: VideoCallOptions): Promise<Uint8Array> {
  const response = await fetch(url, { headers: downloadHeaders(url), signal });
  if (!response.ok) {
    const responseBody = (await response.text()).slice(0, 16_384);
    const responseHeaders = Object.fromEntries(response.headers);
    throw Object.assign(new Error('The video could not be fetched'), {
      statusCode: response.status,
      responseBody,
      responseHeaders,
    });
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxVideoBytes) throw new NothingMadeError('The video is larger than 256 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
