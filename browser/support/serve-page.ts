import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page with one script, and whatever else its server answers. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string;
  readonly server: Server;
}

/** @param answer what is not the page or its script. @returns whether it was answered. */
export async function servePage(
  script: string,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<boolean> = async () => false,
): Promise<ServedPage> {
  const server = createServer((request, response) => {
    answer(request, response)
      .then((isAnswered) => {
        if (isAnswered) return;
        if (request.url === '/page.js') send(response, 'text/javascript', script);
        else send(response, 'text/html', page);
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The icon is named so that the browser does not ask for one. */
const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,"></head>
<body><div id="root"></div><script type="module" src="/page.js"></script></body></html>`;

export function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type }).end(body);
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}
