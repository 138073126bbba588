import { hang, reply, type ScriptedStep, text, toolCall } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { issueApiKey } from '../../../apps/server/src/access/api-keys.ts';
import { type SessionServer, serveSessions } from '../../../apps/server/test/serve-sessions.ts';
import {
  ApiError,
  collect,
  createInlineMcpServer,
  defineTool,
  type FilesApi,
  normalizeToolResultMedia,
  OctavusClient,
  Resource,
  type StreamEvent,
  safeParseStreamEvent,
  toSSEResponse,
  WorkerError,
} from '../src/index.ts';

const deskProtocol = `
input:
  NAME: { type: string, optional: true }
resources:
  NOTES: { type: string, default: none }
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
  take-note:
    input:
      NOTE: { type: string }
tools:
  find-order:
    description: Finds an order
    display: stream
    parameters:
      order: { type: string }
  pick-slot:
    description: Lets the customer pick a time
    parameters:
      from: { type: string }
mcpServers:
  weather: { source: consumer, description: Weather }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  input: [NAME]
  tools: [find-order, pick-slot]
  mcpServers: [weather]
  agentic: true
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE] }
    Answer: { block: next-message }
  take-note:
    Keep: { block: set-resource, resource: NOTES, value: NOTE }
`;

const workerProtocol = `
input:
  PLANT: { type: string }
variables:
  SHEET: { type: string }
tools:
  read-sensor:
    description: Reads a sensor
    parameters:
      place: { type: string }
steps:
  Open: { block: start-thread, thread: draft, model: anthropic/claude-haiku-4-5, system: system, tools: [read-sensor] }
  Ask: { block: add-message, thread: draft, role: user, prompt: user-message, input: { USER_MESSAGE: PLANT } }
  Draft: { block: next-message, thread: draft, output: SHEET }
output: SHEET
`;

interface Setting extends AsyncDisposable {
  server: SessionServer;
  client: OctavusClient;
  deskId: string;
}

