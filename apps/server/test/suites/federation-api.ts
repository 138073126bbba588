import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { OctavusError } from '@octavus/core';
import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createRegistration, type Registration } from '../../src/access/federation/registration.ts';
import { createGuardedDownload } from '../../src/net/guarded-download.ts';
import type { IdentityProvider } from '../../src/storage/identity-providers.ts';
import { type Issuer, runIssuer, type TokenOptions } from '../run-issuer.ts';
import { serveTokens, type TokenServer } from '../serve-tokens.ts';
import { say, says } from './conversations.ts';
import type { TestDatabase } from './storage.ts';

/** A server that accepts the tokens of an issuer, which is on loopback here. */
interface FederatedServer extends TokenServer {
  readonly issuer: Issuer;
  /** A registration for the agent `own`, with the given differences. */
  register(fields?: Partial<Registration>, row?: Partial<IdentityProvider>): Promise<IdentityProvider>;
  /** The status that a token gets where it reads the session `own`. */
  read(token: string, sessionId?: string): Promise<number>;
}

type WithServer = (work: (server: FederatedServer) => Promise<void>) => Promise<void>;

/** On loopback and without encryption, which no address in the world is fetched by otherwise. */
const loopback = createGuardedDownload({ isAllowed: () => true, protocols: ['http:'] });

const unauthorized = { error: { code: 'UNAUTHORIZED', message: 'Missing or invalid API key' } };

/** Tokens of a real OpenID provider on real HTTP and the given database. */
export function describeFederation(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`federated tokens: ${name}`, () => {
    const withServer: WithServer = async (work) => {
      await using database = await openDatabase();
      await using issuer = await runIssuer();
      const steps = [says('Good morning.')];
      await using server = await serveTokens({ databaseUrl: database.url, steps, download: loopback });
      await work(federated(server, issuer));
    };
    describeScopes(withServer);
    describeRefusals(withServer);
    describeKeys(withServer);
    describeGuard(openDatabase);
    describeOutage(openDatabase);
  });
}

function federated(server: TokenServer, issuer: Issuer): FederatedServer {
  const { storage, ids, clock } = server.services;
  return {
    ...server,
    issuer,
    register: async (fields = {}, row = {}) => {
      const agent = { id: server.own.agentId };
      const registration = { issuer: 'https://issuer.example', algorithms: ['ES256' as const], agent, ...fields };
      const made = createRegistration(registration, { projectId: server.projectId, ids, now: clock.now });
      const provider = { ...made, issuer: issuer.url, ...row };
      await storage.identityProviders.create(provider);
      return provider;
    },
    read: async (token, sessionId = server.own.sessionId) => {
      const { status, headers, body } = await server.as(token, 'GET', `/api/agent-sessions/${sessionId}`);
      if (status !== 200 && status !== 403) {
        expect([status, headers.get('www-authenticate'), body]).toEqual([401, 'Bearer', unauthorized]);
      }
      return status;
    },
  };
}

