import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createModels } from '@octavus/models';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { sqliteDatabase } from './databases.ts';
import { serveSessions } from './serve-sessions.ts';

const protocol = `
triggers:
  look:
    input:
      PHOTO: { type: file }
agent:
  model: lab/eyes
  system: system
  maxImageDimension: 64
handlers:
  look:
    Show:
      block: add-message
      role: user
      prompt: user-message
      files: [PHOTO]
    Say:
      block: next-message
`;

/** A server that speaks Chat Completions and keeps what it is asked. */
async function startProvider() {
  const bodies: { messages: { role: string; content: unknown }[] }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const said = { choices: [{ index: 0, delta: { content: 'A fern.' }, finish_reason: 'stop' }] };
    response.end(`data: ${JSON.stringify(said)}\n\ndata: [DONE]\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('[rt.context.native-files] [rt.guard.image-dimension] a provider that cannot reach the server gets the bytes of an uploaded photo, scaled down', async () => {
  await using provider = await startProvider();
  await using database = await sqliteDatabase();
  const { resolve } = createModels({ compatible: { lab: { baseURL: provider.baseURL } } });
  await using server = await serveSessions({ databaseUrl: database.url, resolve });
  const agentId = await server.createAgent({ slug: 'eyes', name: 'Eyes', format: 'interactive' }, protocol);
  const { body: session } = await server.call('POST', '/api/agent-sessions', { agentId });
  const { sessionId } = session;
  const photo = await sharp({ create: { width: 300, height: 150, channels: 3, background: '#2e7d32' } })
    .png()
    .toBuffer();
  const meta = { projectId: server.projectId, sessionId, mediaType: 'image/png', filename: 'fern.png' };
  const file = await server.services.files.store(photo, meta);
  const { events } = await server.stream(`/api/agent-sessions/${sessionId}/trigger`, {
    triggerName: 'look',
    input: { PHOTO: file },
  });
  expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
  const content = provider.bodies[0]?.messages.at(-1)?.content as { type: string; image_url?: { url: string } }[];
  const [header, data] = content[0]?.image_url?.url.split(',') ?? [];
  expect(header).toBe('data:image/png;base64');
  expect(await sharp(Buffer.from(data ?? '', 'base64')).metadata()).toMatchObject({ width: 64, height: 32 });
  const { body: logs } = await server.call('GET', `/api/agent-sessions/${sessionId}/logs`);
  expect(logs.entries).toContainEqual(
    expect.objectContaining({ type: 'image-adapted', source: 'declared-cap', originalWidth: 300, deliveredWidth: 64 }),
  );
});
