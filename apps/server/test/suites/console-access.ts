import { consoleRoutes, type RouteName } from '@octavus/console-api';
import { describe, expect, test } from 'vitest';
import { type Browser, type ConsoleServer, serveConsole } from '../serve-console.ts';
import type { TestDatabase } from './storage.ts';

/** Who gets through, written out a second time: nobody signed in, the owner of another project only, and the roles. */
const expected: Record<RouteName, string> = {
  'POST /console/api/sign-in': 'nobody stranger viewer developer owner',
  'POST /console/api/links/inspect': 'nobody stranger viewer developer owner',
  'POST /console/api/links/accept': 'nobody stranger viewer developer owner',
  'POST /console/api/links/reset': 'nobody stranger viewer developer owner',
  'POST /console/api/links/join': 'stranger viewer developer owner',
  'GET /console/api/me': 'stranger viewer developer owner',
  'PATCH /console/api/me': 'stranger viewer developer owner',
  'POST /console/api/me/password': 'stranger viewer developer owner',
  'POST /console/api/sign-out': 'stranger viewer developer owner',
  'POST /console/api/sign-out-everywhere': 'stranger viewer developer owner',
  'POST /console/api/projects': 'stranger owner',
  'GET /console/api/projects/:projectId': 'viewer developer owner',
  'PATCH /console/api/projects/:projectId': 'owner',
  'POST /console/api/projects/:projectId/archive': 'owner',
  'GET /console/api/projects/:projectId/members': 'viewer developer owner',
  'PATCH /console/api/projects/:projectId/members/:accountId': 'owner',
  'DELETE /console/api/projects/:projectId/members/:accountId': 'owner',
  'POST /console/api/projects/:projectId/invites': 'owner',
  'DELETE /console/api/projects/:projectId/invites/:inviteId': 'owner',
  'GET /console/api/projects/:projectId/keys': 'viewer developer owner',
  'POST /console/api/projects/:projectId/keys': 'developer owner',
  'DELETE /console/api/projects/:projectId/keys/:keyId': 'developer owner',
  'GET /console/api/projects/:projectId/agents': 'viewer developer owner',
  'POST /console/api/projects/:projectId/agents': 'developer owner',
  'POST /console/api/projects/:projectId/agents/validate': 'developer owner',
  'GET /console/api/projects/:projectId/agents/:agentId': 'viewer developer owner',
  'PUT /console/api/projects/:projectId/agents/:agentId': 'developer owner',
  'DELETE /console/api/projects/:projectId/agents/:agentId': 'developer owner',
  'POST /console/api/projects/:projectId/agents/:agentId/execute': 'developer owner',
  'GET /console/api/projects/:projectId/agents/:agentId/versions': 'viewer developer owner',
  'GET /console/api/projects/:projectId/agents/:agentId/versions/:version': 'viewer developer owner',
  'POST /console/api/projects/:projectId/agents/:agentId/versions/:version/restore': 'developer owner',
  'GET /console/api/projects/:projectId/models': 'viewer developer owner',
  'GET /console/api/projects/:projectId/sessions': 'viewer developer owner',
  'POST /console/api/projects/:projectId/sessions': 'developer owner',
  'GET /console/api/projects/:projectId/sessions/:sessionId': 'viewer developer owner',
  'GET /console/api/projects/:projectId/sessions/:sessionId/timeline': 'viewer developer owner',
  'POST /console/api/projects/:projectId/sessions/:sessionId/trigger': 'developer owner',
  'POST /console/api/projects/:projectId/sessions/:sessionId/abort': 'developer owner',
  'DELETE /console/api/projects/:projectId/sessions/:sessionId': 'developer owner',
  'GET /console/api/projects/:projectId/sessions/:sessionId/download': 'viewer developer owner',
  'POST /console/api/projects/:projectId/files/upload-urls': 'developer owner',
  'POST /console/api/projects/:projectId/agents/:agentId/upload-urls': 'developer owner',
  'GET /console/api/find/sessions/:sessionId': 'stranger viewer developer owner',
  'GET /console/api/find/agents/:agentId': 'stranger viewer developer owner',
  'GET /console/api/projects/:projectId/overview': 'viewer developer owner',
  'GET /console/api/projects/:projectId/identity-providers': 'developer owner',
  'GET /console/api/settings': 'stranger developer owner',
  'POST /console/api/settings/providers/:providerId/test': 'stranger owner',
};

/** The authorization matrix (role × route × project) on real HTTP. */
export function describeConsoleAccess(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`console access: ${name}`, () => {
    test('every route lets in whom the matrix names, for every role and from another project', async () => {
      await using database = await openDatabase();
      await using server = await serveConsole({ databaseUrl: database.url, steps: [] });
      const actual: Record<string, string> = {};
      for (const route of Object.keys(consoleRoutes) as RouteName[]) actual[route] = await whoGetsIn(server, route);
      expect(actual).toEqual(expected);
    });

    test('every route refuses pages of other sites', async () => {
      await using database = await openDatabase();
      await using server = await serveConsole({ databaseUrl: database.url, steps: [] });
      const owner = await server.as('owner');
      for (const route of Object.keys(consoleRoutes) as RouteName[]) {
        const foreign = await send(owner, server, route, { 'sec-fetch-site': 'cross-site' });
        expect([route, foreign.status]).toEqual([route, 403]);
        if (route.startsWith('GET ')) continue;
        const unmarked = await send(owner, server, route, { 'x-octavus-console': undefined });
        expect([route, unmarked.status]).toEqual([route, 403]);
      }
      expect((await owner.call('GET', '/console/api/me')).status).toBe(200);
    });
  });
}

async function whoGetsIn(server: ConsoleServer, route: RouteName): Promise<string> {
  const callers = {
    nobody: server.nobody(),
    stranger: await server.as('stranger'),
    viewer: await server.as('viewer'),
    developer: await server.as('developer'),
    owner: await server.as('owner'),
  };
  const admitted: string[] = [];
  for (const [name, browser] of Object.entries(callers)) if (await getsIn(browser, server, route)) admitted.push(name);
  return admitted.join(' ');
}

/** Whoever is let in is told that the body is wrong, or that what the path names is not there, or gets an answer. */
async function getsIn(browser: Browser, server: ConsoleServer, route: RouteName): Promise<boolean> {
  const { status, body } = await send(browser, server, route);
  if (status === 401 || status === 403) return false;
  return !(status === 404 && body.error.message === 'Project not found');
}

function send(
  browser: Browser,
  server: ConsoleServer,
  route: RouteName,
  headers: Record<string, string | undefined> = {},
) {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replace(':projectId', server.projectId).replaceAll(/:\w+/g, 'x');
  return browser.call(method, path, method === 'GET' ? undefined : [], headers);
}
