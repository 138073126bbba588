import { reply, text } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import { issueApiKey } from '../../src/access/api-keys.ts';
import { deskProtocol } from '../serve-sessions.ts';
import { serveTokens, type TokenServer, unknownId } from '../serve-tokens.ts';
import type { TestDatabase } from './storage.ts';

type WithServer = (work: (server: TokenServer) => Promise<void>) => Promise<void>;

const unauthorized = { error: { code: 'UNAUTHORIZED', message: 'Missing or invalid API key' } };

/** Ephemeral tokens on real HTTP and the given database. */
export function describeTokenApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`token API: ${name}`, () => {
    const withServer: WithServer = async (work) => {
      await using database = await openDatabase();
      const steps = [reply(text('t', 'Good morning.'))];
      await using server = await serveTokens({ databaseUrl: database.url, steps });
      await work(server);
    };
    describeMinting(withServer);
    describeUsing(withServer);
    describeDeath(withServer);
    describeRevoking(withServer);
  });
}

/** Whether a token still opens the session it is for. */
async function isAlive(server: TokenServer, token: string, sessionId = server.own.sessionId): Promise<boolean> {
  const { status, body } = await server.as(token, 'GET', `/api/agent-sessions/${sessionId}`);
  if (status === 200) return true;
  expect([status, body]).toEqual([401, unauthorized]);
  return false;
}

