import { describe, expect, test } from 'vitest';
import { serveConsole, type WithServer } from '../serve-console.ts';
import { deskProtocol, prompts } from '../serve-sessions.ts';
import { describeMembers, describeSigningIn } from './console-accounts.ts';
import { asks, say, says } from './conversations.ts';
import type { TestDatabase } from './storage.ts';
import { anAgent, aSession } from './storage-fixtures.ts';

const minuteMs = 60_000;

/** The console's own API on real HTTP and the given database. */
export function describeConsoleApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`console API: ${name}`, () => {
    const withServer: WithServer = async (work) => {
      await using database = await openDatabase();
      await using server = await serveConsole({
        databaseUrl: database.url,
        steps: [asks('call_1'), says('Here.'), says('Yes.')],
      });
      await work(server);
    };
    describeSigningIn(withServer);
    describeMembers(withServer);
    describeProjects(withServer);
    describeKeys(withServer);
    describeAgents(withServer);
    describeSessions(withServer);
    describeFigures(withServer);
  });
}

function describeProjects(withServer: WithServer): void {
  test('a project is made, renamed and, by its name, archived: its keys stop and its slug stays taken', () =>
    withServer(async (server) => {
      const owner = await server.as('owner');
      const made = await owner.call('POST', '/console/api/projects', { slug: 'nursery', name: 'Nursery' });
      expect(made.body).toMatchObject({ slug: 'nursery', role: 'owner' });
      const path = `/console/api/projects/${made.body.id}`;
      expect((await owner.call('PATCH', path, { name: 'Tree nursery' })).body.name).toBe('Tree nursery');
      const { key } = (await owner.call('POST', `${path}/keys`, { name: 'ci', permissions: ['agents'] })).body;
      const authorization = { authorization: `Bearer ${key}` };
      expect((await server.call('GET', '/api/agents', undefined, authorization)).status).toBe(200);
      expect((await owner.call('POST', `${path}/archive`, { confirm: 'Nursery' })).status).toBe(400);
      expect((await owner.call('POST', `${path}/archive`, { confirm: 'Tree nursery' })).status).toBe(200);
      expect((await owner.call('GET', path)).status).toBe(404);
      expect((await server.call('GET', '/api/agents', undefined, authorization)).status).toBe(401);
      expect((await owner.call('GET', '/console/api/me')).body.projects).toHaveLength(1);
      const taken = await owner.call('POST', '/console/api/projects', { slug: 'nursery', name: 'Nursery' });
      expect(taken.status).toBe(409);
    }));

  test('the default project cannot be archived', () =>
    withServer(async (server) => {
      const owner = await server.as('owner');
      expect((await owner.call('POST', `${server.project}/archive`, { confirm: 'Default' })).status).toBe(400);
    }));
}

function describeKeys(withServer: WithServer): void {
  test('a key is shown once, allows what was chosen until it expires or is revoked', () =>
    withServer(async (server) => {
      const developer = await server.as('developer');
      const body = { name: ' CI ', permissions: ['mint-tokens', 'sessions'], expiresInDays: 2 };
      const made = (await developer.call('POST', `${server.project}/keys`, body)).body;
      expect(made).toMatchObject({
        name: 'CI',
        permissions: ['sessions', 'mint-tokens'],
        prefix: made.key.slice(0, 12),
      });
      const listed = (await developer.call('GET', `${server.project}/keys`)).body.keys[0];
      expect(listed).toEqual({ ...made, key: undefined });
      const call = (path: string, method = 'GET') =>
        server.call(method, path, undefined, { authorization: `Bearer ${made.key}` });
      expect((await call('/api/agents')).status).toBe(200);
      expect((await call('/api/agents', 'POST')).status).toBe(403);
      const stranger = await server.as('stranger');
      const elsewhere = `/console/api/projects/${server.otherProjectId}/keys/${made.id}`;
      expect((await stranger.call('DELETE', elsewhere)).status).toBe(404);
      expect((await developer.call('DELETE', `${server.project}/keys/${made.id}`)).status).toBe(200);
      expect((await call('/api/agents')).status).toBe(401);
      expect((await developer.call('DELETE', `${server.project}/keys/${made.id}`)).status).toBe(404);
    }));
}

