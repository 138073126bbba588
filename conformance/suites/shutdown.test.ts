import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { expect, test, vi } from 'vitest';
import { startServer } from '../server.ts';
import { shopDesk } from '../support/agents.ts';
import { find, readPieces, readUntil, textOf } from '../support/leg.ts';
import { startProviders } from '../support/providers.ts';

const say = (text: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: text } });

test('[http.drain] [sse.shutdown] a stop lets running legs finish, refuses new triggers and exits 0', async () => {
  await using providers = await startProviders();
  await using server = await startServer(providers.env);
  providers.mock.onMessage('finish this', { content: 'word '.repeat(40) }, { chunkSize: 5, latency: 150 });
  const sessionId = await server.api.createSession(
    await server.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5')),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await send(agent, 'GET', `${server.url}/readyz`)).status).toBe(200);

  const pieces = readPieces(
    await server.api.open('POST', `/api/agent-sessions/${sessionId}/trigger`, { body: say('finish this') }),
  );
  await readUntil(pieces, (text) => text.includes('text-delta'));
  const exited = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  const key = { Authorization: `Bearer ${server.api.key}` };
  // On a connection of before: new ones may be refused altogether.
  const isReady = async () => (await send(agent, 'GET', `${server.url}/readyz`)).status === 200;
  await vi.waitUntil(async () => !(await isReady()), { timeout: 15_000, interval: 5 });
  const refused = await send(agent, 'POST', `${server.url}/api/agent-sessions/${sessionId}/trigger`, key);
  expect(refused.status).toBe(503);
  expect(JSON.parse(refused.text).error.code).toBe('SERVICE_UNAVAILABLE');
  expect(refused.retryAfter).toMatch(/^\d+$/);

  const rest = await readUntil(pieces, () => false);
  expect(rest).toContain('"finishReason":"stop"');
  expect(rest.endsWith('data: [DONE]\n\n')).toBe(true);
  expect(await exited).toEqual([0, null]);
  agent.destroy();
});

test('[sse.pause.survives] a paused execution goes on after a restart, and after a kill', async () => {
  await using providers = await startProviders();
  await using server = await startServer(providers.env);
  providers.mock.onMessage('answered: stand-7', { content: 'Stand seven.' });
  const agentId = await server.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5'));
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const sessionId = await server.api.createSession(agentId);
    const first = await server.api.trigger(sessionId, { triggerName: 'book-stand', input: { DAY: 'monday' } });
    await server.restart(signal);
    const [{ toolCallId }] = find(first.events, 'tool-request').toolCalls;
    const second = await server.api.trigger(sessionId, {
      executionId: find(first.events, 'start').executionId,
      toolResults: [{ toolCallId, result: 'stand-7' }],
    });
    expect(textOf(second.events)).toBe('Stand seven.');
  }
});

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

async function send(agent: Agent, method: string, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const sent = request(url, { agent, method, headers });
  sent.end(method === 'POST' ? JSON.stringify(say('too late')) : undefined);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, retryAfter: response.headers['retry-after'], text };
}
