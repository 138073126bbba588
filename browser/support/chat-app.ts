import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { OctavusClient, type SessionRequest, type ToolHandlers, toSSEStream } from '@octavus/server-sdk';
import type { Octavus } from './octavus.ts';
import { bodyOf, type ServedPage, send, servePage } from './serve-page.ts';

/** The application around a page: it keeps the key, opens sessions and passes streams on. */
export interface ChatApp extends ServedPage {
  readonly client: OctavusClient;
  /** Messages that pages sent. */
  readonly chatRequests: number;
  /** Streams that pages left before their end. */
  readonly leftStreams: number;
  /** The next message is answered with this status. */
  failNext(status: number): void;
}

/** @param script what runs in the page. @param tools that run in the application. */
export async function startChatApp(octavus: Octavus, script: string, tools: ToolHandlers = {}): Promise<ChatApp> {
  const client = new OctavusClient({ baseUrl: octavus.url, apiKey: octavus.apiKey });
  const counts = { chatRequests: 0, leftStreams: 0 };
  const failures: number[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [, route, sessionId = ''] = request.url?.split(/[/?]/) ?? [];
    if (route === 'upload-urls') {
      const files = JSON.parse(await bodyOf(request));
      send(response, 'application/json', JSON.stringify(await client.files.getUploadUrls(sessionId, files)));
      return true;
    }
    if (route !== 'chat') return false;
    await chat(request, response, sessionId);
    return true;
  }

  async function chat(request: IncomingMessage, response: ServerResponse, sessionId: string): Promise<void> {
    counts.chatRequests += 1;
    const failure = failures.shift();
    if (failure) {
      response.writeHead(failure).end(JSON.stringify({ error: { code: 'DOWN', message: 'The kitchen is closed' } }));
      return;
    }
    const left = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) counts.leftStreams += 1;
      left.abort();
    });
    const body = JSON.parse(await bodyOf(request)) as SessionRequest;
    const events = client.agentSessions.attach(sessionId, { tools }).execute(body, { signal: left.signal });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    Readable.fromWeb(toSSEStream(events) as Parameters<typeof Readable.fromWeb>[0])
      .on('error', () => response.destroy())
      .pipe(response);
  }

  const served = await servePage(script, answer);
  return {
    ...served,
    client,
    get chatRequests() {
      return counts.chatRequests;
    },
    get leftStreams() {
      return counts.leftStreams;
    },
    failNext: (status) => void failures.push(status),
  };
}