const files = {
  settings: { slug: 'fern', name: 'Fern', format: 'interactive' },
  protocol: deskProtocol,
  prompts,
  references: [],
};

function describeAgents(withServer: WithServer): void {
  test('an agent is made, found, saved on its version only, compared, restored and archived', () =>
    withServer(async (server) => {
      const developer = await server.as('developer');
      const agents = `${server.project}/agents`;
      const made = await developer.call('POST', agents, files);
      expect(made.body).toMatchObject({ agent: { slug: 'fern', version: 1 } });
      const path = `${agents}/${made.body.agent.id}`;
      const search = async (text: string) =>
        (await developer.call('GET', `${agents}?search=${text}`)).body.agents.map(({ slug }: { slug: string }) => slug);
      expect([await search('FER'), await search('desk'), await search('oak')]).toEqual([['fern'], ['desk'], []]);

      const renamed = { ...files, settings: { ...files.settings, name: 'Fern guide', description: 'Knows ferns.' } };
      const saved = await developer.call('PUT', path, { ...renamed, baseVersion: 1 });
      expect(saved.body.agent).toMatchObject({ name: 'Fern guide', version: 2 });
      const late = await developer.call('PUT', path, { ...files, baseVersion: 1 });
      expect([late.status, late.body.error.code]).toEqual([409, 'CONFLICT']);

      const { versions, hasMore } = (await developer.call('GET', `${path}/versions`)).body;
      expect([versions.map(({ version }: { version: number }) => version), hasMore]).toEqual([[2, 1], false]);
      expect((await developer.call('GET', `${path}/versions/1`)).body.files).toEqual(files);
      expect((await developer.call('GET', `${path}/versions/9`)).status).toBe(404);
      expect((await developer.call('GET', `${path}/versions/x`)).status).toBe(404);

      const restored = await developer.call('POST', `${path}/versions/1/restore`);
      expect(restored.body.agent).toMatchObject({ name: 'Fern', version: 3 });
      expect(restored.body.agent.description).toBeUndefined();
      expect((await developer.call('DELETE', path)).status).toBe(200);
      expect(await search('fern')).toEqual([]);
      expect(await search('fern&include=archived')).toEqual(['fern']);
      expect((await developer.call('GET', path)).body.agent.archivedAt).toBeDefined();
    }));

  test('a mistake is told with its line and column, by the check and by saving', () =>
    withServer(async (server) => {
      const developer = await server.as('developer');
      const wrong = { ...files, protocol: deskProtocol.replace('block: next-message', 'block: nest-message') };
      const checked = await developer.call('POST', `${server.project}/agents/validate`, wrong);
      expect(checked.body.valid).toBe(false);
      expect(checked.body.errors[0]).toMatchObject({ line: expect.any(Number), code: expect.any(String) });
      const saved = await developer.call('POST', `${server.project}/agents`, wrong);
      expect(saved.status).toBe(400);
      expect(saved.body.error.issues[0]).toMatchObject({ line: checked.body.errors[0].line });
    }));
}