function describeMinting(withServer: WithServer): void {
  test('[http.tokens.mint] a token has the documented form and lives an hour', () =>
    withServer(async (server) => {
      const before = Date.now();
      const answer = await server.as(server.minter.key, 'POST', '/api/tokens', server.own);
      expect(answer.status).toBe(201);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const { token, jti, expiresAt, ...rest } = answer.body;
      expect(rest).toEqual({});
      expect(jti).toMatch(/^jti_[a-z0-9]{24}$/);
      expect(token).toMatch(/^oct_et_[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
      const payload = JSON.parse(Buffer.from(token.slice('oct_et_'.length).split('.')[0], 'base64url').toString());
      const { projectId, minter, own } = server;
      expect(payload).toEqual({ jti, projectId, ...own, keyId: minter.id, iat: payload.iat, exp: payload.iat + 3600 });
      expect(new Date(payload.exp * 1000).toISOString()).toBe(expiresAt);
      expect(Date.parse(expiresAt)).toBeGreaterThanOrEqual(before + 3_600_000);
      expect(Date.parse(expiresAt)).toBeLessThan(before + 3_660_000);
    }));

  test('[http.tokens.ttl] a lifetime is taken as it is up to a day, which is the longest', () =>
    withServer(async (server) => {
      const { agentId } = server.own;
      for (const [ttlSeconds, seconds] of [
        [1, 1],
        [86_400, 86_400],
        [86_401, 86_400],
        [1e12, 86_400],
        [null, 3600],
      ]) {
        const before = Date.now();
        const { expiresAt } = await server.mint({ agentId, sessionId: null, ttlSeconds });
        expect(Math.abs(Date.parse(expiresAt) - before - seconds! * 1000), `${ttlSeconds}`).toBeLessThan(10_000);
      }
    }));

  test('[http.tokens.mint-refused] what cannot be minted is refused and says why', () =>
    withServer(async (server) => {
      const { own, foreign, stranger, sibling } = server;
      const { agentId } = own;
      const mint = async (body: unknown) => (await server.as(server.minter.key, 'POST', '/api/tokens', body)).status;
      for (const body of [undefined, [], {}, { agentId: '' }, { agentId: 7 }, { agentId, sessionId: 7 }]) {
        expect(await mint(body), JSON.stringify(body)).toBe(400);
      }
      for (const ttlSeconds of [0, -1, 1.5, '60', true]) expect(await mint({ agentId, ttlSeconds })).toBe(400);
      for (const wrong of [unknownId, stranger.agentId, 'desk']) expect(await mint({ agentId: wrong })).toBe(404);
      for (const { sessionId } of [foreign, stranger, { sessionId: unknownId }]) {
        expect(await mint({ agentId, sessionId }), sessionId).toBe(404);
      }
      await server.call('DELETE', `/api/agents/${foreign.agentId}`);
      expect(await mint({ agentId: foreign.agentId })).toBe(404);
      expect(await mint(sibling)).toBe(201);
    }));

  test('[http.tokens.mint-permission] only an API key that may mint mints and revokes', () =>
    withServer(async (server) => {
      const { token } = await server.mint({ agentId: server.own.agentId });
      const { key } = await server.issue(['agents', 'sessions']);
      for (const credential of [key, token]) {
        for (const path of ['/api/tokens', '/api/tokens/revoke']) {
          expect((await server.as(credential, 'POST', path, server.own)).status).toBe(403);
        }
      }
      expect((await server.as('nobody', 'POST', '/api/tokens', server.own)).status).toBe(401);
    }));

  test('minting needs no other permission, and makes room of tokens that have expired', () =>
    withServer(async (server) => {
      const { jti } = await server.mint({ ...server.own, ttlSeconds: 60 });
      expect(await server.services.storage.tokens.find(jti)).toBeDefined();
      server.advance(60_000);
      await server.mint(server.own);
      expect(await server.services.storage.tokens.find(jti)).toBeUndefined();
    }));
}

function describeUsing(withServer: WithServer): void {
  const triggered = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hi' } };

  test('[http.tokens.scope-agent] a token for an agent creates a session, by id or slug, and talks to it', () =>
    withServer(async (server) => {
      const { token } = await server.mint({ agentId: server.agentId });
      for (const agentId of [server.agentId, 'desk']) {
        const created = await server.as(token, 'POST', '/api/agent-sessions', { agentId });
        expect([created.status, created.body]).toEqual([201, { sessionId: expect.stringMatching(/^c/) }]);
      }
      const headers = { authorization: `Bearer ${token}` };
      const body = JSON.stringify({ agentId: 'desk', trigger: triggered });
      const started = await fetch(`${server.url}/api/agent-sessions/start`, { method: 'POST', headers, body });
      expect(started.status).toBe(200);
      expect(await started.text()).toContain('Good morning.');
      const sessionId = started.headers.get('x-octavus-session-id');
      const { status, body: session } = await server.as(token, 'GET', `/api/agent-sessions/${sessionId}`);
      expect([status, session.messages.length]).toEqual([200, 2]);
    }));

  test('[http.tokens.scope-session] a token for a session talks to that one only', () =>
    withServer(async (server) => {
      const { own, sibling, foreign } = server;
      const { token } = await server.mint(own);
      const headers = { authorization: `Bearer ${token}` };
      const address = `${server.url}/api/agent-sessions/${own.sessionId}/trigger`;
      const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(triggered) });
      expect(await answer.text()).toContain('Good morning.');
      for (const { sessionId } of [sibling, foreign, { sessionId: unknownId }]) {
        expect((await server.as(token, 'POST', `/api/agent-sessions/${sessionId}/trigger`, triggered)).status).toBe(
          403,
        );
      }
    }));

  test('[http.tokens.scope-blind] what exists elsewhere and what does not exist look the same', () =>
    withServer(async (server) => {
      const { token } = await server.mint({ agentId: server.agentId });
      const { foreign, stranger } = server;
      const answers = await Promise.all(
        [foreign.sessionId, stranger.sessionId, unknownId, 'x'.repeat(5000), '%00', "'"].map((id) =>
          server.as(token, 'GET', `/api/agent-sessions/${id}`),
        ),
      );
      const creations = await Promise.all(
        [foreign.agentId, stranger.agentId, unknownId, 'other-desk', 'no-desk', '\0'].map((agentId) =>
          server.as(token, 'POST', '/api/agent-sessions', { agentId }),
        ),
      );
      const message = 'This token does not allow this request: it is for another agent or session';
      for (const { status, body } of [...answers, ...creations]) {
        expect([status, body]).toEqual([403, { error: { code: 'FORBIDDEN', message } }]);
      }
    }));

  test('a slug that went to another agent is out of scope', () =>
    withServer(async (server) => {
      const { agentId } = server.foreign;
      const { token } = await server.mint({ agentId });
      const create = async () =>
        (await server.as(token, 'POST', '/api/agent-sessions', { agentId: 'other-desk' })).status;
      expect(await create()).not.toBe(403);
      await server.call('DELETE', `/api/agents/${agentId}`);
      expect(await create()).toBe(403);
      await server.createAgent({ slug: 'other-desk', name: 'New', format: 'interactive' }, deskProtocol);
      expect(await create()).toBe(403);
    }));
}

