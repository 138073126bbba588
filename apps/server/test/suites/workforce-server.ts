import { expect, vi } from 'vitest';
import { issueAgentKey } from '../../src/access/agent-keys.ts';
import type { SessionCommit, Storage } from '../../src/storage/storage.ts';
import type { Answer } from '../serve-sessions.ts';
import type { TokenServer } from '../serve-tokens.ts';

/** A server, and the key of its agent. */
export interface ThreadServer extends TokenServer {
  readonly agentKey: { readonly id: string; readonly key: string };
  readonly threads: string;
  /** Sends with the key of the agent. */
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Starts a thread. @returns its path. */
  dispatch(message: string): Promise<string>;
  /** The thread once it has come to an end, or to the given status. */
  settled(path: string, status?: string): Promise<Answer['body']>;
}

const terminal = new Set(['completed', 'failed', 'cancelled']);

export async function withAgentKey(server: TokenServer): Promise<ThreadServer> {
  const { storage, ids, clock } = server.services;
  const agent = { id: server.agentId, projectId: server.projectId };
  const agentKey = await issueAgentKey({ agent, name: 'tests', keys: storage.agentKeys, ids, clock });
  const threads = `/api/v1/workforce/agents/${server.agentId}/threads`;
  const send: ThreadServer['send'] = (method, path, body) => server.as(agentKey.key, method, path, body);
  return {
    ...server,
    agentKey,
    threads,
    send,
    dispatch: async (message) => {
      const { status, body } = await send('POST', threads, { message });
      expect([status, body]).toEqual([201, { threadId: body.threadId, status: 'pending' }]);
      return `${threads}/${body.threadId}`;
    },
    settled: (path, status) =>
      vi.waitFor(
        async () => {
          const { body } = await server.call('GET', path);
          if (status === undefined ? !terminal.has(body.status) : body.status !== status) throw new Error(body.status);
          return body;
        },
        { timeout: 15_000, interval: 20 },
      ),
  };
}

export function textsOf({ messages }: Answer['body']): string[] {
  return messages.map(
    ({ role, parts }: { role: string; parts: { type: string; text?: string }[] }) =>
      `${role}: ${parts.map(({ type, text }) => text ?? type).join(' ')}`,
  );
}

/** A storage whose sessions are committed in another way. */
export function wrapCommit(
  commit: (storage: Storage, commits: readonly SessionCommit[]) => ReturnType<Storage['sessions']['commit']>,
): (storage: Storage) => Storage {
  return (storage) => ({
    ...storage,
    sessions: { ...storage.sessions, commit: (commits) => commit(storage, commits) },
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  });
}
