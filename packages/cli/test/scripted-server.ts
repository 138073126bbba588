import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** JSON, else text. */
  readonly body: unknown;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string and bytes go as they are, anything else as JSON. */
  readonly body?: unknown;
  /** The connection is cut instead of an answer. */
  readonly isCut?: boolean;
  /** No answer ever comes. */
  readonly hangs?: boolean;
}

/** An HTTP server that answers as told and keeps what it was asked. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** Resolves with the next request that comes. */
  nextRequest(): Promise<void>;
}

export async function scriptedServer(answer: (request: RecordedRequest) => ScriptedAnswer): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await record(incoming);
    requests.push(request);
    for (const wake of waiting.splice(0)) wake();
    send(response, answer(request));
  });
  const { url, [Symbol.asyncDispose]: close } = await listen(server);
  return {
    url,
    requests,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    [Symbol.asyncDispose]: close,
  };
}

/** Opens a server on a free port until the test ends. */
export async function listen(server: Server): Promise<AsyncDisposable & { readonly url: string }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { method = '', url = '', headers } = incoming;
  return { method, url, headers, body: text === '' ? undefined : parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function send(response: ServerResponse, answer: ScriptedAnswer): void {
  const { status = 200, type = 'application/json', headers, body = {}, isCut, hangs } = answer;
  if (isCut) response.destroy();
  if (isCut || hangs) return;
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}
