import { expect, test, vi } from 'vitest';
import { openDataDir, type RunningServer, startServer } from './run-process.ts';

interface Thread {
  readonly threadId: string;
  readonly status: string;
  readonly failureReason: string | null;
  readonly messages: readonly { readonly role: string; readonly status: string; readonly parts: { text?: string }[] }[];
}

function clientOf({ url }: RunningServer, key: string) {
  return async <Body>(path: string, body?: unknown): Promise<Body> => {
    const init = {
      headers: { authorization: `Bearer ${key}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const response = await fetch(url + path, { ...init, method: body === undefined ? 'GET' : 'POST' });
    return (await response.json()) as Body;
  };
}

test('[http.workforce.recovery] a killed server goes on with its queue when it starts again, and with no turn twice', async () => {
  await using dir = await openDataDir();
  await using killed = await startServer(dir.path);
  const [key = ''] = /oct_sk_[\w-]+/.exec(killed.out) ?? [];
  const before = clientOf(killed, key);
  const { agents } = await before<{ agents: [{ id: string }] }>('/api/agents');
  const threads = `/api/v1/workforce/agents/${agents[0].id}/threads`;
  const first = 'Hello! '.repeat(40).trim();
  const { threadId } = await before<Thread>(threads, { message: first });
  for (const message of ['Second', 'Third']) await before(`${threads}/${threadId}/messages`, { message });
  const read = () => before<Thread>(`${threads}/${threadId}`);
  await vi.waitFor(async () => expect((await read()).messages).toHaveLength(1), { timeout: 10_000, interval: 10 });
  expect((await read()).status).toBe('running');
  await killed.stop('SIGKILL');

  await using server = await startServer(dir.path);
  const after = clientOf(server, key);
  const thread = await vi.waitFor(
    async () => {
      const found = await after<Thread>(`${threads}/${threadId}`);
      expect(found.status).toBe('completed');
      return found;
    },
    { timeout: 30_000, interval: 50 },
  );
  const heard = thread.messages.filter(({ role }) => role === 'user').map(({ parts }) => parts[0]?.text);
  expect(heard).toEqual([first, 'Second', 'Third']);
  expect(new Set(thread.messages.map(({ status }) => status))).toEqual(new Set(['done']));
}, 60_000);
