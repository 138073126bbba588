import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../server.ts';
import { loadAgent, shopDesk } from '../support/agents.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();

describe('nested', () => {
  test('[http.errors.nested] an unknown agent, byte for byte', async () => {
    const answer = await setting.api.get('/api/agents/ca7k2m9qd4x1v8t3h6zw5n0p');
    expect(answer.status).toBe(404);
    expect(answer.text).toBe('{"error":{"code":"NOT_FOUND","message":"Agent not found"}}');
  });

  test('[http.errors.issues] issues are inside the error', async () => {
    const { error } = (await setting.api.post('/api/agent-sessions', {})).json;
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', message: expect.any(String) });
    expect(error.issues).toContainEqual({ path: 'agentId', message: expect.any(String) });
  });
});

describe('flat', () => {
  test.each(['4', '1', 'banana', '999'])(
    '[http.errors.flat-header] a request with version %s gets flat errors',
    async (version) => {
      const answer = await setting.api.get('/api/agents/ca7k2m9qd4x1v8t3h6zw5n0p', {
        headers: { 'X-Octavus-Sdk-Version': version },
      });
      expect(answer.status).toBe(404);
      expect(answer.text).toBe('{"error":"Agent not found","code":"NOT_FOUND"}');
    },
  );

  test('[http.errors.flat-header] errors found before the route is known are flat too', async () => {
    const headers = { 'X-Octavus-Sdk-Version': '4' };
    const answers = [
      await setting.api.get('/api/nowhere', { headers }),
      await setting.api.request('PUT', '/api/agents', { headers }),
      await setting.api.as(undefined).get('/api/agents', { headers }),
      await setting.api.post('/api/agent-sessions', '{', { headers }),
    ];
    expect(answers.map((answer) => answer.json.code)).toEqual([
      'NOT_FOUND',
      'METHOD_NOT_ALLOWED',
      'UNAUTHORIZED',
      'VALIDATION_ERROR',
    ]);
    for (const answer of answers) expect(answer.json.error).toEqual(expect.any(String));
  });

  test('[http.errors.issues] issues are beside the message', async () => {
    const body = (await setting.api.post('/api/agent-sessions', {}, { headers: { 'X-Octavus-Sdk-Version': '4' } }))
      .json;
    expect(body).toMatchObject({ code: 'VALIDATION_ERROR', error: expect.any(String) });
    expect(body.issues).toContainEqual({ path: 'agentId', message: expect.any(String) });
  });

  describe('by setting', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer({ OCTAVUS_ERROR_FORMAT: 'flat' });
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test('[http.errors.flat-setting] every error is flat', async () => {
      expect((await server.api.get('/api/agents/nobody')).text).toBe('{"error":"Agent not found","code":"NOT_FOUND"}');
      expect((await server.api.get('/api/nowhere')).json).toMatchObject({
        code: 'NOT_FOUND',
        error: expect.any(String),
      });
      expect((await server.api.as(undefined).get('/api/agents')).json.code).toBe('UNAUTHORIZED');
    });
  });
});

test('[http.errors.text] messages are one line and name nothing internal', async () => {
  const agentId = await setting.api.createAgent(shopDesk());
  const sessionId = await setting.api.createSession(agentId);
  const trigger = `/api/agent-sessions/${sessionId}/trigger`;
  const hostile = "'; drop table agents; --\n\u0000\u2028<script>";
  const answers = [
    await setting.api.get(`/api/agents/${encodeURIComponent(hostile)}`),
    await setting.api.get(`/api/agents/%ff%fe`),
    await setting.api.get(`/api/agents/${'a'.repeat(5000)}`),
    await setting.api.get(`/api/agent-sessions/${encodeURIComponent(hostile)}`),
    await setting.api.get(`/api/agents/x?by=${encodeURIComponent(hostile)}`),
    await setting.api.post('/api/agent-sessions', { agentId: hostile }),
    await setting.api.post('/api/agent-sessions', { agentId: 7, input: 'x' }),
    await setting.api.post('/api/agents', { ...loadAgent('broken-desk'), settings: 7 }),
    await setting.api.post('/api/agents', loadAgent('broken-desk')),
    await setting.api.post(trigger, { triggerName: hostile }),
    await setting.api.post(trigger, { triggerName: { a: 1 } }),
    await setting.api.post(trigger, { executionId: hostile, toolResults: [{ toolCallId: hostile }] }),
    await setting.api.post(trigger, { executionId: 'x', toolResults: 'y' }),
    await setting.api.post(trigger, { triggerName: 'user-message', input: { USER_MESSAGE: { deep: [[]] } } }),
    await setting.api.post(trigger, { triggerName: 'user-message', input: [] }),
  ];
  for (const answer of answers) {
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    expect(answer.status, answer.text).toBeLessThan(500);
    const { message } = answer.json.error;
    expect(message).toMatch(/^[^\n\r\u2028]+$/);
    expect(message).not.toMatch(/\/(apps|packages|node_modules)\/|at .+:\d+:\d+|SQLITE|select |insert |ZodError/i);
  }
});
