import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MediaServerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // Read with assertions only.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any;
  /** Of a multipart body: its fields, files as their bytes. */
  readonly form: { readonly [name: string]: readonly (string | { name: string; type: string; bytes: Buffer })[] };
}

export interface MediaServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly MediaServerRequest[];
}

/** A provider's HTTP server that understands JSON and multipart bodies. */
export async function openMediaServer(
  answer: (response: ServerResponse, request: MediaServerRequest) => unknown,
): Promise<MediaServer> {
  const requests: MediaServerRequest[] = [];
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const { headers, method = '', url: path = '' } = message;
    const body = Buffer.concat(chunks);
    const type = headers['content-type'] ?? '';
    const json: unknown = type.startsWith('application/json') ? JSON.parse(body.toString()) : undefined;
    const form = type.startsWith('multipart/') ? await readForm(body, type) : {};
    const request = { method, path, headers, json, form };
    requests.push(request);
    await answer(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readForm(body: Buffer, type: string): Promise<MediaServerRequest['form']> {
  const parsed = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const form: { [name: string]: (string | { name: string; type: string; bytes: Buffer })[] } = {};
  for (const [name, value] of parsed) {
    const read =
      typeof value === 'string'
        ? value
        : { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
    form[name] = [...(form[name] ?? []), read];
  }
  return form;
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
