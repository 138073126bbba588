import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { finish, openDataDir, type RunningServer, startProcess, startServer } from './run-process.ts';
import { s3Credentials, startS3 } from './run-s3.ts';

/** Shows the model what the visitor attached, then asks the caller for a picture. */
const protocol = `
input:
  LEAFLET: { type: file, optional: true }
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
      FILES: { type: 'file[]', optional: true }
tools:
  take-picture:
    description: Takes a picture of the shelf
agent:
  model: offline/default
  system: system
  tools: [take-picture]
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: user-message
      input: [USER_MESSAGE]
      files: [FILES]
    Look:
      block: tool-call
      tool: take-picture
    Answer:
      block: next-message
`;
const agent = {
  settings: { slug: 'shelf', name: 'Shelf', format: 'interactive' },
  protocol,
  prompts: [
    { name: 'system', content: 'You look after a shelf of plants.' },
    { name: 'user-message', content: '{{USER_MESSAGE}}' },
  ],
};

interface Client {
  call(path: string, body?: unknown): Promise<Response>;
  json<Body>(path: string, body?: unknown): Promise<Body>;
  openSession(input?: unknown): Promise<string>;
  upload(sessionId: string, content: string): Promise<{ id: string; downloadUrl: string }>;
}

function clientOf({ url }: RunningServer, key: string): Client {
  const headers = { authorization: `Bearer ${key}`, 'x-octavus-sdk-version': '4' };
  const call = (path: string, body?: unknown) =>
    fetch(url + path, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  const json = async <Body>(path: string, body?: unknown) => (await (await call(path, body)).json()) as Body;
  return {
    call,
    json,
    openSession: async (input) =>
      (await json<{ sessionId: string }>('/api/agent-sessions', { agentId: 'shelf', input })).sessionId,
    upload: async (sessionId, content) => {
      const declared = { filename: 'fern.png', mediaType: 'image/png', size: content.length };
      const { files } = await json<{ files: [{ id: string; uploadUrl: string; downloadUrl: string }] }>(
        '/api/files/upload-urls',
        { sessionId, files: [declared] },
      );
      await fetch(files[0].uploadUrl, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: content });
      return files[0];
    },
  };
}

/** A server with the agent in two projects. */
async function open(dataDir: string): Promise<{ server: RunningServer; client: Client; stranger: Client }> {
  const server = await startServer(dataDir);
  await admin(dataDir, 'projects', 'create', 'other', '--name', 'Other');
  const client = clientOf(server, (await issueKey(dataDir)).key);
  const stranger = clientOf(server, (await issueKey(dataDir, '--project', 'other')).key);
  for (const each of [client, stranger]) expect((await each.call('/api/agents', agent)).status).toBe(201);
  return { server, client, stranger };
}

function issueKey(dataDir: string, ...scope: string[]): Promise<{ key: string }> {
  return admin(dataDir, 'keys', 'create', '--name', 'x', '--permissions', 'agents,sessions', ...scope);
}

async function admin(dataDir: string, ...args: string[]): Promise<{ key: string }> {
  const { out } = await finish(startProcess('admin/main.ts', [...args, '--json'], { OCTAVUS_DATA_DIR: dataDir }));
  return JSON.parse(out);
}

function forged(id: string) {
  return { id, mediaType: 'text/html', url: 'https://evil.example', filename: 'evil.html' };
}

function eventsOf(stream: string): Record<string, unknown>[] {
  return stream
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)));
}

test('[rt.input.files] files travel from an upload through a turn and a tool result into the history', async () => {
  await using dir = await openDataDir();
  const { server, client, stranger } = await open(dir.path);
  await using _server = server;
  const sessionId = await client.openSession();
  const path = `/api/agent-sessions/${sessionId}/trigger`;
  const attached = await client.upload(sessionId, 'a fern');
  const link = { id: 'file-of-mine', mediaType: 'image/png', url: 'https://larkspur.example/fern.png' };

  const input = { USER_MESSAGE: 'What is this?', FILES: [forged(attached.id), link] };
  const started = eventsOf(await (await client.call(path, { triggerName: 'user-message', input })).text());
  const request = started.find(({ type }) => type === 'tool-request') as { toolCalls: [{ toolCallId: string }] };
  const { toolCallId } = request.toolCalls[0];

  const picture = await client.upload(sessionId, 'a picture');
  const { executionId } = started[0] as { executionId: string };
  const missing = { executionId, toolResults: [{ toolCallId, result: 1, files: [forged(`file-${'x'.repeat(24)}`)] }] };
  const refused = await client.call(path, missing);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ issues: [{ path: 'toolResults.0.files.0' }] });

  const results = { executionId, toolResults: [{ toolCallId, result: 1, files: [forged(picture.id)] }] };
  const continued = eventsOf(await (await client.call(path, results)).text());
  expect(continued.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });

  for (const format of ['', '?format=ui']) {
    const { messages } = await client.json<{ messages: { parts: Record<string, unknown>[] }[] }>(
      `/api/agent-sessions/${sessionId}${format}`,
    );
    const parts = messages.flatMap((message) => message.parts).filter(({ type }) => type === 'file');
    const found = parts.map((part) => (part.file ?? part) as { id: string; url: string });
    expect(found).toMatchObject([
      { id: attached.id, mediaType: 'image/png', filename: 'fern.png', size: 6 },
      link,
      { id: picture.id, mediaType: 'image/png', toolCallId },
    ]);
    expect(await (await fetch(found[0]!.url)).text()).toBe('a fern');
    expect(await (await fetch(found[2]!.url)).text()).toBe('a picture');
    expect(found[1]!.url).toBe(link.url);
  }

  const theirs = await stranger.openSession();
  const stolen = { triggerName: 'user-message', input: { USER_MESSAGE: 'x', FILES: [forged(attached.id)] } };
  const answer = await stranger.call(`/api/agent-sessions/${theirs}/trigger`, stolen);
  expect([answer.status, await answer.json()]).toMatchObject([400, { issues: [{ path: 'input.FILES.0' }] }]);
  expect(
    (await stranger.call('/api/agent-sessions', { agentId: 'shelf', input: { LEAFLET: forged(attached.id) } })).status,
  ).toBe(400);
  expect(await client.openSession({ LEAFLET: forged(attached.id) })).toMatch(/^c/);
});

