import { Readable } from 'node:stream';
import { hang, reply, type ScriptedStep, text, toolCall } from '@octavus/engine/testing';
import { OctavusClient, type SessionRequest, type ToolHandlers, toSSEStream } from '@octavus/server-sdk';
import { describe, expect, test } from 'vitest';
import { issueApiKey } from '../../../apps/server/src/access/api-keys.ts';
import { type SessionServer, serveSessions } from '../../../apps/server/test/serve-sessions.ts';
import { createHttpTransport, getText, OctavusChat, type OctavusChatOptions, type UIMessage } from '../src/index.ts';
import { bodyOf, type Served, serve } from './serve.ts';

const protocol = `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
      FILES: { type: 'file[]', optional: true }
  request-quote: { input: { USER_MESSAGE: { type: string } } }
types:
  Quote:
    task: { type: string }
    price: { type: number }
tools:
  find-order: { description: Finds an order, display: stream, parameters: { order: { type: string } } }
  pick-slot: { description: Lets the customer pick, display: stream, parameters: { from: { type: string } } }
agent: { model: anthropic/claude-sonnet-4-5, system: system, tools: [find-order, pick-slot], agentic: true }
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE], files: [FILES], display: hidden }
    Answer: { block: next-message }
  request-quote:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE], display: hidden }
    Quote: { block: next-message, responseType: Quote }
`;

interface Setting extends AsyncDisposable {
  server: SessionServer;
  client: OctavusClient;
  sessionId: string;
  /** A chat that reaches the server through an application, as a browser's does. */
  chat(options?: Partial<OctavusChatOptions>): OctavusChat;
}