function describeDeath(withServer: WithServer): void {
  test('[http.tokens.death] a token dies when its time is over', () =>
    withServer(async (server) => {
      const { token } = await server.mint({ ...server.own, ttlSeconds: 30 });
      server.advance(28_000);
      expect(await isAlive(server, token)).toBe(true);
      server.advance(2_000);
      expect(await isAlive(server, token)).toBe(false);
    }));

  test('[http.tokens.death] a token dies with the key that minted it, revoked or expired, others live on', () =>
    withServer(async (server) => {
      const { storage, ids, clock } = server.services;
      const { projectId } = server;
      const expiresAt = clock.now() + 60_000;
      const keys = { keys: storage.apiKeys, ids, clock, projectId, name: 'tests' };
      const expiring = await issueApiKey({ ...keys, permissions: ['mint-tokens'], expiresAt });
      const revoked = await server.issue(['mint-tokens']);
      const tokens = {
        ours: (await server.mint(server.own)).token,
        ofExpiring: (await server.mint(server.own, expiring.key)).token,
        ofRevoked: (await server.mint(server.own, revoked.key)).token,
      };
      const alive = async () =>
        Object.fromEntries(
          await Promise.all(
            Object.entries(tokens).map(async ([name, token]) => [name, await isAlive(server, token)] as const),
          ),
        );
      expect(await alive()).toEqual({ ours: true, ofExpiring: true, ofRevoked: true });
      await storage.apiKeys.revoke(revoked.id, clock.now());
      expect(await alive()).toEqual({ ours: true, ofExpiring: true, ofRevoked: false });
      server.advance(60_000);
      expect(await alive()).toEqual({ ours: true, ofExpiring: false, ofRevoked: false });
      await storage.apiKeys.revoke(server.minter.id, clock.now());
      expect(await alive()).toEqual({ ours: false, ofExpiring: false, ofRevoked: false });
    }));

  test('[http.tokens.death] a dead token opens nothing that it opened before', () =>
    withServer(async (server) => {
      const { agentId, sessionId } = server.own;
      const { token, jti } = await server.mint({ agentId });
      const path = `/api/agent-sessions/${sessionId}`;
      const trigger = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hi' } };
      const files = [{ filename: 'a.txt', mediaType: 'text/plain', size: 1 }];
      expect((await server.as(token, 'POST', '/api/agent-sessions', { agentId })).status).toBe(201);
      await server.services.storage.apiKeys.revoke(server.minter.id, Date.now());
      for (const [method, at, body] of [
        ['POST', '/api/agent-sessions', { agentId }],
        ['POST', '/api/agent-sessions/start', { agentId, trigger }],
        ['GET', path],
        ['GET', `${path}/logs`],
        ['POST', `${path}/trigger`, trigger],
        ['POST', `${path}/abort`],
        ['POST', `${path}/restore`, { messages: [] }],
        ['DELETE', path],
        ['POST', `/api/agents/${agentId}/execute`, { type: 'start', input: {} }],
        ['POST', '/api/files/upload-urls', { sessionId, files }],
        ['POST', '/api/tokens/revoke', { jti }],
      ] as const) {
        const answer = await server.as(token, method, at, body);
        expect([answer.status, answer.body], `${method} ${at}`).toEqual([401, unauthorized]);
      }
      expect(server.models.calls).toEqual([]);
    }));

  test('[http.tokens.mac] no byte of a token can be changed', () =>
    withServer(async (server) => {
      const { token } = await server.mint(server.own);
      const [payload = '', mac = ''] = token.slice('oct_et_'.length).split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const widened = Buffer.from(JSON.stringify({ ...claims, sessionId: undefined })).toString('base64url');
      const flipped = (at: number) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      const wrong = [
        `oct_et_${widened}.${mac}`,
        `oct_et_${payload}`,
        `oct_et_${payload}.`,
        `oct_et_.${mac}`,
        'oct_et_',
        'oct_et_.',
        `oct_et_${'A'.repeat(8000)}.${mac}`,
        `${token}A`,
        `${token}.`,
        token.toUpperCase(),
        ...[7, 20, token.length - 44, token.length - 20, token.length - 1].map(flipped),
      ];
      for (const each of wrong) expect(await isAlive(server, each), each).toBe(false);
      expect(await isAlive(server, token)).toBe(true);
    }));
}

