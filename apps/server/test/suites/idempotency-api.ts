import { describe, expect, test } from 'vitest';
import { deskProtocol } from '../serve-sessions.ts';
import { say, says, serverOn } from './session-api.ts';
import type { TestDatabase } from './storage.ts';

const withKey = (key: string) => ({ 'idempotency-key': key });

/** The header `Idempotency-Key` on POST requests that are not answered with an event stream. */
export function describeIdempotencyKeys(name: string, openDatabase: () => Promise<TestDatabase>): void {
  const withServer = serverOn(openDatabase);

  describe(`Idempotency-Key: ${name}`, () => {
    test('[http.idempotency.same] the same request with the same key is done once and answered alike', () =>
      withServer({}, async (server) => {
        const body = { agentId: server.agentId, input: { NAME: 'Fern' } };
        const first = await server.call('POST', '/api/agent-sessions', body, withKey('k1'));
        const again = await server.call('POST', '/api/agent-sessions', { ...body, extra: 1 }, withKey('k1'));
        expect([again.status, again.body]).toEqual([201, first.body]);
        expect(first.headers.get('idempotent-replayed')).toBeNull();
        expect(again.headers.get('idempotent-replayed')).toBe('true');
        expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
        const other = await server.call('POST', '/api/agent-sessions', body, withKey('k2'));
        const none = await server.call('POST', '/api/agent-sessions', body);
        expect(new Set([first, other, none].map((answer) => answer.body.sessionId)).size).toBe(3);
      }));

    test('[http.idempotency.same] an agent is created once, where a second creation would be a conflict', () =>
      withServer({}, async (server) => {
        const settings = { slug: 'twin', name: 'Twin', format: 'interactive' };
        const prompts = [
          { name: 'system', content: '{{NAME}}' },
          { name: 'user-message', content: '{{USER_MESSAGE}}' },
        ];
        const body = { settings, protocol: deskProtocol, prompts };
        const first = await server.call('POST', '/api/agents', body, withKey('k'));
        expect(first.status).toBe(201);
        expect((await server.call('POST', '/api/agents', body, withKey('k'))).body).toEqual(first.body);
        expect((await server.call('POST', '/api/agents', body, withKey('l'))).status).toBe(409);
        expect((await server.call('POST', '/api/agents', body, withKey('l'))).headers.get('idempotent-replayed')).toBe(
          'true',
        );
      }));

    test('[http.idempotency.other] another request with the same key is refused', () =>
      withServer({}, async (server) => {
        const body = { agentId: server.agentId, input: { NAME: 'Fern' } };
        const { sessionId } = (await server.call('POST', '/api/agent-sessions', body, withKey('k'))).body;
        const refused = [
          await server.call('POST', '/api/agent-sessions', { ...body, input: {} }, withKey('k')),
          await server.call('POST', `/api/agent-sessions/${sessionId}/abort`, undefined, withKey('k')),
        ];
        for (const answer of refused) {
          expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
          expect(answer.body.error.message).toContain('Idempotency-Key was used for another request');
        }
      }));

    test('[http.idempotency.concurrent] of many at once one is done, the others get its answer or are told to wait', () =>
      withServer({}, async (server) => {
        const body = { agentId: server.agentId };
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => server.call('POST', '/api/agent-sessions', body, withKey('k'))),
        );
        const ids = answers.filter(({ status }) => status === 201).map((answer) => answer.body.sessionId);
        expect(new Set(ids).size).toBe(1);
        expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
      }));

    test('[http.idempotency.refused] a request that was refused as malformed, or found the session busy, may be corrected', () =>
      withServer({}, async (server) => {
        const wrong = { agentId: server.agentId, input: { NAME: [] } };
        expect((await server.call('POST', '/api/agent-sessions', wrong, withKey('k'))).status).toBe(400);
        expect((await server.call('POST', '/api/agent-sessions', {}, withKey('k'))).status).toBe(400);
        const right = await server.call('POST', '/api/agent-sessions', { agentId: server.agentId }, withKey('k'));
        expect(right.status).toBe(201);
      }));

    test('[http.idempotency.streams] a restore is answered from memory too; event streams ignore the header', () =>
      withServer({ steps: [says('One.'), says('Two.')] }, async (server) => {
        const sessionId = await server.createSession();
        const path = `/api/agent-sessions/${sessionId}`;
        const one = await server.stream(`${path}/trigger`, say('Hi'), withKey('t'));
        const two = await server.stream(`${path}/trigger`, say('Hi'), withKey('t'));
        expect(two.events[0]).not.toEqual(one.events[0]);
        await server.call('DELETE', path);
        const restore = () => server.call('POST', `${path}/restore`, { messages: [] }, withKey('r'));
        expect([(await restore()).body.restored, (await restore()).body.restored]).toEqual([true, true]);
      }));

    test('[http.idempotency.key] a key that is no header of reasonable length is refused', () =>
      withServer({}, async (server) => {
        for (const key of ['', 'x'.repeat(256), 'ä']) {
          const answer = await server.call('POST', '/api/agent-sessions', { agentId: server.agentId }, withKey(key));
          expect([answer.status, answer.body.error.code], key).toEqual([400, 'VALIDATION_ERROR']);
        }
      }));
  });
}
