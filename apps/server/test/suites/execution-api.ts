import { spawnSync } from 'node:child_process';
import { OctavusError } from '@octavus/core';
import type { Change } from '@octavus/engine';
import { aMessage, aTextPart, checkEventGrammar, finish, hang, reply, text, toolCall } from '@octavus/engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { machine } from '../../src/executions/node-identity.ts';
import { type SessionServer, serveSessions } from '../serve-sessions.ts';
import {
  asks,
  contentsOf,
  continuationOf,
  kindsOf,
  results,
  say,
  says,
  serverOn,
  triggerOf,
  type WithServer,
} from './conversations.ts';
import { describeCrowds, describeCrowdsThatWait } from './execution-crowds.ts';
import type { TestDatabase } from './storage.ts';

const thinks = hang(text('t', 'Let me see'));

/** Legs from request to ending through a whole server: stops, queues, continuations, crashes, failing databases. */
export function describeExecutionApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`executions: ${name}`, () => {
    const withServer = serverOn(openDatabase);
    describeStops(withServer);
    describeQueue(withServer);
    describeContinuations(withServer);
    describeRecovery(withServer);
    describeFailingDatabase(withServer);
    describeCrowds(withServer);
    describe.concurrent('waiting for a busy session', () => describeWaits(withServer));
    describe.concurrent('crowds that wait', () => describeCrowdsThatWait(withServer));
  });
}

/** A trigger whose leg has said its first words. */
async function thinkingLeg(server: SessionServer, sessionId: string) {
  const leg = await server.open(triggerOf(sessionId), say('Hi'));
  await leg.until(({ type }) => type === 'text-delta');
  return leg;
}

