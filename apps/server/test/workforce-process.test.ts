import { expect, test, vi } from 'vitest';
import { openRealServer } from '../faults/real-server.ts';
import { saying } from '../faults/strict-model.ts';

interface Message {
  readonly role: string;
  readonly status: string;
  readonly parts: readonly { readonly text?: string }[];
}

test('[http.workforce.recovery] a killed server goes on with its queue when it starts again, and with no turn twice', async () => {
  await using server = await openRealServer({});
  const read = async (path: string) => (await server.client.call('GET', path)).body;
  const { agents } = await read('/api/agents');
  const { id } = agents.find(({ slug }: { slug: string }) => slug === 'faults');
  const threads = `/api/v1/workforce/agents/${id}/threads`;
  // The first one goes on for longer than the test.
  const heard = ['say w 10000 20', 'say x 2', 'say y 2'];
  const { threadId } = (await server.client.call('POST', threads, { message: heard[0] })).body;
  const path = `${threads}/${threadId}`;
  for (const message of heard.slice(1)) await server.client.call('POST', `${path}/messages`, { message });
  await vi.waitFor(async () => expect((await read(path)).messages).toHaveLength(1), { timeout: 30_000, interval: 10 });
  expect((await read(path)).status).toBe('running');
  await server.kill();

  await server.restart();
  const messages: readonly Message[] = await vi.waitFor(
    async () => {
      const thread = await read(path);
      expect(thread.status).toBe('completed');
      return thread.messages;
    },
    { timeout: 40_000, interval: 50 },
  );
  const textsOf = (role: string) =>
    messages.filter((message) => message.role === role).map(({ parts }) => parts[0]?.text);
  expect(textsOf('user')).toEqual(heard);
  expect(textsOf('assistant')).toEqual([saying('x', 2), saying('y', 2)]);
  expect(new Set(messages.map(({ status }) => status))).toEqual(new Set(['done']));
}, 120_000);