function describeScopes(withServer: WithServer): void {
  test('[http.federation.scope] a token for an agent does what an ephemeral token for that agent does', () =>
    withServer(async (server) => {
      const { audience } = await server.register();
      const token = await server.issuer.sign({ audience });
      const { own, foreign } = server;
      const created = await server.as(token, 'POST', '/api/agent-sessions', { agentId: own.agentId });
      expect(created.status).toBe(201);
      const headers = { authorization: `Bearer ${token}` };
      const path = `/api/agent-sessions/${created.body.sessionId}/trigger`;
      expect((await server.stream(path, say('Hi'), headers)).events.at(-1)?.type).toBe('finish');
      expect(await server.read(token)).toBe(200);
      expect(await server.read(token, foreign.sessionId)).toBe(403);
      const refused = await Promise.all([
        server.as(token, 'POST', '/api/agent-sessions', { agentId: foreign.agentId }),
        server.as(token, 'GET', '/api/agents'),
        server.as(token, 'GET', `/api/agents/${own.agentId}`),
        server.as(token, 'POST', '/api/tokens', { agentId: own.agentId }),
        server.as(token, 'GET', '/api/models'),
      ]);
      expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    }));

  test('[http.federation.scope] a claim names the agent, by id or slug, and a claim narrows to a session', () =>
    withServer(async (server) => {
      const agent = { claim: 'app.agent' };
      const { audience } = await server.register({ agent, sessionClaim: 'https://octavus.example/session' });
      const { own, sibling, foreign, stranger } = server;
      const sign = (claims: object) => server.issuer.sign({ audience, claims: { ...claims } });
      const forAgent = await sign({ app: { agent: 'desk' } });
      expect([await server.read(forAgent), await server.read(forAgent, sibling.sessionId)]).toEqual([200, 200]);
      const sessionClaim = (sessionId: unknown) => ({
        'app.agent': own.agentId,
        'https://octavus.example/session': sessionId,
      });
      const forSession = await sign(sessionClaim(own.sessionId));
      expect([await server.read(forSession), await server.read(forSession, sibling.sessionId)]).toEqual([200, 403]);
      const created = await server.as(forSession, 'POST', '/api/agent-sessions', { agentId: own.agentId });
      expect(created.status).toBe(403);
      for (const wrong of [foreign.sessionId, stranger.sessionId, 'cnothing', 7, null, '']) {
        expect(await server.read(await sign(sessionClaim(wrong))), `${wrong}`).toBe(401);
      }
      for (const wrong of [stranger.agentId, 'nobody', 7, ['desk'], undefined]) {
        expect(await server.read(await sign({ app: { agent: wrong } })), `${wrong}`).toBe(401);
      }
    }));
}