function describeStops(withServer: WithServer): void {
  test('[sse.disconnect] [rt.abort] a caller that leaves in mid-token keeps what was said, and the session is free', () =>
    withServer({ steps: [thinks, says('Here.')] }, async (server) => {
      const sessionId = await server.createSession();
      const leg = await thinkingLeg(server, sessionId);
      leg.disconnect();
      const next = await server.stream(triggerOf(sessionId), say('Again'));
      expect(next.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      expect(server.models.abortedCalls).toBe(1);
      expect(await contentsOf(server, sessionId)).toEqual([
        'user: Hi',
        'assistant: Let me see',
        'user: Again',
        'assistant: Here.',
      ]);
      const { body } = await server.call('GET', `/api/agent-sessions/${sessionId}?format=ui`);
      expect(body.execution).toBeUndefined();
      expect(body.messages.map((message: { status: string }) => message.status)).toEqual(Array(4).fill('done'));
    }));

  test('[rt.lock.stop-first] [rt.log.abort] an abort ends the stream as it should, once', () =>
    withServer({ steps: [thinks] }, async (server) => {
      const sessionId = await server.createSession();
      const leg = await thinkingLeg(server, sessionId);
      const abort = () => server.call('POST', `/api/agent-sessions/${sessionId}/abort`);
      expect((await abort()).body).toEqual({ sessionId, aborted: true });
      const events = await leg.rest();
      checkEventGrammar(events, { isAborted: true });
      expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      expect((await abort()).body).toEqual({ sessionId, aborted: false });
      expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Let me see']);
      const { body } = await server.call('GET', `/api/agent-sessions/${sessionId}/logs`);
      expect(body.entries.at(-1)).toMatchObject({ type: 'abort' });
    }));

  test('[http.sessions.abort-waiting] an aborted wait takes no results any more', () =>
    withServer({ steps: [asks('call_1')] }, async (server) => {
      const sessionId = await server.createSession();
      const body = continuationOf(await server.stream(triggerOf(sessionId), say('Hi')));
      expect((await server.call('POST', `/api/agent-sessions/${sessionId}/abort`)).body.aborted).toBe(true);
      const late = await server.call('POST', triggerOf(sessionId), body);
      expect([late.status, late.body.error.code]).toEqual([409, 'EXECUTION_NOT_RESUMABLE']);
    }));
}

function describeQueue(withServer: WithServer): void {
  test('[rt.lock.queue] a second trigger waits for the first one', () => {
    const gate = Promise.withResolvers<void>();
    const one = text('t', 'One.');
    const slow = { batches: [one.slice(0, 2), () => gate.promise, [...one.slice(2), ...finish()]] };
    return withServer({ steps: [slow, says('Two.')] }, async (server) => {
      const sessionId = await server.createSession();
      const leg = await thinkingLeg(server, sessionId);
      const second = server.stream(triggerOf(sessionId), say('And?'));
      gate.resolve();
      expect(kindsOf(await leg.rest()).at(-1)).toBe('finish');
      expect((await second).status).toBe(200);
      expect(await contentsOf(server, sessionId)).toEqual([
        'user: Hi',
        'assistant: One.',
        'user: And?',
        'assistant: Two.',
      ]);
    });
  });

  test('[http.trigger.queue-left] whoever leaves the queue does not get a turn', () =>
    withServer({ steps: [thinks, says('Three.')] }, async (server) => {
      const sessionId = await server.createSession();
      const leg = await thinkingLeg(server, sessionId);
      const left = server.open(triggerOf(sessionId), say('Two?'), AbortSignal.timeout(200));
      await expect(left).rejects.toThrow();
      leg.disconnect();
      expect((await server.stream(triggerOf(sessionId), say('Three?'))).status).toBe(200);
      expect(await contentsOf(server, sessionId)).not.toContain('user: Two?');
    }));
}

function describeContinuations(withServer: WithServer): void {
  test('[http.trigger.continue-again] results continue the execution, a second time they are refused', () =>
    withServer({ steps: [asks('call_1'), says('Found.')] }, async (server) => {
      const sessionId = await server.createSession();
      const first = await server.stream(triggerOf(sessionId), say('Hi'));
      const body = continuationOf(first);
      const next = await server.stream(triggerOf(sessionId), body);
      expect(next.events[0]).toMatchObject({ type: 'start', executionId: body.executionId });
      const again = await server.stream(triggerOf(sessionId), body);
      expect([again.status, again.body.code]).toEqual([409, 'EXECUTION_NOT_RESUMABLE']);
    }));

  test('a continuation whose caller left can be sent again, and runs once more', () =>
    withServer({ steps: [asks('call_1'), thinks, says('Found.')] }, async (server) => {
      const sessionId = await server.createSession();
      const first = await server.stream(triggerOf(sessionId), say('Hi'));
      const body = continuationOf(first);
      const cut = await server.open(triggerOf(sessionId), body);
      await cut.until(({ type }) => type === 'text-delta');
      cut.disconnect();
      const again = await server.stream(triggerOf(sessionId), body);
      expect(again.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Found.']);
    }));

  test('[http.trigger.repeat.same-calls] a leg that was cut is repeated for results of the same calls only', () => {
    const two = reply([
      ...toolCall('call_1', 'find-order', { order: 'A1' }),
      ...toolCall('call_2', 'find-order', { order: 'A2' }),
    ]);
    return withServer({ steps: [two, thinks, says('Found one.')] }, async (server) => {
      const sessionId = await server.createSession();
      const { executionId } = continuationOf(await server.stream(triggerOf(sessionId), say('Hi')));
      const resultsOf = (...ids: string[]) => ({
        executionId,
        toolResults: ids.map((toolCallId) => ({ toolCallId, result: 'found' })),
      });
      const cut = await server.open(triggerOf(sessionId), resultsOf('call_1'));
      await cut.until(({ type }) => type === 'text-delta');
      cut.disconnect();
      for (const others of [['call_2'], ['call_1', 'call_2'], ['call_3']]) {
        const refused = await server.stream(triggerOf(sessionId), resultsOf(...others));
        expect([refused.status, refused.body.code], `${others}`).toEqual([409, 'EXECUTION_NOT_RESUMABLE']);
      }
      const again = await server.stream(triggerOf(sessionId), resultsOf('call_1', 'call_3'));
      expect(again.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    });
  });

  test('[rt.execution.status] a newer trigger replaces an execution that waits', () =>
    withServer({ steps: [asks('call_1'), says('Never mind.')] }, async (server) => {
      const sessionId = await server.createSession();
      const first = await server.stream(triggerOf(sessionId), say('Hi'));
      expect((await server.stream(triggerOf(sessionId), say('Forget it'))).status).toBe(200);
      const late = await server.stream(triggerOf(sessionId), continuationOf(first));
      expect([late.status, late.body.code]).toEqual([409, 'EXECUTION_NOT_RESUMABLE']);
      expect((await server.stream(triggerOf(sessionId), results)).body.code).toBe('EXECUTION_NOT_FOUND');
    }));

  test('[http.trigger.continue-elsewhere] an execution that waits is continued by another server', () =>
    withServer({ steps: [asks('call_1')] }, async (server, databaseUrl) => {
      const sessionId = await server.createSession();
      await server.stream(triggerOf(sessionId), say('Hi'));
      await using other = await serveSessions({ databaseUrl, steps: [says('Found.')] });
      const next = await other.stream(triggerOf(sessionId), results);
      expect(kindsOf(next.events).at(-1)).toBe('finish');
      expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Found.']);
      other.models.assertDone();
    }));
}

function describeRecovery(withServer: WithServer): void {
  test('[rt.recovery] [sse.crash] what a killed process of this machine left running is closed when a server starts', () =>
    withServer({}, async (server, databaseUrl) => {
      const { pid } = spawnSync(process.execPath, ['--version']);
      const sessionId = await leftRunning(server, `${machine()}:${pid}:gone`, 3_600_000);
      await using other = await serveSessions({ databaseUrl, steps: [says('Back again.')] });
      const { body } = await other.call('GET', `/api/agent-sessions/${sessionId}`);
      expect(body.execution).toBeUndefined();
      expect((await other.stream(triggerOf(sessionId), say('Hello?'))).status).toBe(200);
      expect(await contentsOf(other, sessionId)).toEqual([
        'user: Hi',
        'assistant: I was about to',
        'user: Hello?',
        'assistant: Back again.',
      ]);
    }));

  test('[rt.recovery] [rt.lock.lease] the next trigger closes what a node left whose lease ran out', () =>
    withServer({ steps: [says('Back again.')] }, async (server) => {
      const sessionId = await leftRunning(server, 'elsewhere:1:gone', -1);
      expect((await server.stream(triggerOf(sessionId), say('Hello?'))).status).toBe(200);
      expect((await contentsOf(server, sessionId)).slice(1)).toEqual([
        'assistant: I was about to',
        'user: Hello?',
        'assistant: Back again.',
      ]);
    }));
}

/** A session whose execution another node was running until `leaseMs` from this moment. */
export async function leftRunning(server: SessionServer, nodeId: string, leaseMs: number): Promise<string> {
  const { storage, clock, ids } = server.services;
  const sessionId = await server.createSession();
  const now = clock.now();
  const [executionId, messageId] = [ids.execution(), ids.message()];
  const message = (role: 'user' | 'assistant', words: string) =>
    aMessage(role === 'user' ? ids.message() : messageId, role, [aTextPart(words, { isOpen: true })], {
      executionId,
      isOpen: true,
    });
  const changes: Change[] = [
    {
      change: 'execution-started',
      executionId,
      messageId,
      agentVersion: 1,
      triggerName: 'user-message',
      triggerInput: {},
    },
    { change: 'message-appended', thread: 'main', message: message('user', 'Hi') },
    { change: 'message-appended', thread: 'main', message: message('assistant', 'I was about to') },
  ];
  await storage.nodes.renew(nodeId, now + 1);
  const set = { execution: { executionId, status: 'running' as const }, lastActivityAt: now, updatedAt: now };
  const lease = { kind: 'claim', nodeId, now } as const;
  await storage.sessions.commit([{ sessionId, expectedLength: 0, changes, log: [], lease, set }]);
  await storage.nodes.renew(nodeId, now + leaseMs);
  return sessionId;
}

function describeFailingDatabase(withServer: WithServer): void {
  /** Which commit from here on fails; 0: none. */
  let failsAt = 0;
  const wrap: Parameters<WithServer>[0]['wrap'] = (storage) => ({
    ...storage,
    sessions: {
      ...storage.sessions,
      commit: async (commits) => {
        if (failsAt > 0 && --failsAt === 0) throw new OctavusError('SERVICE_UNAVAILABLE');
        return storage.sessions.commit(commits);
      },
    },
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  });

  let isForgetful = false;
  /** Stores a commit and then loses the answer, as a connection does that breaks at the wrong moment. */
  const forgetful: typeof wrap = (storage) => ({
    ...storage,
    sessions: {
      ...storage.sessions,
      commit: async (commits) => {
        const outcomes = await storage.sessions.commit(commits);
        if (!isForgetful) return outcomes;
        isForgetful = false;
        throw new OctavusError('SERVICE_UNAVAILABLE');
      },
    },
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  });

  test('[rt.durable.accepted] a trigger that cannot be stored is refused, and leaves nothing', () =>
    withServer({ wrap, steps: [says('Hello.')] }, async (server) => {
      const sessionId = await server.createSession();
      failsAt = 1;
      const refused = await server.stream(triggerOf(sessionId), say('Lost'));
      expect([refused.status, refused.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect((await server.stream(triggerOf(sessionId), say('Hi'))).status).toBe(200);
      expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Hello.']);
    }));

  test('[http.start.unstored] a start that cannot be stored leaves no session, and its key is free', () =>
    withServer({ wrap, steps: [says('Hello.')] }, async (server) => {
      const body = { agentId: server.agentId, idempotencyKey: 'k', trigger: say('Hi') };
      failsAt = 1;
      const { storage } = server.services;
      const list = () => storage.sessions.list({ projectId: server.projectId, idleSince: 0, limit: 10 });
      const refused = await server.stream('/api/agent-sessions/start', body);
      expect([refused.status, refused.body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(refused.headers.get('x-octavus-session-id')).toBeNull();
      expect(await list()).toEqual([]);
      expect(server.models.calls).toEqual([]);
      const other = { ...body, trigger: say('Hello') };
      const started = await server.stream('/api/agent-sessions/start', other);
      expect(started.status).toBe(200);
      expect((await list()).map(({ id }) => id)).toEqual([started.headers.get('x-octavus-session-id')]);
      expect(await contentsOf(server, (await list())[0]!.id)).toEqual(['user: Hello', 'assistant: Hello.']);
    }));

  test.each([
    { what: 'the end of a turn', first: says('Hello.') },
    { what: 'a pause', first: asks('call_1') },
  ])(
    '[rt.durable.end] [rt.durable.pending] when $what cannot be stored the stream says so, and the session can be used',
    ({ first }) =>
      withServer({ wrap, steps: [first, says('Here.')] }, async (server) => {
        const sessionId = await server.createSession();
        failsAt = 2;
        const { events } = await server.stream(triggerOf(sessionId), say('Hi'));
        expect(events.at(-1)).toMatchObject({ type: 'error', code: 'INTERNAL_ERROR', retryable: true });
        expect(kindsOf(events)).not.toContain('finish');
        expect((await server.stream(triggerOf(sessionId), say('Still there?'))).events.at(-1)?.type).toBe('finish');
        const contents = await contentsOf(server, sessionId);
        expect([contents[0], ...contents.slice(-2)]).toEqual(['user: Hi', 'user: Still there?', 'assistant: Here.']);
        const { body } = await server.call('GET', `/api/agent-sessions/${sessionId}`);
        expect(body.execution).toBeUndefined();
      }),
  );

  test('[rt.recovery] an acceptance whose outcome is unknown does not leave the session running', () =>
    withServer({ wrap: forgetful }, async (server) => {
      const sessionId = await server.createSession();
      isForgetful = true;
      expect((await server.stream(triggerOf(sessionId), say('Hi'))).status).toBe(503);
      const { body } = await server.call('GET', `/api/agent-sessions/${sessionId}`);
      expect(body.execution).toMatchObject({ status: 'running' });
      const isFree = async () => {
        const { body: later } = await server.call('GET', `/api/agent-sessions/${sessionId}`);
        expect(later.execution).toBeUndefined();
      };
      await vi.waitFor(isFree, { timeout: 30_000, interval: 100 });
      expect(await contentsOf(server, sessionId)).toEqual(['user: Hi']);
    }));

  test.each([1, 2])('when commit %i of a continuation fails the same results can be sent again', (commit) => {
    const answers = Array.from({ length: commit }, () => says('Found.'));
    return withServer({ wrap, steps: [asks('call_1'), ...answers] }, async (server) => {
      const sessionId = await server.createSession();
      const body = continuationOf(await server.stream(triggerOf(sessionId), say('Hi')));
      failsAt = commit;
      const failed = await server.stream(triggerOf(sessionId), body);
      expect(failed.status === 503 || failed.events.at(-1)?.type === 'error').toBe(true);
      expect((await server.stream(triggerOf(sessionId), body)).events.at(-1)?.type).toBe('finish');
      expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Found.']);
    });
  });
}

/** Each takes the five seconds that a lock is waited for, so they wait together. */
function describeWaits(withServer: WithServer): void {
  test('[rt.lock.queue] a trigger that waited in vain is refused, and leaves nothing', () =>
    withServer({ steps: [thinks] }, async (server) => {
      const sessionId = await server.createSession();
      const leg = await thinkingLeg(server, sessionId);
      const refused = await server.call('POST', triggerOf(sessionId), say('And?'));
      expect([refused.status, refused.body.error.code, refused.headers.get('retry-after')]).toEqual([
        429,
        'SESSION_BUSY',
        '2',
      ]);
      leg.disconnect();
      expect((await contentsOf(server, sessionId))[0]).toBe('user: Hi');
      expect(await contentsOf(server, sessionId)).not.toContain('user: And?');
    }));

  test('[rt.lock.lease] [rt.execution.lease] a session of a live node that does not hear is busy here for everyone who would write it', () =>
    withServer({}, async (server) => {
      const sessionId = await leftRunning(server, 'elsewhere:1:alive', 3_600_000);
      const path = `/api/agent-sessions/${sessionId}`;
      const answers = await Promise.all([
        server.call('POST', `${path}/trigger`, say('Hello?')),
        server.call('DELETE', path),
        server.call('POST', `${path}/abort`),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([429, 429, 429]);
      expect((await server.call('GET', path)).body.execution.status).toBe('running');
    }));
}
