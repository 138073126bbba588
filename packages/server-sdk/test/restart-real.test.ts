import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeKey, startServerProcess } from '../../../apps/server/faults/real-server.ts';
import { openDataDir } from '../../../apps/server/test/run-process.ts';
import { OctavusClient } from '../src/index.ts';

const agent = {
  settings: { slug: 'gardener', name: 'Gardener', format: 'interactive' },
  protocol: `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
agent: { model: standin/plain, system: system }
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE] }
    Answer: { block: next-message }
`,
  prompts: [
    { name: 'system', content: 'You water plants.' },
    { name: 'user-message', content: '{{USER_MESSAGE}}' },
  ],
};

/** A model server that begins its first answer and leaves it there, and gives the later ones whole. */
async function serveModel() {
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  const send = (response: ServerResponse, delta: object, finishReason: string | null = null) =>
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finishReason }] })}\n\n`);
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    calls += 1;
    send(response, { role: 'assistant', content: 'Watered' });
    if (calls === 1) return resolve();
    send(response, {}, 'stop');
    response.end('data: [DONE]\n\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    isAsked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('waiting for a workforce thread outlives a server that is killed and started again', async () => {
  await using model = await serveModel();
  await using dir = await openDataDir();
  const env = {
    OCTAVUS_DATA_DIR: join(dir.path, 'data'),
    OCTAVUS_LOG_LEVEL: 'silent',
    OPENAI_COMPATIBLE_STANDIN_BASE_URL: model.url,
    PORT: '0',
  };
  await using running = new AsyncDisposableStack();
  const first = await startServerProcess(env);
  running.defer(() => first.kill());
  let address = first.url;
  let refusals = 0;
  let onRefusals: () => void = () => undefined;
  const isRefused = new Promise<void>((resolve) => {
    onRefusals = () => {
      if (refusals >= 2) resolve();
    };
  });
  // The second server listens elsewhere, as the first one's port may be taken by then.
  const fetch: typeof globalThis.fetch = (url, init) =>
    globalThis.fetch(String(url).replace(first.url, address), init).catch((error: unknown) => {
      refusals += 1;
      onRefusals();
      throw error;
    });
  const client = new OctavusClient({ baseUrl: first.url, apiKey: await makeKey(env), fetch });
  const created = await globalThis.fetch(`${first.url}/api/agents`, {
    method: 'POST',
    headers: client.getHeaders(),
    body: JSON.stringify(agent),
  });
  const { agentId } = (await created.json()) as { agentId: string };

  const { threadId } = await client.workforce.dispatch(agentId, 'Water the fern');
  await model.isAsked;
  const waiting = client.workforce.waitForCompletion(agentId, threadId, { pollIntervalMs: 50, timeoutMs: 180_000 });
  waiting.catch(() => undefined);
  await client.workforce.getThread(agentId, threadId);
  await first.kill();
  await isRefused;
  const second = await startServerProcess(env);
  running.defer(() => second.kill());
  address = second.url;
  expect(await waiting).toMatchObject({ status: 'failed', failureReason: 'The run was interrupted' });
  await client.workforce.followUp(agentId, threadId, 'Once more');
  const done = await client.workforce.waitForCompletion(agentId, threadId, { pollIntervalMs: 50 });
  expect(done).toMatchObject({ status: 'completed', failureReason: null });
  expect(done.messages.at(-1)?.parts).toContainEqual(expect.objectContaining({ text: 'Watered' }));
}, 180_000);
