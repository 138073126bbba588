import type { StreamEvent } from '@octavus/core';
import { describe, expect, test, vi } from 'vitest';
import type { Answer, Client } from '../faults/client.ts';
import { openRealServer, type RealServer } from '../faults/real-server.ts';
import { saying } from '../faults/strict-model.ts';
import { postgresDatabase, postgresUrl } from './databases.ts';

/** Two live processes of the server on one database. */
async function withNodes(work: (a: RealServer, b: RealServer) => Promise<void>): Promise<void> {
  await using database = await postgresDatabase();
  await using a = await openRealServer({ databaseUrl: database.url });
  await using b = await openRealServer({ databaseUrl: database.url, key: a.key });
  await work(a, b);
}

interface RunningTurn {
  readonly sessionId: string;
  readonly path: string;
  /** The events of the whole stream, or of what came before it broke. */
  readonly ended: Promise<StreamEvent[]>;
}

/** A turn that would go on for minutes, once it has said its first words. */
async function speaking({ client }: RealServer): Promise<RunningTurn> {
  const { sessionId } = (await client.call('POST', '/api/agent-sessions', { agentId: 'faults' })).body;
  const path = `/api/agent-sessions/${sessionId}`;
  const events: StreamEvent[] = [];
  const spoken = Promise.withResolvers<void>();
  const body = { triggerName: 'ask', input: { WHAT: 'say w 10000 20' } };
  const onEvent = (event: StreamEvent) => {
    events.push(event);
    if (event.type === 'text-delta') spoken.resolve();
  };
  const ended = client.stream(`${path}/trigger`, body, { onEvent }).then(
    () => events,
    () => events,
  );
  await spoken.promise;
  return { sessionId, path, ended };
}

function textsOf({ messages }: Answer['body']): string[] {
  return messages.map(
    ({ role, parts }: { role: string; parts: readonly { text?: string }[] }) =>
      `${role}: ${parts.map(({ text = '' }) => text).join('')}`,
  );
}

