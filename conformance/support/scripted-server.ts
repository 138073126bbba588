import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Answers one request. */
export type ScriptedAnswer = (response: ServerResponse) => void;

/** A server that gives the answers of a script in order, whatever is asked; one request too many is answered 418. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
}

export async function serveAnswers(answers: readonly ScriptedAnswer[]): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const answer = answers[requests.push(await see(request)) - 1] ?? json(418, { error: 'The script is over' });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function see(request: IncomingMessage): Promise<SeenRequest> {
  const { method = '', url: path = '', headers } = request;
  const text = Buffer.concat(await request.toArray()).toString();
  return { method, path, headers, body: text === '' ? undefined : JSON.parse(text) };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): ScriptedAnswer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** A stream of events, ended as servers end theirs. */
export function stream(...events: readonly object[]): ScriptedAnswer {
  return raw(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`);
}

/** A stream of this text. */
export function raw(text: string): ScriptedAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
  };
}
