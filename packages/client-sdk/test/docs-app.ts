import { Readable } from 'node:stream';
import type { StreamEvent } from '@octavus/core';
import { OctavusClient, type SessionRequest, type SocketMessage, toSSEStream } from '@octavus/server-sdk';
import { WebSocketServer } from 'ws';
import { issueApiKey } from '../../../apps/server/src/access/api-keys.ts';
import type { SessionServer } from '../../../apps/server/test/serve-sessions.ts';
import { bodyOf, type Served, serve } from './serve.ts';

const protocol = `
triggers:
  user-message: { input: { USER_MESSAGE: { type: string }, FILES: { type: 'file[]', optional: true } } }
  request-quote: { input: { TASK: { type: string } } }
types:
  Quote: { price: { type: number, description: The price. } }
tools:
  measure-window: { description: Measures the window., display: stream }
  choose-time: { description: Lets the customer choose., display: stream }
agent: { model: offline/instant, system: system, tools: [measure-window, choose-time], agentic: true }
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE], files: [FILES], display: hidden }
    Answer: { block: next-message }
  request-quote:
    Add: { block: add-message, role: user, prompt: user-message, input: { USER_MESSAGE: TASK }, display: hidden }
    Quote: { block: next-message, responseType: Quote }
`;

/** The application that the page speaks of: a session of its own for every request that begins one. */
export async function serveDocsApp(server: SessionServer): Promise<Served> {
  const { storage, ids, clock } = server.services;
  const permissions = ['agents', 'sessions', 'mint-tokens'] as const;
  const issued = { projectId: server.projectId, name: 'docs', permissions, keys: storage.apiKeys, ids, clock };
  const client = new OctavusClient({ baseUrl: server.url, apiKey: (await issueApiKey(issued)).key });
  const agentId = await server.createAgent({ slug: 'docs', name: 'Docs', format: 'interactive' }, protocol);
  /** For the files of the page; what has none begins a session of its own, so that every answer is a first one. */
  const fileSessionId = await client.agentSessions.create(agentId);
  let sessionId = fileSessionId;
  const poll = polledTurns(client, agentId);
  // Signed addresses name the server as the world sees it, which is not where a test's server listens.
  const here = (url: string) => url.replace(/^https?:\/\/[^/]+/, server.url);

  const app = await serve(async (request, response) => {
    const path = request.url ?? '';
    if (path === '/api/token') {
      const ownSessionId = await client.agentSessions.create(agentId);
      const { token } = await client.tokens.mint({ agentId, sessionId: ownSessionId });
      response.end(JSON.stringify({ octavusUrl: server.url, sessionId: ownSessionId, token }));
    } else if (path === '/api/upload-urls') {
      const { files } = await client.files.getUploadUrls(fileSessionId, JSON.parse(await bodyOf(request)));
      response.end(JSON.stringify({ files: files.map((file) => ({ ...file, uploadUrl: here(file.uploadUrl) })) }));
    } else if (path.startsWith('/api/polling/')) {
      response.end(JSON.stringify(await poll(path.slice('/api/polling/'.length), JSON.parse(await bodyOf(request)))));
    } else {
      const body = JSON.parse(await bodyOf(request)) as SessionRequest & { input?: { FILES?: unknown } };
      const hasFiles = body.type === 'trigger' && body.input?.FILES !== undefined;
      const isRetry = body.type === 'trigger' && body.rollbackAfterMessageId !== undefined;
      if (hasFiles) sessionId = fileSessionId;
      else if (body.type === 'trigger' && !isRetry) sessionId = await client.agentSessions.create(agentId);
      const events = client.agentSessions.attach(sessionId).execute(body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      Readable.fromWeb(toSSEStream(events) as Parameters<typeof Readable.fromWeb>[0]).pipe(response);
    }
  });
  serveSockets(app, client, agentId);
  return app;
}

/** The last turn and its events, for a page that asks again and again. */
function polledTurns(client: OctavusClient, agentId: string) {
  let events: StreamEvent[] = [];
  let isRunning = false;
  return async (path: string, body: { triggerName: string; input?: Record<string, unknown>; cursor: number }) => {
    if (path === 'events') {
      return { events: events.slice(body.cursor), cursor: events.length, status: isRunning ? 'streaming' : 'idle' };
    }
    const session = client.agentSessions.attach(await client.agentSessions.create(agentId));
    events = [];
    isRunning = true;
    void (async () => {
      for await (const event of session.trigger(body.triggerName, body.input)) events.push(event);
      isRunning = false;
    })();
    return {};
  };
}

/** Every socket is a session of its own. */
function serveSockets({ server }: Served, client: OctavusClient, agentId: string): void {
  new WebSocketServer({ server }).on('connection', (socket) => {
    const session = client.agentSessions.create(agentId).then((id) => client.agentSessions.attach(id));
    socket.on('message', async (data) => {
      const message = JSON.parse(String(data)) as SocketMessage;
      await (await session).handleSocketMessage(message, { onEvent: (event) => socket.send(JSON.stringify(event)) });
    });
  });
}
