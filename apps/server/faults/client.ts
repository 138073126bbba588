import { createEventDecoder, type StreamEvent } from '@octavus/core';

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is judged, not trusted
type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** The connection ended before the answer was complete: what became of the request is not known. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** Requests to one server; what was acknowledged is what these return. */
export interface Client {
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Posts and tells each event as it comes. @returns the answer's status and the session it names. */
  stream(path: string, body: unknown, options: StreamOptions): Promise<Omit<Answer, 'body'> & { readonly body?: Json }>;
  put(path: string, bytes: Uint8Array, mediaType: string): Promise<number>;
  get(path: string): Promise<{ readonly status: number; readonly bytes: Buffer }>;
}

interface StreamOptions {
  onOpen?(headers: Headers): void;
  onEvent(event: StreamEvent): void;
  /** Leaves. */
  readonly signal?: AbortSignal;
}

export function createClient(url: string, key: string): Client {
  const authorization = { authorization: `Bearer ${key}`, 'x-octavus-sdk-version': '4' };
  const send = async (path: string, init: RequestInit) => {
    try {
      return await fetch(new URL(path, url), init);
    } catch (cause) {
      throw new Unanswered(path, { cause });
    }
  };
  const whole = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (cause) {
      throw new Unanswered('in mid-answer', { cause });
    }
  };
  return {
    url,
    call: async (method, path, body, headers) => {
      const init = {
        method,
        headers: { ...authorization, ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
      };
      const response = await send(path, init);
      const text = await whole(() => response.text());
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    },
    stream: async (path, body, { onOpen, onEvent, signal }) => {
      const init = { method: 'POST', headers: authorization, body: JSON.stringify(body), ...(signal && { signal }) };
      const response = await send(path, init);
      const { status, headers } = response;
      if (status !== 200) return { status, headers, body: JSON.parse(await whole(() => response.text())) };
      onOpen?.(headers);
      const decoder = createEventDecoder();
      await whole(async () => {
        for await (const chunk of response.body!) for (const event of decoder.decode(chunk)) onEvent(event);
      });
      if (!decoder.isDone) throw new Unanswered('The stream broke off');
      return { status, headers };
    },
    put: async (path, bytes, mediaType) => {
      const response = await send(path, {
        method: 'PUT',
        headers: { 'content-type': mediaType },
        body: new Uint8Array(bytes),
      });
      await whole(() => response.arrayBuffer());
      return response.status;
    },
    get: async (path) => {
      const response = await send(path, {});
      return { status: response.status, bytes: Buffer.from(await whole(() => response.arrayBuffer())) };
    },
  };
}