// Runs when OCTAVUS_TEST_POSTGRES_URL names a server.
describe.skipIf(!postgresUrl)('two live servers on one database', { timeout: 60_000 }, () => {
  test('[rt.lock.stop-first] [rt.lock.lease] an abort stops the leg that runs on another node within a moment', () =>
    withNodes(async (a, b) => {
      const { path, sessionId, ended } = await speaking(a);
      // One that is not heard while a lock is waited for is answered with 429.
      const { status, body: stopped } = await b.client.call('POST', `${path}/abort`);
      expect([status, stopped]).toEqual([200, { sessionId, aborted: true }]);
      expect((await ended).at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      const { body } = await b.client.call('GET', `${path}?format=ui`);
      expect(body.execution).toBeUndefined();
      const [, said = ''] = textsOf(body);
      expect(said).toMatch(/^assistant: w\.0 /);
      expect(`assistant: ${saying('w', 10_000)}`.startsWith(said)).toBe(true);
      expect((await b.client.call('POST', `${path}/abort`)).body.aborted).toBe(false);
      // What was asked stops nothing that begins later.
      const next = { triggerName: 'ask', input: { WHAT: 'say x 30 20' } };
      let last: StreamEvent | undefined;
      const onEvent = (event: StreamEvent) => {
        last = event;
      };
      await a.client.stream(`${path}/trigger`, next, { onEvent });
      expect(last).toMatchObject({ type: 'finish', finishReason: 'stop' });
      expect(textsOf((await a.client.call('GET', `${path}?format=ui`)).body).at(-1)).toBe(
        `assistant: ${saying('x', 30)}`,
      );
    }));

  test('[rt.lock.stop-first] [http.sessions.clear-running] a clear stops it, too, before the session is expired', () =>
    withNodes(async (a, b) => {
      const { path, sessionId, ended } = await speaking(a);
      const { status, body } = await b.client.call('DELETE', path);
      expect([status, body]).toEqual([200, { sessionId, cleared: true }]);
      expect((await ended).at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      for (const { client } of [a, b]) expect((await client.call('GET', path)).body.status).toBe('expired');
    }));

  test('[rt.lock.lease] a node that does not hear is waited for as long as a lock; once it is dead its leg is closed', () =>
    withNodes(async (a, b) => {
      const { path, ended } = await speaking(a);
      a.child.kill('SIGSTOP');
      const answers = await Promise.all([
        b.client.call('POST', `${path}/abort`),
        b.client.call('DELETE', path),
        b.client.call('POST', `${path}/trigger`, { triggerName: 'ask', input: { WHAT: 'say x 1' } }),
      ]);
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(3).fill([429, 'SESSION_BUSY']));
      expect((await b.client.call('GET', path)).body.execution.status).toBe('running');
      await a.kill();
      await ended;
      const isFree = async () => expect((await b.client.call('GET', path)).body.execution).toBeUndefined();
      await vi.waitFor(isFree, { timeout: 20_000, interval: 50 });
      expect((await b.client.call('POST', `${path}/abort`)).body.aborted).toBe(false);
      expect((await b.client.call('DELETE', path)).body.cleared).toBe(true);
    }));

  test('[http.workforce.claim] messages to threads run once and in order, whichever node takes them', () =>
    withNodes(async (a, b) => {
      const nodes = [a.client, b.client];
      const threads = await threadsOf(a.client);
      const said = (thread: number) => Array.from({ length: 6 }, (_, index) => `say t${thread}-${index} 2`);
      const paths = await Promise.all(
        Array.from({ length: 8 }, async (_, thread) => {
          const [first, ...later] = said(thread);
          const started = await nodes[thread % 2]!.call('POST', threads, { message: first });
          const path = `${threads}/${started.body.threadId}`;
          // One after the other, so that there is an order; the nodes take turns.
          for (const [index, message] of later.entries()) {
            const { status } = await nodes[(thread + index) % 2]!.call('POST', `${path}/messages`, { message });
            expect(status).toBe(202);
          }
          return path;
        }),
      );
      for (const [thread, path] of paths.entries()) {
        const { body } = await settled(nodes[thread % 2]!, path);
        expect(body.status).toBe('completed');
        expect(textsOf(body)).toEqual(
          said(thread).flatMap((what) => [`user: ${what}`, `assistant: ${saying(what.split(' ')[1]!, 2)}`]),
        );
      }
    }));

  test('[http.workforce.status] a run is stopped from another node, and the next one begins', () =>
    withNodes(async (a, b) => {
      const threads = await threadsOf(a.client);
      const { threadId } = (await a.client.call('POST', threads, { message: 'say w 10000 20' })).body;
      const path = `${threads}/${threadId}`;
      const speaks = async () =>
        expect(textsOf((await b.client.call('GET', path)).body).at(-1)).toMatch(/^assistant: w\.0/);
      await vi.waitFor(speaks, { timeout: 30_000, interval: 50 });
      expect((await b.client.call('POST', `${path}/messages`, { message: 'say x 2' })).body.status).toBe('queued');
      expect((await b.client.call('POST', `/api/agent-sessions/${threadId}/abort`)).body.aborted).toBe(true);
      const { body } = await settled(b.client, path, 4);
      expect([body.status, textsOf(body).at(-1)]).toEqual(['completed', `assistant: ${saying('x', 2)}`]);
    }));
});

const listener = {
  settings: { slug: 'listener', name: 'Listener', format: 'interactive' },
  protocol: `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
agent:
  model: strict/model
  system: system
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: what
      input: [USER_MESSAGE]
    Answer:
      block: next-message
`,
  prompts: [
    { name: 'system', content: 'Do as you are told.' },
    { name: 'what', content: '{{USER_MESSAGE}}' },
  ],
};

/** Makes an agent that takes messages. @returns the path of its threads. */
async function threadsOf(client: Client): Promise<string> {
  const { agentId } = (await client.call('POST', '/api/agents', listener)).body;
  return `/api/v1/workforce/agents/${agentId}/threads`;
}

/** The thread once nothing of it runs and it has so many messages. */
async function settled(client: Client, path: string, messages = 0): Promise<Answer> {
  return vi.waitFor(
    async () => {
      const answer = await client.call('GET', path);
      const { status, messages: found } = answer.body;
      expect(['completed', 'failed', 'cancelled']).toContain(status);
      expect(found.length).toBeGreaterThanOrEqual(messages);
      return answer;
    },
    { timeout: 30_000, interval: 50 },
  );
}