/** The real server with models that follow a script, and a client with every permission. */
async function open(...steps: readonly ScriptedStep[]): Promise<Setting> {
  const server = await serveSessions({ databaseUrl: 'file::memory:', steps });
  const { storage, ids, clock } = server.services;
  const permissions = ['agents', 'sessions', 'mint-tokens'] as const;
  const { key } = await issueApiKey({
    projectId: server.projectId,
    name: 'sdk',
    permissions,
    keys: storage.apiKeys,
    ids,
    clock,
  });
  const deskId = await server.createAgent({ slug: 'shop', name: 'Shop', format: 'interactive' }, deskProtocol);
  return {
    server,
    deskId,
    client: new OctavusClient({ baseUrl: server.url, apiKey: key }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const findOrder = reply(toolCall('c1', 'find-order', { order: 'A-17' }));
const typesOf = (events: readonly StreamEvent[]) => events.map(({ type }) => type);

describe('sessions on the real server', () => {
  test('a server tool is called, its result goes back, and everything is stored', async () => {
    await using it = await open(findOrder, reply(text('a', 'On Friday.')));
    const sessionId = await it.client.agentSessions.create(it.deskId, { NAME: 'Ada' });
    const seen: unknown[] = [];
    const session = it.client.agentSessions.attach(sessionId, {
      tools: {
        'find-order': defineTool({
          parameters: z.object({ order: z.string() }),
          handler: ({ order }, { toolCallId }) => {
            seen.push([order, toolCallId]);
            return { eta: 'Friday' };
          },
        }),
      },
    });
    const result = await collect(session.trigger('user-message', { USER_MESSAGE: 'Where is it?' }));
    expect(result).toMatchObject({
      text: 'On Friday.',
      finishReason: 'stop',
      toolResults: [{ toolCallId: 'c1', toolName: 'find-order', result: { eta: 'Friday' } }],
    });
    expect(seen).toEqual([['A-17', 'c1']]);
    const state = await it.client.agentSessions.get(sessionId);
    expect(state).toMatchObject({ id: sessionId, agentId: it.deskId, input: { NAME: 'Ada' }, status: 'active' });
    const ui = await it.client.agentSessions.getMessages(sessionId);
    if (ui.status === 'expired') throw new Error('expired');
    expect(ui.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(ui.messages[0]?.createdAt).toBeInstanceOf(Date);
    const logs = await it.client.agentSessions.getLogs(sessionId, { excludeModelRequests: true });
    if ('status' in logs) throw new Error('expired');
    expect(logs.entries.map(({ type }) => type)).toContain('tool-result');
  });

  test('a client tool pauses, and a continuation with both results goes on', async () => {
    await using it = await open(
      reply(toolCall('c1', 'find-order', { order: 'A' }), toolCall('c2', 'pick-slot', { from: 'monday' })),
      reply(text('a', 'Booked.')),
    );
    const sessionId = await it.client.agentSessions.create(it.deskId);
    const session = it.client.agentSessions.attach(sessionId, { tools: { 'find-order': async () => 'found' } });
    const first = await Array.fromAsync(session.trigger('user-message', { USER_MESSAGE: 'Book' }));
    const request = first.find((event) => event.type === 'client-tool-request');
    if (!request) throw new Error(`no request among ${typesOf(first)}`);
    expect(first.at(-1)).toMatchObject({ type: 'finish', finishReason: 'client-tool-calls' });
    const toolResults = [
      ...(request.serverToolResults ?? []),
      ...request.toolCalls.map(({ toolCallId, toolName }) => ({ toolCallId, toolName, result: '10:00' })),
    ];
    const { text: said } = await collect(
      session.execute({ type: 'continue', executionId: request.executionId, toolResults }),
    );
    expect(said).toBe('Booked.');
  });

  test('tools of an inline MCP server reach the model and come back', async () => {
    await using it = await open(reply(toolCall('c1', 'weather__today', { city: 'Oslo' })), reply(text('a', 'Rain.')));
    const weather = createInlineMcpServer('weather', {
      tools: {
        today: {
          description: 'Weather of today',
          parameters: z.object({ city: z.string(), days: z.number().default(1) }),
          handler: async ({ city, days }) => `${city}, ${days} day: rain`,
        },
      },
    });
    const sessionId = await it.client.agentSessions.create(it.deskId);
    const session = it.client.agentSessions.attach(sessionId, { mcpServers: [weather] });
    const result = await collect(session.trigger('user-message', { USER_MESSAGE: 'Weather?' }));
    expect(result).toMatchObject({ text: 'Rain.', toolResults: [{ result: 'Oslo, 1 day: rain' }] });
    expect(it.server.models.calls[0]?.request.tools.map(({ name }) => name)).toContain('weather__today');
  });

  test('a resource update reaches its resource', async () => {
    await using it = await open();
    const sessionId = await it.client.agentSessions.create(it.deskId);
    const notes: unknown[] = [];
    class Notes extends Resource {
      readonly name = 'NOTES';
      async onUpdate(value: unknown) {
        notes.push(value);
      }
    }
    const session = it.client.agentSessions.attach(sessionId, { resources: [new Notes()] });
    await collect(session.trigger('take-note', { NOTE: 'Water the fern' }));
    expect(notes).toEqual(['Water the fern']);
  });

  test('a deferred start makes one session', async () => {
    await using it = await open(reply(text('a', 'Hi.')), reply(text('b', 'Again.')));
    const created: string[] = [];
    const session = it.client.agentSessions.start({
      agentId: it.deskId,
      input: { NAME: 'Ada' },
      onSessionCreated: (id) => created.push(id),
    });
    await collect(session.trigger('user-message', { USER_MESSAGE: 'Hello' }));
    const { text: said } = await collect(session.trigger('user-message', { USER_MESSAGE: 'More' }));
    expect(said).toBe('Again.');
    expect(created).toEqual([session.getSessionId()]);
    expect(await it.client.agentSessions.get(created[0]!)).toMatchObject({ input: { NAME: 'Ada' } });
  });

  test('leaving the stream stops the model', async () => {
    await using it = await open(hang(text('a', 'Once upon')));
    const sessionId = await it.client.agentSessions.create(it.deskId);
    const session = it.client.agentSessions.attach(sessionId);
    for await (const event of session.trigger('user-message', { USER_MESSAGE: 'A tale' })) {
      if (event.type === 'text-delta') break;
    }
    await expect.poll(() => it.server.models.abortedCalls).toBe(1);
  });

  test('a session can be aborted from elsewhere', async () => {
    await using it = await open(hang(text('a', 'Once upon')));
    const sessionId = await it.client.agentSessions.create(it.deskId);
    const running = it.client.agentSessions.attach(sessionId).trigger('user-message', { USER_MESSAGE: 'A tale' });
    await running.next();
    expect(await it.client.agentSessions.abort(sessionId)).toEqual({ sessionId, aborted: true });
    expect((await Array.fromAsync(running)).at(-1)?.type).toMatch(/finish|error/);
  });

  test('a session is cleared, expires, and is restored', async () => {
    await using it = await open(reply(text('a', 'Hi.')), reply(text('b', 'Welcome back.')));
    const { agentSessions } = it.client;
    const sessionId = await agentSessions.create(it.deskId, { NAME: 'Ada' });
    await collect(agentSessions.attach(sessionId).trigger('user-message', { USER_MESSAGE: 'Hello' }));
    const before = await agentSessions.getMessages(sessionId);
    if (before.status === 'expired') throw new Error('expired');
    expect(await agentSessions.clear(sessionId)).toEqual({ sessionId, cleared: true });
    expect(await agentSessions.getMessages(sessionId)).toMatchObject({ status: 'expired', sessionId });
    expect(await agentSessions.restore(sessionId, before.messages)).toEqual({ sessionId, restored: true });
    const after = await agentSessions.getMessages(sessionId);
    expect(after).toMatchObject({ messages: before.messages.map(({ role }) => ({ role })) });
  });

  test('agents are listed and read; what is missing or not allowed says so', async () => {
    await using it = await open();
    expect((await it.client.agents.list()).map(({ slug }) => slug)).toContain('shop');
    expect((await it.client.agents.get(it.deskId)).settings).toMatchObject({ slug: 'shop', format: 'interactive' });
    const missing = await it.client.agents.get('nope').catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(ApiError);
    expect(missing).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const stranger = new OctavusClient({ baseUrl: it.server.url });
    await expect(stranger.agents.list()).rejects.toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    const events = await Array.fromAsync(stranger.agentSessions.attach('nope').trigger('user-message'));
    expect(events).toMatchObject([{ type: 'error', errorType: 'authentication_error', code: 'UNAUTHORIZED' }]);
  });

  test('an event stream through a web handler reads like the original', async () => {
    await using it = await open(reply(text('a', 'Hi.')));
    const sessionId = await it.client.agentSessions.create(it.deskId);
    const response = toSSEResponse(
      it.client.agentSessions.attach(sessionId).trigger('user-message', { USER_MESSAGE: 'Hello' }),
    );
    const lines = (await response.text()).split('\n\n').filter((line) => line.startsWith('data: {'));
    const events = lines.map((line) => safeParseStreamEvent(JSON.parse(line.slice(6))).data);
    expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
  });
});

test('files: a picture that a tool returns inline becomes a stored file that the model may see', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
  await using it = await open(findOrder, reply(text('a', 'Look.')));
  const sessionId = await it.client.agentSessions.create(it.deskId);
  const session = it.client.agentSessions.attach(sessionId, {
    tools: { 'find-order': async () => ({ content: [{ type: 'image', data: png.toString('base64') }] }) },
    onToolResults: (results) => normalizeToolResultMedia(results, reachable(it), sessionId),
  });
  const events = await Array.fromAsync(session.trigger('user-message', { USER_MESSAGE: 'Show me' }));
  const output = events.find((event) => event.type === 'tool-output-available')?.output;
  const { url } = (output as { content: [{ url: string }] }).content[0];
  expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(png);
  const shown = it.server.models.calls[1]?.request.messages.at(-1)?.content[0];
  expect(shown).toMatchObject({ files: [{ mediaType: 'image/png' }] });
});

/** The server of these tests does not know on which port it listens, so its addresses name another. */
function reachable({ client, server }: Setting): FilesApi {
  const move = (url: string) => server.url + url.slice(new URL(url).origin.length);
  return Object.assign(Object.create(client.files) as FilesApi, {
    getUploadUrls: async (...args: Parameters<FilesApi['getUploadUrls']>) => {
      const { files } = await client.files.getUploadUrls(...args);
      const moved = files.map((file) => ({
        ...file,
        uploadUrl: move(file.uploadUrl),
        downloadUrl: move(file.downloadUrl),
      }));
      return { files: moved };
    },
  });
}

test('tokens are minted, open what they name, and are revoked', async () => {
  await using it = await open(reply(text('a', 'Hi.')));
  const { token, jti } = await it.client.tokens.mint({ agentId: it.deskId, ttlSeconds: 60 });
  expect(token).toMatch(/^oct_et_/);
  const holder = new OctavusClient({ baseUrl: it.server.url, apiKey: async () => token });
  const sessionId = await holder.agentSessions.create(it.deskId);
  expect(
    (await collect(holder.agentSessions.attach(sessionId).trigger('user-message', { USER_MESSAGE: 'Hello' }))).text,
  ).toBe('Hi.');
  await expect(holder.agents.list()).rejects.toMatchObject({ status: 403 });
  expect(await it.client.tokens.revoke(token)).toEqual({ revoked: true, jti });
  expect(await it.client.tokens.revoke(token)).toMatchObject({ revoked: false });
  await expect(holder.agentSessions.create(it.deskId)).rejects.toMatchObject({ status: 401 });
});

describe('workers on the real server', () => {
  const openWorker = async (...steps: readonly ScriptedStep[]) => {
    const it = await open(...steps);
    const workerId = await it.server.createAgent({ slug: 'sheets', name: 'Sheets', format: 'worker' }, workerProtocol);
    return { ...it, workerId };
  };

  test('generate runs to the output with a tool on the way', async () => {
    await using it = await openWorker(
      reply(toolCall('c1', 'read-sensor', { place: 'window' })),
      reply(text('a', 'Water daily.')),
    );
    const { output, sessionId, tokens } = await it.client.workers.generate(
      it.workerId,
      { PLANT: 'fern' },
      {
        tools: { 'read-sensor': async () => ({ humidity: 40 }) },
      },
    );
    expect(output).toBe('Water daily.');
    expect(sessionId).toMatch(/./);
    expect(tokens?.totalTokens).toBeGreaterThanOrEqual(0);
  });

  test('what it cannot do is a WorkerError with the reason', async () => {
    await using it = await openWorker();
    const refused = await it.client.workers.generate(it.workerId, {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WorkerError);
    expect(refused).toMatchObject({ details: { errorType: 'validation_error', code: 'VALIDATION_ERROR' } });
  });

  test('a tool of the caller pauses the run; continue goes on', async () => {
    await using it = await openWorker(
      reply(toolCall('c1', 'read-sensor', { place: 'window' })),
      reply(text('a', 'Water daily.')),
    );
    const events = await Array.fromAsync(it.client.workers.execute(it.workerId, { PLANT: 'fern' }));
    const request = events.find((event) => event.type === 'client-tool-request');
    if (!request) throw new Error(`no request among ${typesOf(events)}`);
    const toolResults = request.toolCalls.map(({ toolCallId }) => ({ toolCallId, result: 40 }));
    const rest = await Array.fromAsync(it.client.workers.continue(it.workerId, request.executionId, toolResults));
    expect(rest).toContainEqual(expect.objectContaining({ type: 'worker-result', output: 'Water daily.' }));
  });
});
