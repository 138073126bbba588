import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { sqliteDatabase } from '../../test/databases.ts';
import { post, serve } from '../../test/serve.ts';
import { type Aim, serveTokens, unknownId } from '../../test/serve-tokens.ts';
import { requireAccess } from './auth.ts';
import { type Access, accessOf, routePermissions } from './permissions.ts';

type Route = keyof typeof routePermissions;

function call(url: string, route: Route, headers: Record<string, string>): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  return fetch(url + path.replaceAll(/:\w+/g, 'x'), { method, headers, body: method === 'GET' ? undefined : '[]' });
}

/** The matrix of the HTTP spec (2.3), written out a second time. */
const expected: Record<Route, readonly string[]> = {
  'GET /api/agents': ['agents', 'sessions'],
  'POST /api/agents': ['agents'],
  'POST /api/agents/validate': ['agents'],
  'GET /api/agents/:id': ['agents', 'sessions'],
  'PATCH /api/agents/:id': ['agents'],
  'DELETE /api/agents/:id': ['agents'],
  'POST /api/agents/:id/execute': ['sessions', 'agent token'],
  'GET /api/agent-sessions': ['sessions'],
  'POST /api/agent-sessions': ['sessions', 'agent token'],
  'GET /api/agent-sessions/:id': ['sessions', 'agent token', 'session token'],
  'DELETE /api/agent-sessions/:id': ['sessions', 'agent token', 'session token'],
  'POST /api/agent-sessions/start': ['sessions', 'agent token'],
  'GET /api/agent-sessions/:id/logs': ['sessions', 'agent token', 'session token'],
  'POST /api/agent-sessions/:id/restore': ['sessions', 'agent token', 'session token'],
  'POST /api/agent-sessions/:id/trigger': ['sessions', 'agent token', 'session token'],
  'POST /api/agent-sessions/:id/abort': ['sessions', 'agent token', 'session token'],
  'POST /api/files/upload-urls': ['sessions', 'agent token', 'session token'],
  'GET /api/files/:fileId': ['signature'],
  'PUT /api/files/:fileId': ['signature'],
  'POST /api/tokens': ['mint-tokens'],
  'POST /api/tokens/revoke': ['mint-tokens'],
  'POST /api/v1/workforce/agents/:agentId/threads': ['sessions', 'agent key'],
  'GET /api/v1/workforce/agents/:agentId/threads/:threadId': ['sessions', 'agent key'],
  'POST /api/v1/workforce/agents/:agentId/threads/:threadId/messages': ['sessions', 'agent key'],
  'GET /api/skills': ['agents'],
  'POST /api/skills': ['agents'],
  'GET /api/skills/:id/archive': ['agents'],
  'PUT /api/skills/:id/secrets': ['agents'],
  'GET /api/models': ['agents', 'sessions'],
};

function columnsOf(access: Access): readonly string[] {
  if (access === 'signature') return ['signature'];
  const { permissions, target, agentKeyFor } = access;
  const tokens = { agent: ['agent token'], session: ['agent token', 'session token'] };
  return [...permissions, ...(target ? tokens[target.names] : []), ...(agentKeyFor ? ['agent key'] : [])];
}

/** Those that ask for a key. */
const keyRoutes = (Object.keys(expected) as Route[]).filter((route) => !expected[route].includes('signature'));

describe('permissions', () => {
  test('the matrix is that of the specification', () => {
    const columns = Object.entries(routePermissions).map(([route, access]) => [route, columnsOf(access)]);
    expect(Object.fromEntries(columns)).toEqual(expected);
  });

  test('every route under /api has an entry and every entry a route', async () => {
    await using server = await serve();
    const document = server.app.swagger() as { paths: Record<string, Record<string, unknown>> };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(routes.filter((route) => !route.startsWith('HEAD')).sort()).toEqual(Object.keys(routePermissions).sort());
  });

  test('a route without an entry cannot be registered', () => {
    expect(() => accessOf('GET', '/api/secret')).toThrow('No permissions are declared for GET /api/secret');
    expect(() => accessOf(['GET', 'POST'], '/api/agents')).toThrow('for GET /api/agents, POST /api/agents');
    expect(accessOf(['GET', 'HEAD'], '/api/agents')).toBe(routePermissions['GET /api/agents']);
  });

  test.each(keyRoutes)('%s lets in the permissions of the matrix only', async (route) => {
    await using server = await serve();
    for (const permission of ['agents', 'sessions', 'mint-tokens']) {
      const { status } = await call(server.url, route, { authorization: `Bearer ${permission}` });
      expect(status !== 403, permission).toBe(expected[route].includes(permission));
    }
  });
});

