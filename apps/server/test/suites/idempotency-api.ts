import { describe, expect, test } from 'vitest';
import { OutcomeUnknown, unavailable } from '../../src/storage/errors.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { deskProtocol, type SessionServer } from '../serve-sessions.ts';
import { say, says, serverOn } from './conversations.ts';
import { leftRunning } from './execution-api.ts';
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

    test('[http.idempotency.refused] a request that was refused as malformed may be corrected', () =>
      withServer({}, async (server) => {
        const wrong = { agentId: server.agentId, input: { NAME: [] } };
        expect((await server.call('POST', '/api/agent-sessions', wrong, withKey('k'))).status).toBe(400);
        expect((await server.call('POST', '/api/agent-sessions', {}, withKey('k'))).status).toBe(400);
        const right = await server.call('POST', '/api/agent-sessions', { agentId: server.agentId }, withKey('k'));
        expect(right.status).toBe(201);
      }));

    test('[http.idempotency.refused] a request that found the session busy may be sent again', () =>
      withServer({}, async (server) => {
        const other = 'elsewhere:1:alive';
        const sessionId = await leftRunning(server, other, 3_600_000);
        const abort = () => server.call('POST', `/api/agent-sessions/${sessionId}/abort`, undefined, withKey('a'));
        const busy = await abort();
        expect([busy.status, busy.body.error.code]).toEqual([429, 'SESSION_BUSY']);
        await server.services.storage.nodes.remove(other);
        expect((await abort()).body).toEqual({ sessionId, aborted: true });
        expect((await abort()).body).toEqual({ sessionId, aborted: true });
      }));

    test('[http.idempotency.refused] a request that could not be stored may be sent again', () => {
      const wrap = wrapCreate((create) => failing(1, create));
      return withServer({ wrap }, async (server) => {
        const body = { agentId: server.agentId };
        const create = () => server.call('POST', '/api/agent-sessions', body, withKey('k'));
        expect((await create()).status).toBe(503);
        expect((await create()).status).toBe(201);
        expect(await sessionsOf(server)).toHaveLength(1);
      });
    });

    test('[http.idempotency.unknown] a request that may have been stored is not done again', () => {
      const wrap = wrapCreate((create) => losing(1, create));
      return withServer({ wrap }, async (server) => {
        const body = { agentId: server.agentId };
        const create = (key: string) => server.call('POST', '/api/agent-sessions', body, withKey(key));
        expect((await create('k')).status).toBe(503);
        for (let again = 0; again < 2; again += 1) {
          const refused = await create('k');
          expect([refused.status, refused.body.error.code]).toEqual([409, 'CONFLICT']);
          expect(refused.body.error.message).toContain('is not known');
        }
        expect(await sessionsOf(server)).toHaveLength(1);
        expect((await create('l')).status).toBe(201);
      });
    });

    test('[http.idempotency.unknown] a request whose process died before it was answered is not done again', () =>
      withServer({}, async (server) => {
        const body = { agentId: server.agentId };
        const asked = ['POST', '/api/agent-sessions', body];
        await server.services.idempotency.begin({ projectId: server.projectId, key: 'k' }, asked);
        const create = () => server.call('POST', '/api/agent-sessions', body, withKey('k'));
        const early = await create();
        expect([early.status, early.body.error.message]).toEqual([
          409,
          expect.stringContaining('still being worked on'),
        ]);
        server.advance(61_000);
        const late = await create();
        expect([late.status, late.body.error.message]).toEqual([409, expect.stringContaining('is not known')]);
        expect(await sessionsOf(server)).toEqual([]);
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

type Create = Storage['sessions']['create'];

/** A storage that creates sessions in another way. */
function wrapCreate(change: (create: Create) => Create): (storage: Storage) => Storage {
  return (storage) => ({
    ...storage,
    sessions: { ...storage.sessions, create: change(storage.sessions.create) },
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  });
}

/** Fails so often, and does nothing then. */
function failing(times: number, create: Create): Create {
  let left = times;
  return async (session) => {
    if (left-- > 0) throw unavailable(new Error('The disk is full'));
    return create(session);
  };
}

/** Does it, and loses the answer so often, as a connection does that breaks at the wrong moment. */
function losing(times: number, create: Create): Create {
  let left = times;
  return async (session) => {
    await create(session);
    if (left-- > 0) throw unavailable(new OutcomeUnknown('The connection broke'));
  };
}

function sessionsOf({ services, projectId }: SessionServer) {
  return services.storage.sessions.list({ projectId, idleSince: 0, limit: 10 });
}
