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

/** Events as an answer of a web handler (Next.js, Hono, Deno, Bun …). A client that leaves ends the source. */
export function toSSEResponse(events: AsyncIterable<StreamEvent>, init: ResponseInit = {}): Response {
  const headers = new Headers(sseHeaders);
  new Headers(init.headers).forEach((value, name) => {
    headers.set(name, value);
  });
  return new Response(toSSEStream(events), { ...init, headers });
}

/**
 * Writes events to a Node.js response with status 200 and ends it. A client that leaves ends the source; a slow one slows it.
 *
 * @returns when everything is written, or the client has left.
 */
export async function pipeSSE(events: AsyncIterable<StreamEvent>, response: NodeResponse): Promise<void> {
  const reader = toSSEStream(events).getReader();
  const leave = () => void reader.cancel().catch(() => undefined);
  response.once('close', leave);
  response.writeHead(200, { ...sseHeaders });
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (!response.write(chunk.value) && !response.destroyed) await drained(response);
    }
  } finally {
    response.removeListener('close', leave);
  }
  if (!response.destroyed) response.end();
}

function drained(response: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.removeListener('drain', go);
      response.removeListener('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
}