function describeRefusals(withServer: WithServer): void {
  const seconds = () => Math.floor(Date.now() / 1000);

  test('[http.federation.refusals] each check that fails is 401, and does not say which', () =>
    withServer(async (server) => {
      const { issuer, read } = server;
      const { audience } = await server.register({ maxLifetimeSeconds: 600 });
      const other = await server.register({}, { issuer: 'https://other.example' });
      const disabled = await server.register({}, { isEnabled: false });
      const { privateKey } = await generateKeyPair('ES256');
      const good = await issuer.sign({ audience });
      expect(await read(good)).toBe(200);
      const now = seconds();
      const wrong: Record<string, TokenOptions> = {
        'another key': { audience, key: privateKey },
        'an unknown key id': { audience, header: { kid: 'key-9' } },
        'no key id': { audience, header: { kid: undefined } },
        'another audience': { audience: 'octavus:aaaaaaaaaaaaaaaaaaaaaaaa' },
        'an audience in another case': { audience: audience.toUpperCase() },
        'no audience': { audience: [] },
        'another issuer': { audience, claims: { iss: `${issuer.url}/` } },
        "another registration's audience": { audience: other.audience },
        'the audience of a disabled registration': { audience: disabled.audience },
        'no issuer': { audience, claims: { iss: undefined } },
        'no time of issue': { audience, claims: { iat: undefined } },
        'no end': { audience, claims: { exp: undefined } },
        'a long life': { audience, iat: now, exp: now + 601 },
        'an end that is over': { audience, iat: now - 300, exp: now - 62 },
        'a beginning that is not yet': { audience, claims: { nbf: now + 120 } },
        'issue in the future': { audience, iat: now + 120 },
        'times that are no numbers': { audience, claims: { exp: `${now + 60}` } },
      };
      for (const [what, options] of Object.entries(wrong)) {
        expect(await read(await issuer.sign(options)), what).toBe(401);
      }
      const [head, payload, signature] = good.split('.') as [string, string, string];
      const unsigned = Buffer.from('{"alg":"none","kid":"key-1"}').toString('base64url');
      const forged = [`${unsigned}.${payload}.`, `${unsigned}.${payload}.AAAA`, `${head}.${payload}.AAAA`, 'a.b.c'];
      for (const token of [...forged, `${head}.${head}.${signature}`, `${good}.x`, `${good}x`]) {
        expect(await read(token), token).toBe(401);
      }
    }));

  test('[http.federation.algorithms] an algorithm that is not registered is refused, the public key as a secret too', () =>
    withServer(async (server) => {
      const { issuer } = server;
      await issuer.rotate({ algorithm: 'RS256' });
      const rsa = await server.register({ algorithms: ['RS256', 'EdDSA'] });
      const ec = await server.register();
      const token = await issuer.sign({ audience: rsa.audience });
      expect(await server.read(token)).toBe(200);
      expect(await server.read(await issuer.sign({ audience: ec.audience }))).toBe(401);
      const keys = await (await fetch(`${issuer.url}/keys`)).text();
      const now = seconds();
      const symmetric = new SignJWT({ iss: issuer.url, aud: rsa.audience, iat: now, exp: now + 60 })
        .setProtectedHeader({ alg: 'HS256', kid: 'key-2' })
        .sign(Buffer.from(keys));
      expect(await server.read(await symmetric)).toBe(401);
      await issuer.rotate({ algorithm: 'EdDSA' });
      expect(await server.read(await issuer.sign({ audience: rsa.audience }))).toBe(200);
    }));

  test('[http.federation.conditions] all conditions on claims must hold', () =>
    withServer(async (server) => {
      const { audience } = await server.register({
        conditions: [
          { claim: 'repository.owner', match: 'equals', value: 'larkspur' },
          { claim: 'sub', match: 'startsWith', value: 'repo:larkspur/' },
          { claim: 'verified', match: 'equals', value: 'true' },
        ],
      });
      const claims = { repository: { owner: 'larkspur' }, sub: 'repo:larkspur/shop', verified: true };
      const readWith = async (changed: object) =>
        server.read(await server.issuer.sign({ audience, claims: { ...claims, ...changed } }));
      expect(await readWith({})).toBe(200);
      for (const changed of [
        { repository: { owner: 'larkspurs' } },
        { repository: 'larkspur' },
        { repository: undefined },
        { sub: 'repo:larkspur' },
        { sub: ['repo:larkspur/shop'] },
        { verified: false },
      ]) {
        expect(await readWith(changed), JSON.stringify(changed)).toBe(401);
      }
    }));

  test('[http.federation.times] clocks may differ by a minute, and an audience may be one of a list', () =>
    withServer(async (server) => {
      const { audience } = await server.register();
      const now = seconds();
      const list = ['https://example.com', audience];
      expect(await server.read(await server.issuer.sign({ audience: list, iat: now - 100, exp: now - 30 }))).toBe(200);
      const early = { audience: list, iat: now + 30, claims: { nbf: now + 30 } };
      expect(await server.read(await server.issuer.sign(early))).toBe(200);
    }));

  test('[http.federation.enabled] a registration that is disabled or removed ends its tokens at once', () =>
    withServer(async (server) => {
      const { identityProviders } = server.services.storage;
      const { id, audience } = await server.register();
      const token = await server.issuer.sign({ audience });
      expect(await server.read(token)).toBe(200);
      await identityProviders.setEnabled(id, false);
      expect(await server.read(token)).toBe(401);
      await identityProviders.setEnabled(id, true);
      expect(await server.read(token)).toBe(200);
      expect(await identityProviders.remove(id)).toBe(true);
      expect(await server.read(token)).toBe(401);
      expect([await identityProviders.remove(id), await identityProviders.setEnabled(id, true)]).toEqual([
        false,
        false,
      ]);
    }));
}

