import { describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { rawRequest } from '../support/raw-socket.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();

/** The endpoints of HTTP API 13; the first eleven are the least that a server offers. */
const specified = [
  'GET /api/agents',
  'POST /api/agents',
  'POST /api/agents/validate',
  'GET /api/agents/any',
  'PATCH /api/agents/any',
  'DELETE /api/agents/any',
  'POST /api/agent-sessions',
  'GET /api/agent-sessions/any',
  'POST /api/agent-sessions/any/trigger',
  'POST /api/agent-sessions/any/abort',
  'GET /api/models',
  'POST /api/agents/any/execute',
  'POST /api/agent-sessions/start',
  'DELETE /api/agent-sessions/any',
  'POST /api/agent-sessions/any/restore',
  'GET /api/agent-sessions/any/logs',
  'POST /api/files/upload-urls',
  'PUT /api/files/any',
  'GET /api/files/any',
  'POST /api/tokens',
  'POST /api/tokens/revoke',
  'POST /api/skills',
  'PUT /api/skills/any/secrets',
  'POST /api/v1/workforce/agents/any/threads',
  'GET /api/v1/workforce/agents/any/threads/any',
  'POST /api/v1/workforce/agents/any/threads/any/messages',
] as const;

/** What this server has besides, for its own command line. */
const ours = ['GET /api/agent-sessions', 'GET /api/skills', 'GET /api/skills/any/archive'] as const;

describe('JSON', () => {
  test('[http.json.type] an answer is a bare resource with its content type, and is not cached', async () => {
    const answer = await setting.api.get('/api/agents');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(answer.json)).toEqual(['agents']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'nonsense', ''])(
    '[http.json.any-type] a body of type "%s" is read as JSON',
    async (type) => {
      const answer = await setting.api.post('/api/agents/validate', shopDesk(), { headers: { 'Content-Type': type } });
      expect(answer.status).toBe(200);
      expect(answer.json.valid).toBe(true);
    },
  );

  test('[http.json.unknown-fields] keys that nobody knows are ignored at every level', async () => {
    const definition = shopDesk();
    const settings = { ...definition.settings, colour: 'red', __proto__: { admin: true } };
    const answer = await setting.api.post('/api/agents', { ...definition, settings, type: 'x', sessionId: 'y' });
    expect(answer.status).toBe(201);
    const session = await setting.api.post('/api/agent-sessions', {
      agentId: answer.json.agentId,
      input: { NOBODY: 1 },
      extra: [],
    });
    expect(session.status).toBe(201);
    expect((await setting.api.get(`/api/agent-sessions/${session.json.sessionId}`)).json.input).toEqual({
      SHOP_NAME: 'Freewheel',
    });
  });

  test('[http.json.null] null in place of an optional field is its absence', async () => {
    const agentId = await setting.api.createAgent(shopDesk());
    const answer = await setting.api.post('/api/agent-sessions', { agentId, input: null });
    expect(answer.status).toBe(201);
    const body = {
      triggerName: 'note-topic',
      input: { TOPIC: 'null' },
      executionId: null,
      toolResults: null,
      sender: null,
    };
    expect((await setting.api.trigger(answer.json.sessionId, body)).events.at(-1)).toMatchObject({ type: 'finish' });
  });
});

describe('paths', () => {
  test('[http.path.slash] one trailing slash is the same path', async () => {
    expect((await setting.api.get('/api/agents/')).status).toBe(200);
    expect((await setting.api.get('/api/agents//')).status).toBe(404);
  });

  test.each(['/api', '/api/nowhere', '/api/Agents', '/api/agents/a/b/c'])(
    '[http.path.unknown] %s is unknown',
    async (path) => {
      const answer = await setting.api.get(path);
      expect(answer.status).toBe(404);
      expect(answer.json.error.code).toBe('NOT_FOUND');
    },
  );

  test('[http.path.method] a wrong method names the right ones', async () => {
    const answer = await setting.api.request('PUT', '/api/agents');
    expect(answer.status).toBe(405);
    expect(answer.json.error.code).toBe('METHOD_NOT_ALLOWED');
    expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(['GET', 'POST']));
  });

  test('[http.reason-phrase] the status line carries the standard phrase', async () => {
    const answer = await rawRequest(
      setting.api.url,
      `GET /api/agents/nobody HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${setting.api.key}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 404 Not Found');
  });
});

describe('bodies', () => {
  test('[http.body.limit] 17 MiB are refused as JSON', async () => {
    const answer = await setting.api.post('/api/agents', `{"protocol":"${'x'.repeat(17 * 1024 * 1024)}"}`);
    expect(answer.status).toBe(413);
    expect(answer.json.error.code).toBe('PAYLOAD_TOO_LARGE');
  });

  test('[http.body.limit] an announced size over the limit is refused before the body is sent', async () => {
    const head = `POST /api/agents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${setting.api.key}\r\nContent-Length: 1000000000\r\n\r\n{`;
    const answer = await rawRequest(setting.api.url, head);
    expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    expect(answer).toContain('PAYLOAD_TOO_LARGE');
  });

  test.each([
    ['nothing', ''],
    ['half an object', '{"settings":'],
    ['a word', 'hello'],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['an array', '[]'],
    ['a number', '12'],
    ['null', 'null'],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['a hundred thousand objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ])('[http.body.invalid] %s is not a body', async (_name, body) => {
    const answer = await setting.api.post('/api/agent-sessions', body);
    expect(answer.status).toBe(400);
    expect(answer.json.error.code).toBe('VALIDATION_ERROR');
  });

  test('[http.body.invalid] prototype keys do no harm', async () => {
    const body = '{"agentId":"x","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    expect((await setting.api.post('/api/agent-sessions', body)).status).toBe(404);
    expect((await setting.api.get('/api/agents')).status).toBe(200);
  });
});

describe('headers', () => {
  test('[http.request-id] a request id is echoed, or made', async () => {
    const echoed = await setting.api.get('/api/agents', { headers: { 'X-Request-Id': 'caller-17' } });
    expect(echoed.headers.get('x-request-id')).toBe('caller-17');
    const [one, other] = [await setting.api.get('/api/agents'), await setting.api.get('/api/nowhere')];
    expect(one.headers.get('x-request-id')).toMatch(/\S/);
    expect(other.headers.get('x-request-id')).not.toBe(one.headers.get('x-request-id'));
  });

  test('[http.authenticate] a 401 says how to authenticate', async () => {
    const answer = await setting.api.as(undefined).get('/api/agents');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('[http.cors.preflight] OPTIONS needs no credential', async () => {
    const answer = await setting.api.as(undefined).request('OPTIONS', '/api/agent-sessions/any/trigger');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
    expect(answer.headers.get('access-control-allow-headers')).toBe(
      'Authorization, Content-Type, X-Octavus-Sdk-Version, X-Octavus-Trace, X-Request-Id, Range',
    );
    expect(answer.headers.get('access-control-max-age')).toBe('86400');
  });

  test('[http.cors.every] every answer allows any origin, none allows credentials', async () => {
    for (const path of ['/api/agents', '/api/nowhere']) {
      const answer = await setting.api.get(path);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-expose-headers')).toBe(
        'X-Octavus-Session-Id, Retry-After, X-Request-Id, ETag, Content-Range, Accept-Ranges',
      );
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    }
  });
});

describe('outside /api', () => {
  test.each(['/healthz', '/readyz', '/metrics', '/openapi.json'])(
    '[http.health] %s answers without a credential',
    async (path) => {
      expect((await setting.api.as(undefined).get(path)).status).toBe(200);
    },
  );

  test('[http.openapi] the document lists exactly the endpoints that exist', async () => {
    const document = (await setting.api.as(undefined).get('/openapi.json')).json;
    expect(document.openapi).toMatch(/^3\.1/);
    const listed = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, 'any')}`),
    );
    const existing: string[] = [];
    for (const endpoint of [...specified, ...ours]) {
      const [method = '', path = ''] = endpoint.split(' ');
      // A route that exists asks for a credential before it looks for the resource.
      const { status } = await setting.api.as(undefined).request(method, path);
      if (status === 401 || status === 403) existing.push(endpoint);
    }
    expect(listed.filter((endpoint) => !endpoint.startsWith('HEAD ')).sort()).toEqual(existing.sort());
    expect(existing).toEqual(expect.arrayContaining([...specified.slice(0, 11)]));
  });

  test('[http.models] the offline provider is always configured', async () => {
    const { providers, models } = (await setting.api.get('/api/models')).json;
    expect(providers).toContainEqual({ id: 'offline', configured: true });
    expect(providers).toContainEqual({ id: 'anthropic', configured: true });
    expect(providers).toContainEqual({ id: 'x-ai', configured: false });
    expect(models).toContainEqual(
      expect.objectContaining({ id: 'offline/default', provider: 'offline', name: expect.any(String) }),
    );
  });
});
