import { hang, scriptedModels, text } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import type { Storage } from '../../src/storage/storage.ts';
import { asks, contentsOf, say, says, serverOn, type WithServer } from './conversations.ts';
import type { TestDatabase } from './storage.ts';
import { storedSession } from './storage-fixtures.ts';

/** Clear, restore, expiry and logs on real HTTP, models that follow a script, and the given database. */
export function describeSessionApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`session API: ${name}`, () => {
    const withServer = serverOn(openDatabase);
    describeClear(withServer);
    describeRestore(withServer);
    describeExpiry(withServer);
    describeLogs(withServer);
    describeWorkerRuns(withServer);
    describeList(withServer);
  });
}

function describeList(withServer: WithServer): void {
  test('sessions are listed newest first, a page at a time, by agent id or slug and by status', () =>
    withServer({ steps: [says('Hello.')] }, async (server) => {
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) {
        ids.unshift(await server.createSession());
        server.advance(1);
      }
      const [newest = '', , oldest = ''] = ids;
      await server.stream(`/api/agent-sessions/${newest}/trigger`, say('Hi'));
      await server.call('DELETE', `/api/agent-sessions/${oldest}`);
      const list = async (query = '') => (await server.call('GET', `/api/agent-sessions${query}`)).body;

      const all = await list();
      expect(all.sessions.map(({ id }: { id: string }) => id)).toEqual(ids);
      expect(all).not.toHaveProperty('nextCursor');
      const { slug } = all.sessions[0].agent;
      expect(all.sessions[0]).toEqual({
        id: expect.any(String),
        agent: { id: server.agentId, slug, name: expect.any(String), isArchived: false },
        kind: 'interactive',
        status: 'idle',
        createdAt: expect.any(String),
        lastActivityAt: expect.any(String),
      });
      const first = await list(`?limit=2&agentId=${slug}`);
      const second = await list(`?limit=2&agentId=${server.agentId}&cursor=${first.nextCursor}`);
      expect([...first.sessions, ...second.sessions]).toEqual(all.sessions);
      expect((await list('?status=expired')).sessions.map(({ id }: { id: string }) => id)).toEqual([oldest]);
    }));

  test('a list of nobody, of a wrong status, size or page is refused', () =>
    withServer({ steps: [] }, async (server) => {
      const statusOf = async (query: string) => {
        const { status, body } = await server.call('GET', `/api/agent-sessions?${query}`);
        return [status, body.error.code, body.error.issues?.[0]?.path];
      };
      expect(await statusOf('agentId=nobody')).toEqual([404, 'NOT_FOUND', undefined]);
      expect(await statusOf('status=lost')).toEqual([400, 'VALIDATION_ERROR', 'status']);
      expect(await statusOf('limit=101')).toEqual([400, 'VALIDATION_ERROR', 'limit']);
      expect(await statusOf('cursor=abc')).toEqual([400, 'VALIDATION_ERROR', 'cursor']);
    }));
}