test('a file in the result of a tool is no way to the files of another project', async () => {
  await using dir = await openDataDir();
  const { server, client, stranger } = await open(dir.path);
  await using _server = server;
  const { id } = await client.upload(await client.openSession(), 'a secret');
  const sessionId = await stranger.openSession();
  const path = `/api/agent-sessions/${sessionId}/trigger`;
  const started = eventsOf(
    await (await stranger.call(path, { triggerName: 'user-message', input: { USER_MESSAGE: 'x' } })).text(),
  );
  const request = started.find(({ type }) => type === 'tool-request') as { toolCalls: [{ toolCallId: string }] };
  const result = { toolCallId: request.toolCalls[0].toolCallId, result: forged(id) };
  await (await stranger.call(path, { toolResults: [result] })).text();
  const session = await (await stranger.call(`/api/agent-sessions/${sessionId}`)).text();
  expect(session).not.toContain('sig=');
});

test('uploads survive a restart, and their addresses too', async () => {
  await using dir = await openDataDir();
  const { server, client } = await open(dir.path);
  const { downloadUrl } = await client.upload(await client.openSession(), 'a fern');
  await server.stop();
  await using again = await startServer(dir.path);
  const { pathname, search } = new URL(downloadUrl);
  expect(await (await fetch(again.url + pathname + search)).text()).toBe('a fern');
});

test('an upload cut off by the end of the process leaves no file', async () => {
  await using dir = await openDataDir();
  const { server, client } = await open(dir.path);
  const sessionId = await client.openSession();
  const declared = { filename: 'x', mediaType: 'image/png', size: 1_000_000 };
  const { files } = await client.json<{ files: [{ uploadUrl: string; downloadUrl: string }] }>(
    '/api/files/upload-urls',
    {
      sessionId,
      files: [declared],
    },
  );
  async function* half() {
    yield Buffer.alloc(500_000);
    await server.stop('SIGKILL');
    throw new Error('cut off');
  }
  const headers = { 'content-type': 'image/png' };
  await expect(put(files[0].uploadUrl, half(), headers)).rejects.toThrow();
  await using again = await startServer(dir.path);
  const { pathname, search } = new URL(files[0].downloadUrl);
  expect((await fetch(again.url + pathname + search)).status).toBe(404);
});

test('four films of 50 MB go through at the same time, in both directions, in less memory than they are', async () => {
  await using dir = await openDataDir();
  const { server, client } = await open(dir.path);
  await using _server = server;
  const sessionId = await client.openSession();
  const chunk = randomBytes(1024 * 1024);
  const declared = { filename: 'film.mp4', mediaType: 'video/mp4', size: 50 * chunk.length };
  const { files } = await client.json<{ files: { uploadUrl: string; downloadUrl: string }[] }>(
    '/api/files/upload-urls',
    { sessionId, files: Array(4).fill(declared) },
  );
  await memoryOf(server);
  const before = await memoryOf(server);
  const seen: number[] = [];
  async function* film() {
    for (let sent = 1; sent <= 50; sent += 1) {
      yield chunk;
      if (sent % 10 === 0) seen.push(await memoryOf(server));
    }
  }
  const uploads = files.map(({ uploadUrl }) => put(uploadUrl, film(), { 'content-type': 'video/mp4' }));
  for (const { status } of await Promise.all(uploads)) expect(status).toBe(200);
  const downloads = files.map(async ({ downloadUrl }) => {
    let received = 0;
    for await (const piece of (await fetch(downloadUrl)).body!) received += piece.length;
    seen.push(await memoryOf(server));
    return received;
  });
  for (const received of await Promise.all(downloads)) expect(received).toBe(declared.size);
  expect(Math.max(...seen) - before).toBeLessThan(150 * 1024 * 1024);
  expect(await readdir(join(dir.path, 'files', 'unfinished'))).toEqual([]);
});

/** Resident bytes of the process, as it tells. */
async function memoryOf({ url }: RunningServer): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
}

function put(url: string, body: AsyncIterable<Uint8Array>, headers: Record<string, string>): Promise<Response> {
  const stream = Readable.toWeb(Readable.from(body)) as ReadableStream;
  return fetch(url, { method: 'PUT', headers, body: stream, duplex: 'half' } as RequestInit);
}

test('a bucket is asked at start, and what it answers is a warning', async () => {
  await using dir = await openDataDir();
  await using s3 = await startS3();
  await using good = await startServer(dir.path, { OCTAVUS_FILES_URL: s3.url, ...s3Credentials });
  const { key } = await issueKey(dir.path);
  const client = clientOf(good, key);
  await client.call('/api/agents', agent);
  const { id } = await client.upload(await client.openSession(), 'a fern');
  expect(await client.openSession({ LEAFLET: forged(id) })).toMatch(/^c/);
  await good.stop();
  expect(good.errorText()).not.toContain('file store');

  const missing = s3.url.replace('larkspur', 'elsewhere');
  await using bad = await startServer(dir.path, { OCTAVUS_FILES_URL: missing, ...s3Credentials });
  while (!bad.errorText().includes('The file store does not answer: check OCTAVUS_FILES_URL')) {
    await once(bad.child.stderr!, 'data');
  }
});
