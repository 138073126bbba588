import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { isTerminalThreadStatus, OctavusClient } from '../src/index.ts';
import { type Answer, json, serveScript } from './script-server.ts';

afterEach(() => void vi.useRealTimers());

const thread = (status: string) => ({ threadId: 't1', status, failureReason: null, messages: [] });

test('requests have their paths and bodies', async () => {
  const accepted = { threadId: 't1', status: 'pending' };
  await using server = await serveScript(
    json(201, accepted),
    json(202, { ...accepted, status: 'dreaming' }),
    json(200, thread('idle')),
  );
  const { workforce } = server.client();
  const files = [{ id: 'f', mediaType: 'a/b', url: 'http://f' }];
  expect(await workforce.dispatch('a 1', 'Water the plants', { files })).toEqual(accepted);
  expect(await workforce.followUp('a1', 't1', 'And the fern')).toMatchObject({ status: 'dreaming' });
  expect(await workforce.getThread('a1', 't1')).toEqual(thread('idle'));
  expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/api/v1/workforce/agents/a%201/threads', { message: 'Water the plants', files }],
    ['POST', '/api/v1/workforce/agents/a1/threads/t1/messages', { message: 'And the fern' }],
    ['GET', '/api/v1/workforce/agents/a1/threads/t1', undefined],
  ]);
});

test('run dispatches and polls until the end', async () => {
  await using server = await serveScript(
    json(201, { threadId: 't1', status: 'pending' }),
    json(200, thread('running')),
    json(200, thread('later-word')),
    json(200, { ...thread('failed'), failureReason: 'No water' }),
  );
  const done = await server.client().workforce.run('a1', 'Hi', { pollIntervalMs: 1 });
  expect(done).toMatchObject({ status: 'failed', failureReason: 'No water' });
});

test('polls every 3 s for 15 minutes, and not beyond', async () => {
  vi.useFakeTimers();
  const polls: number[] = [];
  const fetch = async () => {
    polls.push(Date.now());
    return new Response(JSON.stringify(thread('running')));
  };
  const client = new OctavusClient({ baseUrl: 'http://x', fetch: fetch as typeof globalThis.fetch });
  const waiting = client.workforce.waitForCompletion('a1', 't1').catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(900_000);
  expect(await waiting).toContain('still running after 900000 ms');
  expect(polls[1]! - polls[0]!).toBe(3000);
  expect(polls.length).toBe(301);
});

test('an aborted signal ends the waiting with its reason', async () => {
  await using server = await serveScript(json(200, thread('running')));
  const controller = new AbortController();
  const waiting = server
    .client()
    .workforce.waitForCompletion('a1', 't1', { pollIntervalMs: 60_000, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(server.client().workforce.waitForCompletion('a1', 't1', { signal: controller.signal })).rejects.toThrow(
    'enough',
  );
});

test('a server that has answered once may be away for a while', async () => {
  await using server = await serveScript(
    json(200, thread('running')),
    json(503, { error: 'Shutting down' }),
    (response) => void response.destroy(),
    json(200, thread('completed')),
  );
  const done = await server.client().workforce.waitForCompletion('a1', 't1', { pollIntervalMs: 1 });
  expect(done.status).toBe('completed');
  expect(server.requests).toHaveLength(4);
});

test.each<[string, Answer[], object]>([
  ['one that never answered', [json(503, { error: 'No' })], { status: 503 }],
  ['a refusal', [json(200, thread('running')), json(404, { error: 'Gone' })], { status: 404 }],
])('%s ends the waiting', async (_name, script, expected) => {
  await using server = await serveScript(...script);
  const waiting = server.client().workforce.waitForCompletion('a1', 't1', { pollIntervalMs: 1 });
  await expect(waiting).rejects.toMatchObject(expected);
});

test('a server that stays away is the cause of the end', async () => {
  vi.useFakeTimers();
  let polls = 0;
  const fetch = async () => {
    polls += 1;
    return polls === 1
      ? new Response(JSON.stringify(thread('running')))
      : new Response('{"error":"Away"}', { status: 502 });
  };
  const client = new OctavusClient({ baseUrl: 'http://x', fetch: fetch as typeof globalThis.fetch });
  const waiting = client.workforce.waitForCompletion('a1', 't1', { timeoutMs: 9000 }).catch((error: Error) => error);
  await vi.advanceTimersByTimeAsync(9000);
  expect(await waiting).toMatchObject({
    message: 'The thread t1 is still running after 9000 ms',
    cause: { status: 502, message: 'Away' },
  });
  expect(vi.getTimerCount()).toBe(0);
});

test('a poll that never ends holds up neither the abort nor the deadline', async () => {
  vi.useFakeTimers();
  const fetch = () => new Promise<Response>(() => undefined);
  const client = new OctavusClient({ baseUrl: 'http://x', fetch: fetch as typeof globalThis.fetch });
  const controller = new AbortController();
  const aborted = client.workforce.waitForCompletion('a1', 't1', { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  const late = client.workforce.waitForCompletion('a1', 't1', { timeoutMs: 5000 }).catch((error: Error) => error);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await late).toMatchObject({ message: 'The thread t1 is still unknown after 5000 ms' });
});

test('no listener stays on the signal, however often is polled', async () => {
  const { signal } = new AbortController();
  await using server = await serveScript(
    ...Array.from({ length: 5 }, () => json(200, thread('running'))),
    json(200, thread('completed')),
  );
  await server.client().workforce.waitForCompletion('a1', 't1', { pollIntervalMs: 1, signal });
  expect(server.requests).toHaveLength(6);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('three states are final', () => {
  const states = ['idle', 'queued', 'pending', 'running', 'completed', 'failed', 'cancelled', 'later-word'];
  expect(states.filter(isTerminalThreadStatus)).toEqual(['completed', 'failed', 'cancelled']);
});
