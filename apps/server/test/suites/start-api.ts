import { checkEventGrammar, failure, hang, reply, text } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import type { SessionServer, StreamAnswer } from '../serve-sessions.ts';
import { asks, contentsOf, kindsOf, say, says, serverOn } from './conversations.ts';
import { crowdMs } from './execution-crowds.ts';
import type { TestDatabase } from './storage.ts';

const refuses = reply(failure({ errorType: 'validation_error', retryable: false }));
const path = '/api/agent-sessions/start';

function startOf(server: SessionServer, overrides: object = {}) {
  return { agentId: server.agentId, idempotencyKey: 'key-1', trigger: say('Hi'), ...overrides };
}

function sessionOf({ headers }: Pick<StreamAnswer, 'headers'>): string {
  return headers.get('x-octavus-session-id')!;
}

function textOf({ events }: StreamAnswer): string {
  return events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
}

/** `POST /api/agent-sessions/start`, row by row of the table of http-api.md 6.8. */
export function describeStartApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  const withServer = serverOn(openDatabase);

  describe(`starting a session: ${name}`, () => {
    test('[http.start.new] the session and its first turn come from one request', () =>
      withServer({ steps: [says('Hello.'), says('Hello again.')] }, async (server) => {
        const answer = await server.stream(
          path,
          startOf(server, { input: { NAME: 'Larkspur' }, idempotencyKey: undefined }),
        );
        expect(answer.status).toBe(200);
        checkEventGrammar(answer.events);
        const sessionId = sessionOf(answer);
        expect(answer.events[0]).toMatchObject({ type: 'start', sessionId });
        expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Hello.']);
        expect((await server.call('GET', `/api/agent-sessions/${sessionId}`)).body.input).toEqual({ NAME: 'Larkspur' });
        const other = await server.stream(path, startOf(server, { idempotencyKey: undefined }));
        expect(sessionOf(other)).not.toBe(sessionId);
      }));

    test('[http.start.refused] a request that is refused leaves no session, and its key can be used again', () =>
      withServer({ steps: [says('Hello.')] }, async (server) => {
        const refused: [object, number][] = [
          [{ agentId: 'unknown' }, 404],
          [{ trigger: { triggerName: 'unknown' } }, 400],
          [{ trigger: { triggerName: 'user-message', input: {} } }, 400],
          [{ input: { NAME: [] } }, 400],
          [{ idempotencyKey: '' }, 400],
          [{ idempotencyKey: 'x'.repeat(256) }, 400],
          [{ trigger: undefined }, 400],
        ];
        for (const [overrides, status] of refused) {
          const answer = await server.stream(path, startOf(server, overrides));
          expect([answer.status, answer.headers.get('x-octavus-session-id')], JSON.stringify(overrides)).toEqual([
            status,
            null,
          ]);
        }
        expect(await server.services.storage.sessions.listIdle(server.services.clock.now() + 1, 9)).toEqual([]);
        expect((await server.stream(path, startOf(server))).status).toBe(200);
      }));

    test('[http.start.finished] a finished turn is replayed without a model call, also after later turns', () =>
      withServer({ steps: [says('Hello.'), says('More.')] }, async (server) => {
        const first = await server.stream(path, startOf(server));
        const again = await server.stream(path, startOf(server));
        expect(sessionOf(again)).toBe(sessionOf(first));
        checkEventGrammar(again.events);
        expect(again.events[0]).toEqual(first.events[0]);
        expect(textOf(again)).toBe('Hello.');
        const later = { ...say('Go on'), rollbackAfterMessageId: null };
        await server.stream(`/api/agent-sessions/${sessionOf(first)}/trigger`, later);
        const late = await server.stream(path, startOf(server));
        expect(late.events).toEqual(again.events);
        expect(await contentsOf(server, sessionOf(first))).toEqual(['user: Go on', 'assistant: More.']);
      }));

    test('[http.start.same-body] what the caller wrote in another order is the same request', () =>
      withServer({ steps: [says('Hello.')] }, async (server) => {
        const first = await server.stream(path, startOf(server, { input: { NAME: 'A' } }));
        const { agentId } = server;
        const again = {
          trigger: { input: { USER_MESSAGE: 'Hi' }, triggerName: 'user-message' },
          input: { NAME: 'A' },
          agentId,
          idempotencyKey: 'key-1',
        };
        expect(sessionOf(await server.stream(path, again))).toBe(sessionOf(first));
        expect(sessionOf(await server.stream(path, { ...again, agentId: 'desk' }))).toBe(sessionOf(first));
      }));

    test('[http.start.waiting] a turn that waits for tools is replayed up to the same request', () =>
      withServer({ steps: [asks('call_1'), says('Found.')] }, async (server) => {
        const first = await server.stream(path, startOf(server));
        const again = await server.stream(path, startOf(server));
        checkEventGrammar(again.events);
        expect(again.events.slice(-2)).toEqual(first.events.slice(-2));
        const toolResults = [{ toolCallId: 'call_1', result: 1 }];
        const next = await server.stream(`/api/agent-sessions/${sessionOf(again)}/trigger`, { toolResults });
        expect(textOf(next)).toBe('Found.');
      }));

    test('[http.start.failed] a turn that failed, was aborted or cut off runs again in the emptied session', () =>
      withServer({ steps: [refuses, hang(text('t', 'Hel')), says('Hello.')] }, async (server) => {
        const failed = await server.stream(path, startOf(server));
        expect(failed.events.at(-1)?.type).toBe('error');
        const cut = await server.open(path, startOf(server));
        await cut.until(({ type }) => type === 'text-delta');
        cut.disconnect();
        const last = await server.stream(path, startOf(server));
        expect(sessionOf(last)).toBe(sessionOf(failed));
        checkEventGrammar(last.events);
        expect(textOf(last)).toBe('Hello.');
        expect(await contentsOf(server, sessionOf(last))).toEqual(['user: Hi', 'assistant: Hello.']);
        expect(textOf(await server.stream(path, startOf(server)))).toBe('Hello.');
      }));

    test('a first turn that came to nothing is not run after newer ones', () =>
      withServer({ steps: [refuses, says('More.')] }, async (server) => {
        const failed = await server.stream(path, startOf(server));
        await server.stream(`/api/agent-sessions/${sessionOf(failed)}/trigger`, say('Go on'));
        const late = await server.stream(path, startOf(server));
        expect([late.status, late.body.code]).toEqual([409, 'EXECUTION_NOT_RESUMABLE']);
      }));

    test('[http.start.busy] while the first turn runs the answer is busy, and names the session', () =>
      withServer({ steps: [hang(text('t', 'Hel'))] }, async (server) => {
        const leg = await server.open(path, startOf(server));
        await leg.until(({ type }) => type === 'text-delta');
        const busy = await Promise.all([
          server.stream(path, startOf(server)),
          server.stream(path, startOf(server, { trigger: say('Other') })),
        ]);
        for (const answer of busy) {
          expect([answer.status, answer.body.code]).toEqual([429, 'SESSION_BUSY']);
          expect(answer.headers.get('retry-after')).toBe('2');
          expect(sessionOf(answer)).toBe(sessionOf(leg));
        }
        leg.disconnect();
      }));

    test('[http.start.other-trigger] another trigger with the same key is a normal trigger on the session', () =>
      withServer({ steps: [asks('call_1'), says('Other.'), says('Third.')] }, async (server) => {
        const first = await server.stream(path, startOf(server));
        const other = await server.stream(path, startOf(server, { trigger: say('Other') }));
        expect(sessionOf(other)).toBe(sessionOf(first));
        expect(textOf(other)).toBe('Other.');
        expect(textOf(await server.stream(path, startOf(server, { input: { NAME: 'B' } })))).toBe('Third.');
        expect((await contentsOf(server, sessionOf(first))).filter((line) => line.startsWith('user'))).toEqual([
          'user: Hi',
          'user: Other',
          'user: Hi',
        ]);
      }));

    test('[http.start.expired] an expired session begins anew with the input of the request', () =>
      withServer({ steps: [says('Hello.'), says('Hello anew.'), says('And again.')] }, async (server) => {
        const first = await server.stream(path, startOf(server, { input: { NAME: 'A' } }));
        const sessionId = sessionOf(first);
        await server.call('DELETE', `/api/agent-sessions/${sessionId}`);
        const anew = await server.stream(path, startOf(server, { input: { NAME: 'B' } }));
        expect(sessionOf(anew)).toBe(sessionId);
        checkEventGrammar(anew.events);
        expect(await contentsOf(server, sessionId)).toEqual(['user: Hi', 'assistant: Hello anew.']);
        expect((await server.call('GET', `/api/agent-sessions/${sessionId}`)).body.input).toEqual({ NAME: 'B' });
        server.advance(3_600_000);
        const idle = await server.stream(path, startOf(server, { trigger: say('Anyone?') }));
        expect(sessionOf(idle)).toBe(sessionId);
        expect(await contentsOf(server, sessionId)).toEqual(['user: Anyone?', 'assistant: And again.']);
      }));

    test('[http.start.scope] keys of two agents are two keys', () =>
      withServer({ steps: [says('One.'), says('Two.')] }, async (server) => {
        const { body } = await server.call('GET', `/api/agents/${server.agentId}`);
        const agentId = await server.createAgent({ ...body.settings, slug: 'other' }, body.protocol);
        const first = await server.stream(path, startOf(server));
        const other = await server.stream(path, startOf(server, { agentId }));
        expect([textOf(first), textOf(other)]).toEqual(['One.', 'Two.']);
        expect(sessionOf(other)).not.toBe(sessionOf(first));
      }));

    test(
      '[http.start.once] of a thousand identical starts exactly one runs, and all are told of it',
      () =>
        withServer({ steps: [says('Hello.')] }, async (server) => {
          const answers = await Promise.all(Array.from({ length: 1000 }, () => server.stream(path, startOf(server))));
          // 429 on a slow machine alone: who stood in the queue for five seconds is sent away, with the session's id.
          expect(answers.every(({ status }) => [200, 429].includes(status))).toBe(true);
          expect(new Set(answers.map(sessionOf)).size).toBe(1);
          const told = answers.filter(({ status }) => status === 200);
          expect(new Set(told.map(textOf))).toEqual(new Set(['Hello.']));
          expect(server.models.calls).toHaveLength(1);
          expect(await contentsOf(server, sessionOf(answers[0]!))).toEqual(['user: Hi', 'assistant: Hello.']);
          expect(kindsOf(told.at(-1)!.events).at(-1)).toBe('finish');
        }),
      crowdMs,
    );
  });
}