function describeClear(withServer: WithServer): void {
  test('[rt.expiry] [http.sessions.clear] [http.sessions.expired] a cleared session is expired for readers, triggers and aborts', () =>
    withServer({ steps: [says('Hello.')] }, async (server) => {
      const sessionId = await server.createSession({ NAME: 'Larkspur' });
      const path = `/api/agent-sessions/${sessionId}`;
      const { body: before } = await server.call('GET', path);
      await server.stream(`${path}/trigger`, say('Hi'));
      expect((await server.call('DELETE', path)).body).toEqual({ sessionId, cleared: true });
      const expired = { sessionId, agentId: server.agentId, status: 'expired', createdAt: before.createdAt };
      expect((await server.call('GET', path)).body).toEqual(expired);
      expect((await server.call('GET', `${path}?format=ui`)).body).toEqual(expired);
      expect((await server.call('GET', `${path}/logs`)).body).toEqual(expired);
      for (const action of ['trigger', 'abort']) {
        const refused = await server.call('POST', `${path}/${action}`, say('Hi'));
        expect([refused.status, refused.body.error.code]).toEqual([404, 'SESSION_EXPIRED']);
      }
      expect((await server.call('DELETE', path)).body).toEqual({ sessionId, cleared: true });
      expect(await server.services.storage.sessions.readChanges(sessionId, 0, 99)).toEqual([]);
    }));

  test('[rt.lock.stop-first] [http.sessions.clear-running] clearing stops what runs: its stream ends, its model call is cancelled', () =>
    withServer({ steps: [hang(text('t', 'I am thinking'))] }, async (server) => {
      const sessionId = await server.createSession();
      const leg = await server.open(`/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
      await leg.until(({ type }) => type === 'text-delta');
      expect((await server.call('DELETE', `/api/agent-sessions/${sessionId}`)).status).toBe(200);
      expect((await leg.rest()).at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      expect(server.models.abortedCalls).toBe(1);
      expect((await server.call('GET', `/api/agent-sessions/${sessionId}`)).body.status).toBe('expired');
    }));

  test('[rt.lock.stop-first] [http.sessions.clear-running] clearing stops a turn that is just being accepted', () => {
    const [asked, stored] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const wrap = (storage: Storage): Storage => ({
      ...storage,
      sessions: {
        ...storage.sessions,
        commit: async (commits) => {
          asked.resolve();
          await stored.promise;
          return storage.sessions.commit(commits);
        },
      },
      [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
    });
    // Whether the model is asked before the stop comes is all the same.
    const { resolve } = scriptedModels([hang(text('t', 'Well'))]);
    return withServer({ wrap, resolve }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}`;
      const opening = server.open(`${path}/trigger`, say('Hi'));
      await asked.promise;
      const clearing = server.call('DELETE', path);
      // Past its own look for what runs.
      await server.call('GET', path);
      stored.resolve();
      const leg = await opening;
      expect((await clearing).status).toBe(200);
      expect((await leg.rest()).at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      expect((await server.call('GET', path)).body.status).toBe('expired');
    });
  });

  test('what waits for tools is cleared too', () =>
    withServer({ steps: [asks('call_1')] }, async (server) => {
      const sessionId = await server.createSession();
      await server.stream(`/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
      expect((await server.call('DELETE', `/api/agent-sessions/${sessionId}`)).status).toBe(200);
      const toolResults = [{ toolCallId: 'call_1', result: 1 }];
      const refused = await server.call('POST', `/api/agent-sessions/${sessionId}/trigger`, { toolResults });
      expect(refused.body.error.code).toBe('SESSION_EXPIRED');
    }));

  test('[http.sessions.unknown] an unknown session, or one of another project, is not found on any endpoint', () =>
    withServer({}, async (server) => {
      const { storage } = server.services;
      const stranger = await storedSession(storage);
      const files = [{ filename: 'a.txt', mediaType: 'text/plain', size: 1 }];
      for (const id of [`c${'0'.repeat(23)}`, 'cunknown', '%00', stranger.id]) {
        const path = `/api/agent-sessions/${id}`;
        const requests: [method: string, path: string, body?: object][] = [
          ['GET', path],
          ['GET', `${path}?format=ui`],
          ['GET', `${path}/logs`],
          ['DELETE', path],
          ['POST', `${path}/restore`, { messages: [] }],
          ['POST', `${path}/abort`],
          ['POST', `${path}/trigger`, say('Hi')],
          ['POST', `${path}/trigger`, { executionId: 'exec_1', toolResults: [{ toolCallId: 'call_1' }] }],
          ['POST', `${path}/trigger`, { toolResults: [{ toolCallId: 'call_1' }] }],
          ['POST', '/api/files/upload-urls', { sessionId: decodeURIComponent(id), files }],
        ];
        for (const [method, at, body] of requests) {
          const answer = await server.call(method, at, body);
          expect([answer.status, answer.body.error.code], `${method} ${at}`).toEqual([404, 'NOT_FOUND']);
        }
      }
      expect(await storage.sessions.find(stranger.projectId, stranger.id)).toMatchObject(stranger);
    }));
}

function describeRestore(withServer: WithServer): void {
  test('[rt.restore.call-done] [rt.restore.state] [http.restore.restored] a session comes back from its messages, with new variables and its own input', () =>
    withServer({ steps: [asks('call_1'), says('It is on its way.'), says('You are welcome.')] }, async (server) => {
      const sessionId = await server.createSession({ NAME: 'Larkspur' });
      const path = `/api/agent-sessions/${sessionId}`;
      await server.stream(`${path}/trigger`, say('Where is my order?'));
      await server.stream(`${path}/trigger`, { toolResults: [{ toolCallId: 'call_1', result: { eta: 'today' } }] });
      const { body: ui } = await server.call('GET', `${path}?format=ui`, undefined, { 'x-octavus-sdk-version': '4' });
      await server.call('DELETE', path);
      const restored = await server.call('POST', `${path}/restore`, { messages: ui.messages });
      expect([restored.status, restored.body]).toEqual([200, { sessionId, restored: true }]);
      const { body: again } = await server.call('GET', `${path}?format=ui`, undefined, {
        'x-octavus-sdk-version': '4',
      });
      expect(again).toEqual(ui);
      const { body: full } = await server.call('GET', path);
      expect(full).toMatchObject({
        input: { NAME: 'Larkspur' },
        variables: { MOOD: 'calm' },
        resources: { NOTES: 'none' },
      });
      expect((await server.call('GET', `${path}/logs`)).body).toMatchObject({ entries: [], total: 0 });
      await server.stream(`${path}/trigger`, say('Thank you'));
      const { request } = server.models.calls.at(-1)!;
      expect(JSON.stringify(request.messages)).toContain('{"eta":"today"}');
      expect(await contentsOf(server, sessionId)).toEqual([
        'user: Where is my order?',
        'assistant: It is on its way.',
        'user: Thank you',
        'assistant: You are welcome.',
      ]);
    }));

  test('[http.restore.active] an active session stays as it is', () =>
    withServer({ steps: [says('Hello.')] }, async (server) => {
      const sessionId = await server.createSession();
      await server.stream(`/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
      const answer = await server.call('POST', `/api/agent-sessions/${sessionId}/restore`, { messages: [] });
      expect(answer.body).toEqual({ sessionId, restored: false });
      expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Hello.']);
    }));

  test('[rt.session.input] [http.restore.input] input that comes with a restore is checked and becomes that of the session', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession({ NAME: 'Larkspur' });
      const path = `/api/agent-sessions/${sessionId}`;
      await server.call('DELETE', path);
      const refused = await server.call('POST', `${path}/restore`, { messages: [], input: { NAME: ['no'] } });
      expect([refused.status, refused.body.error.issues[0].path]).toEqual([400, 'input.NAME']);
      expect((await server.call('GET', path)).body.status).toBe('expired');
      await server.call('POST', `${path}/restore`, { messages: [], input: { NAME: 'Fern' } });
      expect((await server.call('GET', path)).body).toMatchObject({
        status: 'active',
        input: { NAME: 'Fern' },
        messages: [],
      });
      await server.call('DELETE', path);
      await server.call('POST', `${path}/restore`, { messages: [] });
      expect((await server.call('GET', path)).body.input).toEqual({ NAME: 'Fern' });
    }));

  test('[http.restore.archived] a session of an archived agent does not come back', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      await server.call('DELETE', `/api/agent-sessions/${sessionId}`);
      await server.call('DELETE', `/api/agents/${server.agentId}`);
      const answer = await server.call('POST', `/api/agent-sessions/${sessionId}/restore`, { messages: [] });
      expect([answer.status, answer.body.error.message]).toEqual([404, 'Agent not found']);
    }));

  test('[http.restore.refused] malformed and too many messages are refused', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/restore`;
      const message = { id: 'm', role: 'user', parts: [], status: 'done', createdAt: 0 };
      for (const body of [{}, { messages: [{}] }, { messages: Array(2001).fill(message) }, [], 'x']) {
        expect((await server.call('POST', path, body)).status).toBe(400);
      }
    }));

  test('[http.restore.once] of many restores at once one is the one that counts', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}`;
      await server.call('DELETE', path);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => {
          const part = { type: 'text', text: `${index}`, status: 'done' };
          const message = { id: `m${index}`, role: 'user', parts: [part], status: 'done', createdAt: 0 };
          return server.call('POST', `${path}/restore`, { messages: [message] });
        }),
      );
      expect(answers.filter(({ body }) => body.restored)).toHaveLength(1);
      expect(await contentsOf(server, sessionId)).toHaveLength(1);
    }));
}