function describeRevoking(withServer: WithServer): void {
  test.each(['token', 'jti'] as const)('[http.tokens.revoke] a token is revoked by its %s, at once and once', (field) =>
    withServer(async (server) => {
      const [minted, other] = [await server.mint(server.own), await server.mint(server.own)];
      const { jti, token } = minted;
      expect(await isAlive(server, token)).toBe(true);
      const revoke = () => server.as(server.minter.key, 'POST', '/api/tokens/revoke', { [field]: minted[field] });
      const first = await revoke();
      expect([first.status, first.body]).toEqual([200, { revoked: true, jti }]);
      expect(await isAlive(server, token)).toBe(false);
      expect((await revoke()).body).toEqual({ revoked: false, jti });
      expect(await isAlive(server, other.token)).toBe(true);
    }),
  );

  test('[http.tokens.revoke-nothing] what is no live token of the project is not revoked, and that is no error', () =>
    withServer(async (server) => {
      const { jti, token } = await server.mint({ ...server.own, ttlSeconds: 60 });
      const revoke = async (body: unknown, key = server.minter.key) => {
        const answer = await server.as(key, 'POST', '/api/tokens/revoke', body);
        return answer.status === 200 ? answer.body : answer.status;
      };
      for (const body of [undefined, {}, [], { token: null, jti: null }, { token: 7 }, { jti: {} }]) {
        expect(await revoke(body), JSON.stringify(body)).toBe(400);
      }
      for (const body of [
        { token: '' },
        { token: 'oct_sk_x' },
        { jti: '' },
        { jti: 'x\0' },
        { token: 'x'.repeat(1e6) },
      ]) {
        expect(await revoke(body)).toEqual({ revoked: false });
      }
      const unknown = `jti_${'0'.repeat(24)}`;
      expect(await revoke({ jti: unknown })).toEqual({ revoked: false, jti: unknown });
      expect(await revoke({ token: withAnotherSignature(token) })).toEqual({ revoked: false, jti });
      const project = (await server.services.storage.projects.list()).find(({ id }) => id !== server.projectId);
      const { key } = await server.issue(['mint-tokens'], project!.id);
      expect(await revoke({ token }, key)).toEqual({ revoked: false, jti });
      expect(await isAlive(server, token)).toBe(true);
      server.advance(60_000);
      expect(await revoke({ token })).toEqual({ revoked: false, jti });
    }));

  test('a colleague with another key may revoke', () =>
    withServer(async (server) => {
      const { token } = await server.mint(server.own);
      const { key } = await server.issue(['mint-tokens']);
      expect((await server.as(key, 'POST', '/api/tokens/revoke', { token })).body.revoked).toBe(true);
      expect(await isAlive(server, token)).toBe(false);
    }));
}

/** The token with the first character of its signature changed: all six bits of that character count, unlike those of the last. */
function withAnotherSignature(token: string): string {
  const start = token.lastIndexOf('.') + 1;
  return `${token.slice(0, start)}${token[start] === 'A' ? 'B' : 'A'}${token.slice(start + 1)}`;
}