/** The real server with models that follow a script, and an application with these tools in front of it. */
async function open(steps: readonly ScriptedStep[], tools: ToolHandlers = {}): Promise<Setting> {
  const opened = new AsyncDisposableStack();
  const server = opened.use(await serveSessions({ databaseUrl: 'file::memory:', steps }));
  const { storage, ids, clock } = server.services;
  const permissions = ['agents', 'sessions', 'mint-tokens'] as const;
  const issued = { projectId: server.projectId, name: 'sdk', permissions, keys: storage.apiKeys, ids, clock };
  const client = new OctavusClient({ baseUrl: server.url, apiKey: (await issueApiKey(issued)).key });
  const agentId = await server.createAgent({ slug: 'shop', name: 'Shop', format: 'interactive' }, protocol);
  const app = opened.use(await serveApp(client, tools));
  const sessionId = await client.agentSessions.create(agentId);
  return {
    server,
    client,
    sessionId,
    chat: (options) =>
      new OctavusChat({ transport: createHttpTransport({ url: app.url, body: { sessionId } }), ...options }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function serveApp(client: OctavusClient, tools: ToolHandlers): Promise<Served> {
  return serve(async (request, response) => {
    const left = new AbortController();
    response.on('close', () => left.abort());
    const body = JSON.parse(await bodyOf(request)) as SessionRequest & { sessionId: string };
    const events = client.agentSessions.attach(body.sessionId, { tools }).execute(body, { signal: left.signal });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    Readable.fromWeb(toSSEStream(events) as Parameters<typeof Readable.fromWeb>[0])
      .on('error', () => response.destroy())
      .pipe(response);
  });
}

const ask = (chat: OctavusChat, content: string) =>
  chat.send('user-message', { USER_MESSAGE: content }, { userMessage: { content } });

const until = (chat: OctavusChat, passes: (chat: OctavusChat) => boolean) =>
  new Promise<void>((resolve) => {
    const check = () => {
      if (!passes(chat)) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = chat.subscribe(check);
    queueMicrotask(check);
  });

const isIdle = ({ status }: OctavusChat) => status === 'idle';

async function stored({ client, sessionId }: Setting): Promise<UIMessage[]> {
  const state = await client.agentSessions.getMessages(sessionId);
  if (state.status === 'expired') throw new Error('expired');
  return state.messages;
}

/** What of a message does not depend on who made it, without the marks between steps, which nobody renders. */
const shown = (messages: readonly UIMessage[]) =>
  messages.map(({ role, parts, status }) => ({
    role,
    parts: parts.filter(({ type }) => type !== 'step-start'),
    status,
  }));

const bothTools = reply(
  text('a', 'One moment.'),
  toolCall('c1', 'find-order', { order: 'A-17' }),
  toolCall('c2', 'pick-slot', { from: 'monday' }),
);

describe('a chat on the real server', () => {
  test('shows what the server stores, word for word', async () => {
    await using it = await open(
      [bothTools, reply(text('b', 'Booked', ' for noon.')), reply(text('c', 'You are welcome.'))],
      {
        'find-order': async () => ({ eta: 'Friday' }),
      },
    );
    const chat = it.chat({
      clientTools: { 'pick-slot': async ({ from }) => `${from}, noon` },
      useServerMessageIds: true,
    });
    const done = until(chat, (current) => isIdle(current) && getText(current.messages.at(-1)!).includes('Booked'));
    await ask(chat, 'Where is A-17, and when can I come?');
    await done;
    await ask(chat, 'Thank you');
    const kept = await stored(it);
    expect(shown(kept)).toEqual(shown(chat.messages));
    expect(kept.filter(({ role }) => role === 'assistant').map(({ id }) => id)).toEqual(
      chat.messages.filter(({ role }) => role === 'assistant').map(({ id }) => id),
    );
    expect(chat.messages[1]?.parts).toMatchObject([
      { type: 'text', text: 'One moment.' },
      { type: 'tool-call', toolName: 'find-order', args: { order: 'A-17' }, result: { eta: 'Friday' }, status: 'done' },
      { type: 'tool-call', toolName: 'pick-slot', result: 'monday, noon', status: 'done' },
      { type: 'text', text: 'Booked for noon.' },
    ]);
  });

  test('an interactive tool waits, and goes on with the answer', async () => {
    await using it = await open([reply(toolCall('c2', 'pick-slot', { from: 'monday' })), reply(text('b', 'Done.'))]);
    const chat = it.chat({ clientTools: { 'pick-slot': 'interactive' } });
    const waits = until(chat, ({ status }) => status === 'awaiting-input');
    await ask(chat, 'When can I come?');
    await waits;
    const done = until(chat, isIdle);
    chat.pendingClientTools['pick-slot']?.[0]?.submit('noon');
    await done;
    expect(chat.messages.map(getText)).toEqual(['When can I come?', 'Done.']);
    expect(shown(await stored(it))).toEqual(shown(chat.messages));
  });

  test('a retry replaces the turn on the server too', async () => {
    await using it = await open([reply(text('a', 'First.')), reply(text('b', 'Second.')), reply(text('c', 'Third.'))]);
    const chat = it.chat();
    await ask(chat, 'Hello');
    await ask(chat, 'Again');
    await chat.retry();
    expect(chat.messages.map(getText)).toEqual(['Hello', 'First.', 'Again', 'Third.']);
    expect(shown(await stored(it))).toEqual(shown(chat.messages));
  });

  test('stop keeps on both sides what came, and the next message is answered', async () => {
    await using it = await open([hang(text('a', 'Half').slice(0, 2)), reply(text('b', 'Back.'))]);
    const chat = it.chat();
    const streams = until(chat, ({ messages }) => messages.length === 2 && getText(messages[1]!) === 'Half');
    void ask(chat, 'Hello');
    await streams;
    chat.stop();
    await ask(chat, 'Are you there?');
    expect(chat.messages.map(getText)).toEqual(['Hello', 'Half', 'Are you there?', 'Back.']);
    expect(shown(await stored(it))).toEqual(shown(chat.messages));
  });

  test('structured output is an object', async () => {
    await using it = await open([reply(text('a', '{"task":"new', ' tyre","pri', 'ce":25}'))]);
    const chat = it.chat();
    const partials = new Set<string | undefined>();
    chat.subscribe(() => {
      const [part] = chat.messages.at(-1)?.parts ?? [];
      if (part?.type === 'object') partials.add(JSON.stringify(part.partial));
    });
    await chat.send('request-quote', { USER_MESSAGE: 'A tyre' });
    expect([...partials]).toEqual([
      undefined,
      '{"task":"new"}',
      '{"task":"new tyre"}',
      '{"task":"new tyre","price":25}',
    ]);
    expect(chat.messages.at(-1)?.parts).toMatchObject([{ object: { task: 'new tyre', price: 25 }, status: 'done' }]);
  });

  test('a file is uploaded to the server and reaches the agent', async () => {
    await using it = await open([reply(text('a', 'Nice picture.'))]);
    // Signed addresses name the server as the world sees it, which is not where a test's server listens.
    const here = (url: string) => url.replace(/^https?:\/\/[^/]+/, it.server.url);
    const chat = it.chat({
      requestUploadUrls: async (files) => {
        const answer = await it.client.files.getUploadUrls(it.sessionId, files);
        return { files: answer.files.map((file) => ({ ...file, uploadUrl: here(file.uploadUrl) })) };
      },
    });
    const files = [new File([new Uint8Array([1, 2, 3])], 'a.png', { type: 'image/png' })];
    await chat.send(
      'user-message',
      { USER_MESSAGE: 'Look', FILES: files },
      { userMessage: { content: 'Look', files } },
    );
    expect(chat.error).toBeNull();
    const [part] = chat.messages[0]?.parts ?? [];
    if (part?.type !== 'file') throw new Error('no file');
    expect(new Uint8Array(await (await fetch(here(part.url))).arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
    expect((await stored(it))[0]?.parts.map(({ type }) => type).sort()).toEqual(['file', 'text']);
  });

  test('a refused request is an error with its code', async () => {
    await using it = await open([]);
    const chat = it.chat();
    await it.client.agentSessions.clear(it.sessionId);
    await ask(chat, 'Hello?');
    expect(chat.error).toMatchObject({ source: 'platform', retryable: false });
    expect(chat.messages.map(getText)).toEqual(['Hello?']);
  });

  test('without an application in between: a token in the browser is enough', async () => {
    await using it = await open([reply(text('a', 'Straight.'))]);
    const { token } = await it.client.tokens.mint({ agentId: await agentOf(it), sessionId: it.sessionId });
    const transport = createHttpTransport({
      url: `${it.server.url}/api/agent-sessions/${it.sessionId}/trigger`,
      headers: { Authorization: `Bearer ${token}`, 'X-Octavus-Sdk-Version': '4' },
    });
    const chat = new OctavusChat({ transport });
    await ask(chat, 'Hello');
    expect(chat.error).toBeNull();
    expect(getText(chat.messages[1]!)).toBe('Straight.');
  });
});

async function agentOf({ client, sessionId }: Setting): Promise<string> {
  return (await client.agentSessions.get(sessionId)).agentId;
}
