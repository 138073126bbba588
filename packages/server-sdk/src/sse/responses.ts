import type { StreamEvent } from '@octavus/core';
import { sseHeaders, toSSEStream } from './to-sse-stream.ts';

/** The part of a Node.js `http.ServerResponse`, and of an Express or Fastify raw response, that is needed here. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  removeListener(event: 'close' | 'drain', listener: () => void): unknown;
  readonly destroyed: boolean;
}

/**
 * Events as an answer of a web handler (Next.js, Hono, Deno, Bun …). A client that leaves ends the source.
 *
 * @param events such as `session.execute(…)` gives.
 * @param init status and headers of the answer; its headers replace those of the same name in `sseHeaders`.
 */
export function toSSEResponse(events: AsyncIterable<StreamEvent>, init: ResponseInit = {}): Response {
  const headers = new Headers(sseHeaders);
  new Headers(init.headers).forEach((value, name) => {
    headers.set(name, value);
  });
  return new Response(toSSEStream(events), { ...init, headers });
}

/**
 * Writes events to a Node.js response with status 200 and ends it. A client that leaves ends the source, as does one that had left
 * before; a slow one slows it.
 *
 * @param events such as `session.execute(…)` gives. What it throws is written as an `error` event.
 * @param response one whose headers are not sent yet; its own headers are kept.
 * @returns when everything is written, or the client has left.
 * @throws what `writeHead` throws, such as for headers that were sent already; the source is ended then too.
 */
export async function pipeSSE(events: AsyncIterable<StreamEvent>, response: NodeResponse): Promise<void> {
  const reader = toSSEStream(events).getReader();
  const leave = () => reader.cancel().catch(() => undefined);
  response.once('close', leave);
  try {
    if (!response.destroyed) response.writeHead(200, { ...sseHeaders });
    // A client that had left before tells nobody that it closes.
    while (!response.destroyed) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!response.write(value)) await drained(response);
    }
  } finally {
    response.removeListener('close', leave);
    await leave();
  }
  if (!response.destroyed) response.end();
}

function drained(response: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const go = () => {
      response.removeListener('drain', go);
      response.removeListener('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
}
