import { describe, expect, test } from 'vitest';
import { post, serve } from '../../test/serve.ts';
import { accessOf, routePermissions } from './permissions.ts';

type Route = keyof typeof routePermissions;

function call(url: string, route: Route, headers: Record<string, string>): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  return fetch(url + path.replace(':id', 'x'), { method, headers, body: method === 'GET' ? undefined : '[]' });
}

/** The matrix of the HTTP spec (2.3), written out a second time. */
const expected: Record<Route, readonly string[]> = {
  'GET /api/agents': ['agents', 'sessions'],
  'POST /api/agents': ['agents'],
  'POST /api/agents/validate': ['agents'],
  'GET /api/agents/:id': ['agents', 'sessions'],
  'PATCH /api/agents/:id': ['agents'],
  'DELETE /api/agents/:id': ['agents'],
  'POST /api/agent-sessions': ['sessions'],
  'GET /api/agent-sessions/:id': ['sessions'],
  'DELETE /api/agent-sessions/:id': ['sessions'],
  'POST /api/agent-sessions/start': ['sessions'],
  'GET /api/agent-sessions/:id/logs': ['sessions'],
  'POST /api/agent-sessions/:id/restore': ['sessions'],
  'POST /api/agent-sessions/:id/trigger': ['sessions'],
  'POST /api/agent-sessions/:id/abort': ['sessions'],
  'POST /api/files/upload-urls': ['sessions'],
  'GET /api/files/:fileId': ['signature'],
  'PUT /api/files/:fileId': ['signature'],
  'GET /api/models': ['agents', 'sessions'],
};

/** Those that ask for a key. */
const keyRoutes = (Object.keys(expected) as Route[]).filter((route) => !expected[route].includes('signature'));

describe('permissions', () => {
  test('the matrix is that of the specification', () => {
    expect(routePermissions).toEqual(expected);
  });

  test('every route under /api has an entry and every entry a route', async () => {
    await using server = await serve();
    const document = server.app.swagger() as { paths: Record<string, Record<string, unknown>> };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/, ':$1')}`),
    );
    expect(routes.filter((route) => !route.startsWith('HEAD')).sort()).toEqual(Object.keys(routePermissions).sort());
  });

  test('a route without an entry cannot be registered', () => {
    expect(() => accessOf('GET', '/api/secret')).toThrow('No permissions are declared for GET /api/secret');
  });

  test.each(keyRoutes)('%s lets in the permissions of the matrix only', async (route) => {
    await using server = await serve();
    for (const permission of ['agents', 'sessions', 'mint-tokens']) {
      const { status } = await call(server.url, route, { authorization: `Bearer ${permission}` });
      expect(status !== 403, permission).toBe(expected[route].includes(permission));
    }
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
      expect(await response.json()).toEqual({ error: { code: 'UNAUTHORIZED', message: 'Missing or invalid API key' } });
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