function describeSessions(withServer: WithServer): void {
  test('pages follow each other without a gap or a repetition, also between sessions of one moment', () =>
    withServer(async (server) => {
      const { services, projectId } = server;
      const { storage } = services;
      const agent = (await storage.agents.list(projectId))[0]!;
      const at = services.clock.now();
      for (let index = 0; index < 25; index += 1) {
        const createdAt = at - Math.floor(index / 4) * 1000;
        await storage.sessions.create(aSession(agent, { createdAt, updatedAt: createdAt, lastActivityAt: createdAt }));
      }
      const viewer = await server.as('viewer');
      const ids: string[] = [];
      const times: string[] = [];
      let cursor = '';
      do {
        const { body } = await viewer.call('GET', `${server.project}/sessions?limit=7${cursor}`);
        ids.push(...body.sessions.map(({ id }: { id: string }) => id));
        times.push(...body.sessions.map(({ createdAt }: { createdAt: string }) => createdAt));
        cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
      } while (cursor !== '');
      expect([ids.length, new Set(ids).size]).toEqual([25, 25]);
      expect(times).toEqual(times.toSorted().reverse());
      const wrong = await viewer.call('GET', `${server.project}/sessions?cursor=abc`);
      expect([wrong.status, wrong.body.error.issues[0].path]).toEqual([400, 'cursor']);
    }));

  test('filters by agent, status and time', () =>
    withServer(async (server) => {
      const { services, projectId } = server;
      const { storage } = services;
      const desk = (await storage.agents.list(projectId))[0]!;
      const other = anAgent(projectId, { slug: 'other' });
      await storage.agents.create(other, { ...(await storage.agents.getVersion(desk.id, 1)), agentId: other.id });
      const at = services.clock.now();
      const old = at - 30 * 24 * 60 * minuteMs;
      const add = async (id: string, overrides: object) =>
        storage.sessions.create(aSession(desk, { id, createdAt: at, updatedAt: at, lastActivityAt: at, ...overrides }));
      await add('idle', {});
      await add('waits', { execution: { executionId: 'exec_1', status: 'waiting' } });
      await add('runs', { execution: { executionId: 'exec_2', status: 'running' }, lastActivityAt: old });
      await add('unswept', { createdAt: old, lastActivityAt: old });
      await add('expired', { createdAt: old, lastActivityAt: old, status: 'expired' });
      await storage.sessions.create(
        aSession(other, { id: 'foreign', createdAt: at, updatedAt: at, lastActivityAt: at }),
      );
      const viewer = await server.as('viewer');
      const list = async (query: string) => {
        const { body } = await viewer.call('GET', `${server.project}/sessions?${query}`);
        return body.sessions.map(({ id, status }: Record<string, string>) => `${id} ${status}`).sort();
      };
      expect(await list('status=running')).toEqual(['runs running']);
      expect(await list('status=waiting')).toEqual(['waits waiting']);
      expect(await list('status=idle')).toEqual(['foreign idle', 'idle idle']);
      expect(await list('status=active')).toEqual(['foreign idle', 'idle idle', 'runs running', 'waits waiting']);
      expect(await list('status=expired')).toEqual(['expired expired', 'unswept expired']);
      expect(await list(`agentId=${other.id}`)).toEqual(['foreign idle']);
      expect(await list(`agentId=${desk.id}&status=idle`)).toEqual(['idle idle']);
      const middle = new Date(at - 24 * 60 * minuteMs).toISOString();
      expect(await list(`to=${middle}`)).toEqual(['expired expired', 'unswept expired']);
      expect(await list(`from=${middle}&status=idle`)).toEqual(['foreign idle', 'idle idle']);
    }));

  test('a session is tried, answered by hand, looked at, downloaded and cleared', () =>
    withServer(async (server) => {
      const developer = await server.as('developer');
      const { agentId } = server;
      const made = await developer.call('POST', `${server.project}/sessions`, { agentId });
      const path = `${server.project}/sessions/${made.body.sessionId}`;
      const headers = { authorization: '', cookie: developer.cookie, 'x-octavus-console': '1' };
      const turn = await server.stream(`${path}/trigger`, say('Hi'), headers);
      expect(turn.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'tool-calls' });
      const waiting = (await developer.call('GET', path)).body;
      expect(waiting.session).toMatchObject({ status: 'waiting', agent: { slug: 'desk' } });
      const [call] = waiting.state.execution.toolCalls;
      const results = {
        executionId: waiting.state.execution.executionId,
        toolResults: [{ toolCallId: call.toolCallId, result: 1 }],
      };
      const rest = await server.stream(`${path}/trigger`, results, headers);
      expect(rest.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });

      const viewer = await server.as('viewer');
      const { state } = (await viewer.call('GET', path)).body;
      expect(state.messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant']);
      const timeline = (await viewer.call('GET', `${path}/timeline`)).body;
      const types = timeline.entries.map(({ type }: { type: string }) => type);
      expect(types).toEqual(
        expect.arrayContaining(['trigger', 'tool-call', 'tool-result', 'step-stats', 'llm-response']),
      );
      expect(timeline.total).toBe(types.length);
      const file = await viewer.call('GET', `${path}/download`);
      expect(file.headers.get('content-disposition')).toContain(`session-${made.body.sessionId}.json`);
      expect(file.body).toMatchObject({ state: { messages: state.messages }, timeline: { total: timeline.total } });
      const found = await viewer.call('GET', `/console/api/find/sessions/${made.body.sessionId}`);
      expect(found.body).toEqual({ projectId: server.projectId });
      const hidden = await (await server.as('stranger')).call(
        'GET',
        `/console/api/find/sessions/${made.body.sessionId}`,
      );
      expect(hidden.status).toBe(404);

      expect((await developer.call('POST', `${path}/abort`)).body.aborted).toBe(false);
      expect((await developer.call('DELETE', path)).body.cleared).toBe(true);
      const cleared = (await viewer.call('GET', path)).body;
      expect(cleared).toMatchObject({ session: { status: 'expired' }, input: {} });
      expect(cleared.state).toBeUndefined();
    }));
}