function describeKeys(withServer: WithServer): void {
  test('[http.federation.rotation] a new key is found at once, an unknown one asks once a minute, keys last ten minutes', () =>
    withServer(async (server) => {
      const { issuer, read } = server;
      const { audience } = await server.register();
      const signed = () => issuer.sign({ audience, iat: Math.floor(server.services.clock.now() / 1000) });
      const fetches = () => issuer.requests.filter((path) => path === '/keys').length;
      expect([await read(await signed()), await read(await signed()), fetches()]).toEqual([200, 200, 1]);
      await issuer.rotate();
      expect([await read(await signed()), fetches()]).toEqual([200, 2]);
      await issuer.rotate();
      expect([await read(await signed()), await read(await signed()), fetches()]).toEqual([401, 401, 2]);
      server.advance(60_000);
      expect([await read(await signed()), fetches()]).toEqual([200, 3]);
      const old = await signed();
      await issuer.rotate({ retires: true });
      expect([await read(old), fetches()]).toEqual([200, 3]);
      server.advance(599_000);
      expect([await read(old), fetches()]).toEqual([200, 3]);
      server.advance(1_000);
      expect([await read(old), fetches()]).toEqual([401, 4]);
      expect(await read(await signed())).toBe(200);
    }));

  test('[http.federation.rotation] many tokens at once fetch the keys once', () =>
    withServer(async (server) => {
      const { audience } = await server.register();
      const token = await server.issuer.sign({ audience });
      const statuses = await Promise.all(Array.from({ length: 50 }, () => server.read(token)));
      expect(statuses).toEqual(Array(50).fill(200));
      expect(server.issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys']);
    }));

  test('[http.federation.discovery] keys come from where the registration says, else where the issuer says', () =>
    withServer(async (server) => {
      const { issuer } = server;
      const { audience } = await server.register({}, { jwksUrl: `${issuer.url}/keys` });
      expect(await server.read(await issuer.sign({ audience }))).toBe(200);
      expect(issuer.requests).toEqual(['/keys']);
    }));

  test('[http.federation.discovery] an issuer that misbehaves opens nothing, and is asked again later', () =>
    withServer(async (server) => {
      const { issuer } = server;
      const { audience } = await server.register();
      const token = async () => issuer.sign({ audience, iat: Math.floor(server.services.clock.now() / 1000) });
      const answers = {
        'another host': { status: 302, headers: { location: 'http://localhost:1/keys' }, body: '' },
        'another issuer': {
          status: 200,
          headers: {},
          body: JSON.stringify({ issuer: 'x', jwks_uri: `${issuer.url}/keys` }),
        },
        'no JSON': { status: 200, headers: {}, body: '<html>' },
        'no key set': { status: 200, headers: {}, body: '{"keys":[1]}' },
        'too much': { status: 200, headers: {}, body: `{"keys":[],"x":"${'x'.repeat(256 * 1024)}"}` },
        failure: { status: 500, headers: {}, body: '{}' },
      };
      for (const [what, { status, headers, body }] of Object.entries(answers)) {
        issuer.intercept = (request, response) => {
          // Its keys would be good.
          if (what === 'another issuer' && request.url === '/keys') return false;
          response.writeHead(status, headers).end(body);
          return true;
        };
        expect(await server.read(await token()), what).toBe(401);
        const asked = issuer.requests.length;
        expect(await server.read(await token()), what).toBe(401);
        expect(issuer.requests.length, what).toBe(asked);
        server.advance(5_000);
      }
      issuer.intercept = undefined;
      expect(await server.read(await token())).toBe(200);
    }));
}

function describeGuard(openDatabase: () => Promise<TestDatabase>): void {
  test('[http.federation.guard] nobody connects to an issuer on this machine or its network', async () => {
    await using database = await openDatabase();
    await using issuer = await runIssuer();
    await using opened = await serveTokens({ databaseUrl: database.url });
    const server = federated(opened, issuer);
    let connections = 0;
    const listener = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    for (const url of [
      issuer.url,
      `https://127.0.0.1:${port}`,
      `https://localhost:${port}`,
      `https://[::ffff:127.0.0.1]:${port}`,
      `https://169.254.169.254`,
      `https://10.0.0.1`,
    ]) {
      const { audience } = await server.register({}, { issuer: url, jwksUrl: `${url}/keys` });
      expect(await server.read(await issuer.sign({ audience, claims: { iss: url } })), url).toBe(401);
    }
    expect([connections, issuer.requests]).toEqual([0, []]);
    listener.close();
  });
}

function describeOutage(openDatabase: () => Promise<TestDatabase>): void {
  test('[http.federation.refusals] a database that is away is no fault of the token', async () => {
    await using database = await openDatabase();
    await using issuer = await runIssuer();
    const findEnabled = async () => {
      throw new OctavusError('SERVICE_UNAVAILABLE');
    };
    await using server = await serveTokens({
      databaseUrl: database.url,
      wrap: (storage) => ({
        ...storage,
        identityProviders: { ...storage.identityProviders, findEnabled },
        [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
      }),
    });
    const token = await issuer.sign({ audience: 'octavus:aaaaaaaaaaaaaaaaaaaaaaaa' });
    const answer = await server.as(token, 'GET', `/api/agent-sessions/${server.own.sessionId}`);
    expect([answer.status, answer.body.error.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });
}
