import { hang, text } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import { SessionCache } from '../../src/executions/session-cache.ts';
import { keptAnswersMs, sweepSessions } from '../../src/sessions/sweeper.ts';
import type { SessionServer } from '../serve-sessions.ts';
import { asks, contentsOf, say, says, serverOn } from './conversations.ts';
import type { TestDatabase } from './storage.ts';

const sessionTtlMs = 60_000;

/** Sweeps as of `inMs` from this moment. @returns the ids that were dropped from the cache. */
async function sweep(
  { services }: SessionServer,
  inMs: number,
  signal = new AbortController().signal,
): Promise<string[]> {
  const forgotten: string[] = [];
  const cache = { forget: (sessionId: string) => void forgotten.push(sessionId) };
  const now = () => services.clock.now() + inMs;
  await sweepSessions({ storage: services.storage, cache, now, sessionTtlMs, logger: services.logger }, signal);
  return forgotten;
}

/** The sweeper on a real database. */
export function describeSweeper(name: string, openDatabase: () => Promise<TestDatabase>): void {
  const withServer = serverOn(openDatabase);

  describe(`sweeper: ${name}`, () => {
    test('removes the state of idle sessions, also of waiting ones, and keeps their rows', () =>
      withServer({ sessionTtlMs, steps: [says('Hello.'), asks('call_1')] }, async (server) => {
        const { storage } = server.services;
        const done = await server.createSession({ NAME: 'Larkspur' });
        await server.stream(`/api/agent-sessions/${done}/trigger`, say('Hi'));
        const waiting = await server.createSession();
        await server.stream(`/api/agent-sessions/${waiting}/trigger`, say('Hi'));
        expect(await sweep(server, sessionTtlMs - 5_000)).toEqual([]);
        expect(await contentsOf(server, done)).toEqual(['user: Hi', 'assistant: Hello.']);
        const dropped = await sweep(server, sessionTtlMs);
        expect(dropped.sort()).toEqual([done, waiting].sort());
        for (const id of [done, waiting]) expect(await storage.sessions.readChanges(id, 0, 99)).toEqual([]);
        expect((await server.call('GET', `/api/agent-sessions/${done}`)).body).toMatchObject({ status: 'expired' });
        const restored = await server.call('POST', `/api/agent-sessions/${done}/restore`, { messages: [] });
        expect(restored.body.restored).toBe(true);
        expect((await server.call('GET', `/api/agent-sessions/${done}`)).body.input).toEqual({ NAME: 'Larkspur' });
      }));

    test('never touches what runs', () =>
      withServer({ sessionTtlMs, steps: [hang(text('t', 'Let me see'))] }, async (server) => {
        const sessionId = await server.createSession();
        const leg = await server.open(`/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
        await leg.until(({ type }) => type === 'text-delta');
        expect(await sweep(server, 10 * sessionTtlMs)).toEqual([]);
        const aborted = await server.call('POST', `/api/agent-sessions/${sessionId}/abort`);
        expect(aborted.body.aborted).toBe(true);
        expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Let me see']);
      }));

    test('sweeps more sessions than fit in a batch, and stops between batches when it is told to', () =>
      withServer({ sessionTtlMs }, async (server) => {
        for (let count = 0; count < 50; count += 1) await server.createSession();
        expect(await sweep(server, sessionTtlMs, AbortSignal.abort())).toEqual([]);
        expect(await sweep(server, sessionTtlMs)).toHaveLength(50);
        expect(await sweep(server, sessionTtlMs)).toEqual([]);
      }));

    test('a reader that had the row before the sweep learns that the session expired', () =>
      withServer({ steps: [says('Hello.')] }, async (server) => {
        const { storage } = server.services;
        const sessionId = await server.createSession();
        await server.stream(`/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
        const row = await storage.sessions.find(server.projectId, sessionId);
        await sweep(server, sessionTtlMs);
        await expect(new SessionCache(storage.sessions).read(row!)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
      }));

    test('[http.idempotency.day] forgets the answers of requests with an idempotency key after a day', () =>
      withServer({}, async (server) => {
        const create = () =>
          server.call('POST', '/api/agent-sessions', { agentId: server.agentId }, { 'idempotency-key': 'k' });
        const first = await create();
        await sweep(server, keptAnswersMs - 5_000);
        expect((await create()).body).toEqual(first.body);
        await sweep(server, keptAnswersMs + 1);
        expect((await create()).body).not.toEqual(first.body);
      }));
  });
}
