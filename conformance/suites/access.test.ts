import { beforeAll, describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import type { Api } from '../support/api.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
let agentsOnly: Api;
let sessionsOnly: Api;
let otherProject: Api;

beforeAll(async () => {
  await setting.server.admin('projects', 'create', 'neighbour', '--name', 'Neighbour', '--json');
  agentsOnly = setting.api.as((await setting.server.createKey('agents')).key);
  sessionsOnly = setting.api.as((await setting.server.createKey('sessions')).key);
  otherProject = setting.api.as((await setting.server.createKey('agents,sessions', 'neighbour')).key);
});

describe('401', () => {
  test.each([
    ['no credential', undefined],
    ['another scheme', 'Basic b2N0OmF2dXM='],
    ['no token', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['a token of no known kind', 'Bearer hello'],
    ['a key of the wrong length', 'Bearer oct_sk_short'],
    ['two tokens', 'Bearer a b'],
    ['a very long token', `Bearer oct_sk_${'a'.repeat(6000)}`],
  ])('[http.auth.missing] %s is no credential', async (_name, header) => {
    const answer = await setting.api
      .as(undefined)
      .get('/api/agents', header === undefined ? {} : { headers: { Authorization: header } });
    expect(answer.status).toBe(401);
    expect(answer.json.error.code).toBe('UNAUTHORIZED');
  });

  test('[http.auth.unknown] a key with a typing mistake and a revoked key get the same answer', async () => {
    const revoked = await setting.server.createKey('agents');
    expect((await setting.api.as(revoked.key).get('/api/agents')).status).toBe(200);
    await setting.server.admin('keys', 'revoke', revoked.id);
    const last = revoked.key.at(-1) === 'a' ? 'b' : 'a';
    const answers = [
      await setting.api.as(revoked.key).get('/api/agents'),
      await setting.api.as(`${revoked.key.slice(0, -1)}${last}`).get('/api/agents'),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([401, 401]);
    expect(answers[0]?.text).toBe(answers[1]?.text);
  });

  test('[http.auth.scheme] the scheme may be written in any case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
      const answer = await setting.api
        .as(undefined)
        .get('/api/agents', { headers: { Authorization: `${scheme} ${setting.api.key}` } });
      expect(answer.status).toBe(200);
    }
  });
});

describe('permissions', () => {
  /** `agents` key, `sessions` key: allowed (anything but 403) or not. */
  const matrix: readonly (readonly [string, string, boolean, boolean])[] = [
    ['GET', '/api/agents', true, true],
    ['GET', '/api/agents/any', true, true],
    ['POST', '/api/agents', true, false],
    ['PATCH', '/api/agents/any', true, false],
    ['DELETE', '/api/agents/any', true, false],
    ['POST', '/api/agents/validate', true, false],
    ['POST', '/api/agent-sessions', false, true],
    ['GET', '/api/agent-sessions/any', false, true],
    ['POST', '/api/agent-sessions/any/trigger', false, true],
    ['POST', '/api/agent-sessions/any/abort', false, true],
    ['GET', '/api/models', true, true],
  ];

  test.each(matrix)('[http.auth.matrix] %s %s', async (method, path, forAgents, forSessions) => {
    const options = method === 'POST' || method === 'PATCH' ? { body: {} } : {};
    const statuses = [
      await agentsOnly.request(method, path, options),
      await sessionsOnly.request(method, path, options),
    ].map((answer) => answer.status);
    expect(statuses.map((status) => status !== 403)).toEqual([forAgents, forSessions]);
    expect(statuses).not.toContain(401);
    expect(statuses).not.toContain(500);
  });

  test('[http.auth.permission] the refusal is 403 FORBIDDEN and comes before the body is looked at', async () => {
    const answer = await sessionsOnly.post('/api/agents', {});
    expect(answer.status).toBe(403);
    expect(answer.json.error.code).toBe('FORBIDDEN');
  });
});

describe('projects', () => {
  test('[http.auth.project] what belongs to another project is not there', async () => {
    const definition = shopDesk();
    const agentId = await setting.api.createAgent(definition);
    const sessionId = await setting.api.createSession(agentId);
    const attempts = [
      await otherProject.get(`/api/agents/${agentId}`),
      await otherProject.get(`/api/agents/${definition.settings.slug}?by=slug`),
      await otherProject.request('PATCH', `/api/agents/${agentId}`, { body: {} }),
      await otherProject.request('DELETE', `/api/agents/${agentId}`),
      await otherProject.post('/api/agent-sessions', { agentId }),
      await otherProject.get(`/api/agent-sessions/${sessionId}`),
      await otherProject.get(`/api/agent-sessions/${sessionId}?format=ui`),
      await otherProject.post(`/api/agent-sessions/${sessionId}/trigger`, {
        triggerName: 'note-topic',
        input: { TOPIC: 'x' },
      }),
      await otherProject.post(`/api/agent-sessions/${sessionId}/abort`),
    ];
    expect(attempts.map((answer) => answer.status)).toEqual(attempts.map(() => 404));
    expect(new Set(attempts.map((answer) => answer.json.error.code))).toEqual(new Set(['NOT_FOUND']));
    expect((await otherProject.get('/api/agents')).text).not.toContain(agentId);
    expect((await setting.api.get(`/api/agents/${agentId}`)).status).toBe(200);
  });

  test('[http.auth.project] two projects may use one slug', async () => {
    const definition = shopDesk();
    const [ours, theirs] = [await setting.api.createAgent(definition), await otherProject.createAgent(definition)];
    expect(ours).not.toBe(theirs);
    const path = `/api/agents/${definition.settings.slug}?by=slug`;
    expect((await setting.api.get(path)).json.id).toBe(ours);
    expect((await otherProject.get(path)).json.id).toBe(theirs);
  });
});