function describeFigures(withServer: WithServer): void {
  test('the overview counts executions, tokens and answer times of the project and of one agent', () =>
    withServer(async (server) => {
      const viewer = await server.as('viewer');
      const overview = async (query = '') => (await viewer.call('GET', `${server.project}/overview${query}`)).body;
      const empty = await overview();
      expect(empty.buckets).toHaveLength(24);
      expect(empty.total).toEqual({ executions: 0, errors: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 });
      expect(empty.has).toEqual({ agents: true, keys: true, sessions: false });

      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      const first = await server.stream(path, say('Hi'));
      expect((await overview()).total).toMatchObject({ executions: 0 });
      const { executionId } = first.events[0] as { executionId: string };
      await server.stream(path, { executionId, toolResults: [{ toolCallId: 'call_1', result: 'found' }] });
      await server.stream(path, say('Again'));
      const full = await overview('?range=7d');
      expect(full.total).toMatchObject({ executions: 2, errors: 0, latency: { p50Ms: expect.any(Number) } });
      expect(full.total.inputTokens).toBeGreaterThan(0);
      expect(full.buckets).toHaveLength(28);
      // One interval may have ended between the two.
      const recent: { executions: number; outputTokens: number }[] = full.buckets.slice(-2);
      const sumOf = (field: 'executions' | 'outputTokens') => recent.reduce((sum, bucket) => sum + bucket[field], 0);
      expect([sumOf('executions'), sumOf('outputTokens')]).toEqual([2, full.total.outputTokens]);
      expect((await overview(`?agentId=${server.agentId}`)).total.executions).toBe(2);
      expect((await overview('?agentId=another')).total.executions).toBe(0);
      const outside = await (await server.as('stranger')).call(
        'GET',
        `/console/api/projects/${server.otherProjectId}/overview`,
      );
      expect(outside.body.total.executions).toBe(0);
    }));

  test('settings tell variables and health, never a value; the offline provider passes its test', () =>
    withServer(async (server) => {
      const owner = await server.as('owner');
      const { body } = await owner.call('GET', '/console/api/settings');
      expect(body).toMatchObject({ files: 'disk', health: { isReady: true, database: true } });
      const anthropic = body.providers.find(({ id }: { id: string }) => id === 'anthropic');
      expect(anthropic).toMatchObject({
        isConfigured: false,
        variables: [
          { name: 'ANTHROPIC_API_KEY', isSet: false },
          { name: 'ANTHROPIC_BASE_URL', isSet: false },
        ],
      });
      const unknown = await owner.call('POST', '/console/api/settings/providers/none/test', {});
      expect(unknown.status).toBe(404);
    }));
}
