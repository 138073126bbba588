import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { OctavusClient, type SessionRequest, type ToolHandlers, toSSEStream } from '@octavus/server-sdk';

/** The backend that an application puts between its browser and this server. */
export interface DemoApp extends AsyncDisposable {
  readonly url: string;
}

/**
 * `POST /chat/<session id>` takes what the client SDK sends and streams what the server SDK yields.
 *
 * @param tools handlers of the tools that run in the application.
 */
export async function startDemoApp(serverUrl: string, apiKey: string, tools: ToolHandlers): Promise<DemoApp> {
  const client = new OctavusClient({ baseUrl: serverUrl, apiKey });
  const server = createServer(async (request, response) => {
    const sessionId = request.url?.split('/').at(-1) ?? '';
    const left = new AbortController();
    response.on('close', () => left.abort());
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const session = client.agentSessions.attach(sessionId, { tools });
    const events = session.execute(JSON.parse(body) as SessionRequest, { signal: left.signal });
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    Readable.fromWeb(toSSEStream(events) as Parameters<typeof Readable.fromWeb>[0])
      .on('error', () => response.destroy())
      .pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