function describeExpiry(withServer: WithServer): void {
  test('[rt.expiry] [http.sessions.expiry] an idle session expires to the millisecond, and reading does not keep it', () =>
    withServer({ sessionTtlMs: 60_000, steps: [says('Hello.'), asks('call_1')] }, async (server) => {
      const idle = await server.createSession();
      await server.stream(`/api/agent-sessions/${idle}/trigger`, say('Hi'));
      const waiting = await server.createSession();
      await server.stream(`/api/agent-sessions/${waiting}/trigger`, say('Hi'));
      server.advance(50_000);
      expect((await server.call('GET', `/api/agent-sessions/${idle}`)).body.status).toBe('active');
      server.advance(10_000);
      for (const sessionId of [idle, waiting]) {
        expect((await server.call('GET', `/api/agent-sessions/${sessionId}`)).body.status).toBe('expired');
        const refused = await server.call('POST', `/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
        expect(refused.body.error.code).toBe('SESSION_EXPIRED');
      }
      const restored = await server.call('POST', `/api/agent-sessions/${idle}/restore`, { messages: [] });
      expect(restored.body.restored).toBe(true);
      expect((await server.call('GET', `/api/agent-sessions/${idle}`)).body).toMatchObject({
        status: 'active',
        messages: [],
      });
      expect((await server.call('DELETE', `/api/agent-sessions/${waiting}`)).body.cleared).toBe(true);
    }));

  test('[rt.expiry] [http.sessions.expiry-running] a running execution keeps its session, and the end of it begins the idle time', () =>
    // Shorter than a node's lease, which nothing here renews when the clock is turned.
    withServer({ sessionTtlMs: 10_000, steps: [hang(text('t', 'Well'))] }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}`;
      const statusOf = async () => (await server.call('GET', path)).body.status;
      const leg = await server.open(`${path}/trigger`, say('Hi'));
      await leg.until(({ type }) => type === 'text-delta');
      server.advance(10_000);
      expect((await server.call('GET', path)).body).toMatchObject({
        status: 'active',
        execution: { status: 'running' },
      });
      const { sessions } = server.services.storage;
      const at = server.services.clock.now();
      expect(await sessions.listIdle(at, 10)).toEqual([]);
      expect(await sessions.expire([sessionId], { at, idleSince: at })).toEqual([]);
      expect((await server.call('POST', `${path}/abort`)).body.aborted).toBe(true);
      server.advance(9_000);
      expect(await statusOf()).toBe('active');
      server.advance(1_000);
      expect(await statusOf()).toBe('expired');
      await leg.rest();
    }));
}

function describeLogs(withServer: WithServer): void {
  test('[http.logs.entries] [http.logs.exclude] the log comes oldest first, with or without model requests', () =>
    withServer({ steps: [says('Hello.')] }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/logs`;
      expect((await server.call('GET', path)).body).toEqual({ sessionId, entries: [], total: 0, truncated: false });
      await server.stream(`/api/agent-sessions/${sessionId}/trigger`, say('Hi'));
      const { body: all } = await server.call('GET', path);
      const types = all.entries.map((entry: { type: string }) => entry.type);
      expect(types[0]).toBe('trigger');
      expect(types).toContain('model-request');
      expect(all).toMatchObject({ total: types.length, truncated: false });
      expect(all.entries.map((entry: { sequence: number }) => entry.sequence)).toEqual([...types.keys()]);
      const { body: some } = await server.call('GET', `${path}?excludeModelRequests=true`);
      expect(some.entries).toEqual(all.entries.filter((entry: { type: string }) => entry.type !== 'model-request'));
      expect((await server.call('GET', `${path}?excludeModelRequests=1`)).body).toEqual(all);
    }));

  test('[http.logs.truncated] a longer log than one answer holds gives its newest 3000 entries', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const now = server.services.clock.now();
      const log = Array.from({ length: 3005 }, (_, index) => ({
        id: `log_${index}`,
        type: 'message',
        timestamp: new Date(now).toISOString(),
      }));
      const lease = { kind: 'once', nodeId: 'n', now } as const;
      const commit = { sessionId, expectedLength: 0, changes: [], log, lease, set: { updatedAt: now } };
      expect(await server.services.storage.sessions.commit([commit])).toEqual(['committed']);
      const { body } = await server.call('GET', `/api/agent-sessions/${sessionId}/logs`);
      expect(body).toMatchObject({ total: 3005, truncated: true });
      expect([body.entries.length, body.entries[0].id, body.entries.at(-1).id]).toEqual([3000, 'log_5', 'log_3004']);
    }));
}

function describeWorkerRuns(withServer: WithServer): void {
  test('[http.sessions.worker-run] a worker run can be read, and nothing else', () =>
    withServer({}, async (server) => {
      const { storage, clock, ids } = server.services;
      const [id, now] = [ids.resource(), clock.now()];
      const session = {
        id,
        projectId: server.projectId,
        agentId: server.agentId,
        kind: 'worker',
        status: 'active',
      } as const;
      await storage.sessions.create({
        ...session,
        input: {},
        opening: { variables: {}, resources: {} },
        journalLength: 0,
        execution: undefined,
        createdAt: now,
        updatedAt: now,
        lastActivityAt: now,
      });
      expect((await server.call('GET', `/api/agent-sessions/${id}`)).status).toBe(200);
      expect((await server.call('GET', `/api/agent-sessions/${id}/logs`)).status).toBe(200);
      const refused = [
        await server.call('POST', `/api/agent-sessions/${id}/trigger`, say('Hi')),
        await server.call('POST', `/api/agent-sessions/${id}/abort`),
        await server.call('POST', `/api/agent-sessions/${id}/restore`, { messages: [] }),
        await server.call('DELETE', `/api/agent-sessions/${id}`),
      ];
      expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual(
        Array(4).fill([400, 'VALIDATION_ERROR']),
      );
    }));
}