/** Sends something to a route that is aimed at an agent or a session, by its path or its body. */
function shoot(route: Route, { agentId, sessionId }: Aim): readonly [method: string, path: string, body: unknown] {
  const [method = '', path = ''] = route.split(' ');
  const id = path.startsWith('/api/agent-sessions') ? sessionId : agentId;
  const body = { agentId, sessionId, trigger: { triggerName: 'none' }, files: [] };
  return [
    method,
    path.replace(/:id|:agentId/, id).replace(':threadId', sessionId),
    method === 'GET' ? undefined : body,
  ];
}

describe('tokens', () => {
  test('every route lets in those that are for what it is aimed at, and no others', async () => {
    await using database = await sqliteDatabase();
    await using server = await serveTokens({ databaseUrl: database.url });
    const { own, sibling, foreign, stranger } = server;
    const unknown = { agentId: unknownId, sessionId: unknownId };
    const tokens = [
      { column: 'agent token', minted: await server.mint({ agentId: own.agentId }), inScope: [own, sibling] },
      { column: 'session token', minted: await server.mint(own), inScope: [own] },
    ];
    for (const route of keyRoutes) {
      for (const { column, minted, inScope } of tokens) {
        for (const aim of [own, sibling, foreign, stranger, unknown]) {
          const { status } = await server.as(minted.token, ...shoot(route, aim));
          const isAllowed = expected[route].includes(column) && inScope.includes(aim);
          const shot = `${route}, ${column}, ${JSON.stringify(aim)}: ${status}`;
          expect(status !== 401 && status !== 403, shot).toBe(isAllowed);
          expect(status, shot).toBeLessThan(isAllowed ? 500 : 404);
        }
      }
    }
  });

  test('a path may name the agent of a token by its id, or by its slug where it says so', async () => {
    await using database = await sqliteDatabase();
    await using server = await serveTokens({ databaseUrl: database.url });
    const { agentId } = server.own;
    const hooks = requireAccess(
      { permissions: [], target: { names: 'agent', in: 'params', field: 'id' } },
      server.services,
    );
    await using app = fastify();
    app.get('/:id', hooks, async ({ params, query }) => ({ params, query }));
    const get = async (path: string, { token }: { token: string }) => {
      const answer = await app.inject({ path, headers: { authorization: `Bearer ${token}` } });
      return answer.statusCode === 200 ? answer.json() : answer.statusCode;
    };
    const minted = await server.mint({ agentId });
    expect(await get(`/${agentId}`, minted)).toEqual({ params: { id: agentId }, query: {} });
    expect(await get('/desk?by=slug', minted)).toEqual({ params: { id: agentId }, query: { by: 'id' } });
    const others = ['/desk', `/${agentId}?by=slug`, '/other-desk?by=slug', '/nobody?by=slug', `/${unknownId}`];
    for (const path of others) expect(await get(path, minted), path).toBe(403);
    const ofSession = await server.mint(server.own);
    for (const path of [`/${agentId}`, '/desk?by=slug']) expect(await get(path, ofSession), path).toBe(403);
  });
});

describe('credentials', () => {
  test.each([
    ['none', undefined],
    ['another scheme', 'Basic YWxs'],
    ['no credential', 'Bearer'],
    ['blank', 'Bearer   '],
    ['two words', 'Bearer all all'],
    ['unknown', 'Bearer nobody'],
    ['no scheme', 'all'],
  ])('%s is 401 on every route, before the body is read', async (_name, authorization) => {
    await using server = await serve();
    for (const route of keyRoutes) {
      const response = await call(server.url, route, authorization === undefined ? {} : { authorization });
      expect(response.status, route).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      const [code, message] = ['UNAUTHORIZED', 'Missing or invalid API key'];
      const isFlat = route.includes('/workforce/');
      expect(await response.json()).toEqual(isFlat ? { error: message, code } : { error: { code, message } });
    }
  });

  test('the scheme is case-insensitive', async () => {
    await using server = await serve();
    expect((await fetch(`${server.url}/api/models`, { headers: { authorization: 'bEARER all' } })).status).toBe(200);
  });

  test('a missing permission is 403 and says which', async () => {
    await using server = await serve();
    const response = await server.fetch('/api/agents', post({}, { authorization: 'Bearer sessions' }));
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: { code: 'FORBIDDEN', message: 'This API key does not allow this request: it needs the permission agents' },
    });
  });
});
