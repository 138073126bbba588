import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // Bodies are read with assertions only; their shape is what the test is about.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

/** A provider's HTTP server: answers each request as the test says and keeps what it got. */
export interface ProviderServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  answer: Answer;
}

export async function openProviderServer(answer: Answer): Promise<ProviderServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || 'null');
    requests.push({ path: request.url ?? '', headers: request.headers, body });
    await opened.answer(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const opened: ProviderServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return opened;
}

/** How a provider frames the events of its streams. */
export type Framing = 'named-events' | 'data-only';

/** The stream of `fixtures/<folder>/<name>.jsonl`, one string per event. */
export function readEvents(folder: string, name: string, framing: Framing): string[] {
  const text = readFileSync(new URL(`./fixtures/${folder}/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => {
      if (framing === 'data-only') return `data: ${line}\n\n`;
      return `event: ${(JSON.parse(line) as { type: string }).type}\ndata: ${line}\n\n`;
    });
}

export function streaming(events: readonly string[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(events.join(''));
  };
}

export function failing(status: number, body: string, headers: { readonly [name: string]: string } = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
}
