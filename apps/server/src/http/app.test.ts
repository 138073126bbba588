import { request } from 'node:http';
import { connect } from 'node:net';
import { OctavusError } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { post, projectId, serve } from '../../test/serve.ts';
import { maxDepth } from './parse-json.ts';

const agent = { settings: { slug: 'fern', name: 'Fern', format: 'interactive' }, protocol: 'agent: {}', prompts: [] };
const created = { agentId: 'ca1', message: 'Agent created successfully', warnings: [] };

function failing(error: unknown) {
  return { agents: { list: () => Promise.reject(error) } as never };
}

describe('errors', () => {
  test('are nested by default and flat for SDKs, workforce paths and on request of the operator', async () => {
    await using server = await serve(failing(new OctavusError('NOT_FOUND', { resource: 'Agent' })));
    const nested = await server.fetch('/api/agents');
    expect(nested.status).toBe(404);
    expect(nested.statusText).toBe('Not Found');
    expect(nested.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await nested.json()).toEqual({ error: { code: 'NOT_FOUND', message: 'Agent not found' } });

    const flat = { error: 'Agent not found', code: 'NOT_FOUND' };
    const fromSdk = await server.fetch('/api/agents', { headers: { 'X-Octavus-Sdk-Version': '4' } });
    expect(await fromSdk.json()).toEqual(flat);
    const workforce = await server.fetch('/api/v1/workforce/agents');
    expect(await workforce.json()).toEqual({ error: 'Resource not found', code: 'NOT_FOUND' });

    await using flatServer = await serve({
      ...failing(new OctavusError('NOT_FOUND', { resource: 'Agent' })),
      errorFormat: 'flat',
    });
    expect(await (await flatServer.fetch('/api/agents')).json()).toEqual(flat);
  });

  test.each([
    ['CONFLICT', 409],
    ['EXECUTION_NOT_RESUMABLE', 409],
    ['SESSION_EXPIRED', 404],
    ['QUOTA_EXCEEDED', 402],
    ['SESSION_BUSY', 429],
    ['RATE_LIMITED', 429],
    ['SERVICE_UNAVAILABLE', 503],
  ] as const)('%s is %i, and a wait is given for 429 and 503', async (code, status) => {
    await using server = await serve(failing(new OctavusError(code)));
    const response = await server.fetch('/api/agents');
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(response.headers.get('retry-after')).toBe(status === 429 || status === 503 ? '2' : null);
  });

  test('a wait is given in whole seconds', async () => {
    await using server = await serve(failing(new OctavusError('SERVICE_UNAVAILABLE', { retryAfterSeconds: 4.2 })));
    expect((await server.fetch('/api/agents')).headers.get('retry-after')).toBe('5');
  });

  test('an unexpected failure says nothing but the request id', async () => {
    await using server = await serve(failing(new Error('SELECT secret FROM table')));
    const response = await server.fetch('/api/agents', { headers: { 'X-Request-Id': 'abc-1' } });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: { code: 'INTERNAL_ERROR', message: 'An internal error occurred (request abc-1)' },
    });
  });

  test('a body that does not fit is refused with every issue and a message about the first', async () => {
    await using server = await serve();
    const response = await server.fetch(
      '/api/agents',
      post({ settings: { slug: 'Fern!', format: 'robot' }, prompts: 1 }),
    );
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as {
      error: { message: string; issues: { path: string; message: string }[] };
    };
    expect(error.message).toMatch(/^Invalid request: settings\.slug: /);
    expect(error.issues.map(({ path }) => path)).toEqual([
      'settings.slug',
      'settings.name',
      'settings.format',
      'protocol',
      'prompts',
    ]);
    expect(error.issues[1]).toEqual({ path: 'settings.name', message: 'Required' });
    expect(error.issues[3]).toEqual({ path: 'protocol', message: 'Required' });
  });

  test.each([
    ['no body', undefined, 'Invalid request: expected a JSON object'],
    ['an array', '[]', 'Invalid request: expected a JSON object'],
    ['no JSON', '{"a":', 'The body is not valid JSON'],
    [
      'a missing field',
      '{"prompts":[],"settings":{"slug":"a","name":"A","format":"worker"}}',
      'Invalid request: protocol is required',
    ],
  ])('%s is refused in words', async (_name, body, message) => {
    await using server = await serve();
    const response = await server.fetch('/api/agents', { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR', message } });
  });

  test('an unknown query value is refused', async () => {
    await using server = await serve();
    const response = await server.fetch('/api/agents/x?by=name');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { issues: [{ path: 'by' }] } });
  });
});

describe('paths and methods', () => {
  test('an unknown path is 404, a known one with another method 405 with Allow', async () => {
    await using server = await serve();
    for (const path of ['/api/nothing', '/nothing', '/api', '/api/agents/a/b', '/API/agents']) {
      const response = await server.fetch(path);
      expect(response.status, path).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    }
    const put = await server.fetch('/api/agents/x?by=slug', { method: 'PUT' });
    expect(put.status).toBe(405);
    expect(put.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
    expect(await put.json()).toMatchObject({
      error: { code: 'METHOD_NOT_ALLOWED', message: 'PUT is not allowed here' },
    });
    expect((await server.fetch('/healthz/', { method: 'POST' })).status).toBe(405);
  });

  test('routes of later versions answer 404', async () => {
    await using server = await serve();
    for (const path of ['mcp-servers', 'v1/workforce/threads']) {
      const response = await server.fetch(`/api/${path}`, post({}));
      expect([404, 405], path).toContain(response.status);
    }
  });

  test('one trailing slash is tolerated', async () => {
    await using server = await serve({ agents: { list: async () => ({ agents: [] }) } as never });
    expect((await server.fetch('/api/agents/')).status).toBe(200);
  });

  test('HEAD answers as GET does, without the body', async () => {
    await using server = await serve({ agents: { list: async () => ({ agents: [] }) } as never });
    const response = await server.fetch('/api/agents', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  test.each([
    '/api/agents/%zz',
    '/api/agents/%c0%ae',
    `/api/agents/${'x'.repeat(5000)}`,
    '/api/agents/..%2f..%2fetc',
    '/api/agents/%00',
  ])('a strange path is an ordinary error: %s', async (path) => {
    await using server = await serve({ agents: { get: () => Promise.reject(new OctavusError('NOT_FOUND')) } as never });
    const response = await server.fetch(path);
    expect([400, 404]).toContain(response.status);
    expect(await response.json()).toHaveProperty('error.code');
  });

  test('what is no HTTP gets a JSON error all the same', async () => {
    await using server = await serve();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end('NONSENSE\r\n\r\n');
    const answer = (await socket.setEncoding('utf8').toArray()).join('');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('"code":"VALIDATION_ERROR"');
  });
});

describe('bodies', () => {
  const echo = {
    agents: { validate: async (_project: string, body: unknown) => body, create: async () => created } as never,
  };

  test.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'garbage',
    'application/json; charset=latin-1',
  ])('JSON is read whatever the content type says: %s', async (type) => {
    await using server = await serve(echo);
    const response = await server.fetch('/api/agents', {
      ...post(Buffer.from(JSON.stringify(agent)).toString()),
      headers: type ? { 'Content-Type': type } : {},
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual(created);
  });

  test('unknown fields are ignored and null is absent', async () => {
    const bodies: unknown[] = [];
    await using server = await serve({
      sessions: {
        create: async (project: string, body: unknown) => {
          bodies.push(project, body);
          return { sessionId: 's' };
        },
      } as never,
    });
    const response = await server.fetch(
      '/api/agent-sessions',
      post({ agentId: 'a', input: null, type: 'x', sessionId: 1 }),
    );
    expect(response.status).toBe(201);
    expect(bodies).toEqual([{ projectId }, { agentId: 'a', input: undefined }]);
  });

  test('a body over 16 MiB is refused as JSON, with and without a declared length', async () => {
    await using server = await serve(echo);
    const big = 'x'.repeat(16 * 1024 * 1024 + 1);
    expect((await sendRaw(server.url, { headers: { 'content-length': String(big.length) }, chunks: [] })).status).toBe(
      413,
    );
    const chunked = await sendRaw(server.url, { headers: {}, chunks: [big.slice(0, big.length / 2), big] });
    expect(chunked).toMatchObject({
      status: 413,
      body: { error: { code: 'PAYLOAD_TOO_LARGE', message: 'Payload too large: the limit is 16 MiB' } },
    });
  });

  test('a body just under 16 MiB is read', async () => {
    await using server = await serve(echo);
    const text = JSON.stringify({ text: 'x'.repeat(16 * 1024 * 1024 - 20) });
    expect((await server.fetch('/api/agents/validate', post(text))).status).toBe(200);
  });

  test('deep nesting is refused before it is parsed', async () => {
    await using server = await serve(echo);
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect((await server.fetch('/api/agents/validate', post(nested(maxDepth)))).status).toBe(200);
    for (const bomb of [nested(maxDepth + 1), '{"a":'.repeat(1_000_000), '['.repeat(8_000_000)]) {
      const response = await server.fetch('/api/agents/validate', post(bomb));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { message: 'The body nests deeper than 64 levels' } });
    }
  });

  test('keys of the prototype do no harm', async () => {
    await using server = await serve(echo);
    for (const body of [
      '{"__proto__":{"polluted":1},"a":{"__proto__":null,"constructor":{"prototype":{"polluted":1}}}}',
      '{"\\u005f_proto__":{"polluted":1},"a":{}}',
    ]) {
      const response = await server.fetch('/api/agents/validate', post(body));
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain('__proto__');
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    }
  });
});

describe('headers', () => {
  const list = { agents: { list: async () => ({ agents: [] }) } as never };

  test('a request id is echoed, or made when it is absent or cannot be echoed', async () => {
    await using server = await serve(list);
    const echoed = await server.fetch('/api/agents', { headers: { 'X-Request-Id': 'my.id/7' } });
    expect(echoed.headers.get('x-request-id')).toBe('my.id/7');
    const ids = new Set<string | null>();
    for (const headers of [{}, {}, { 'X-Request-Id': 'a b' }, { 'X-Request-Id': 'x'.repeat(500) }]) {
      ids.add((await server.fetch('/api/nothing', { headers })).headers.get('x-request-id'));
    }
    expect(ids.size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^req-[0-9a-f]{12}-[0-9a-z]+$/);
  });

  test('every answer under /api carries CORS headers, a pre-flight needs no key', async () => {
    await using server = await serve(list);
    const preflight = await fetch(`${server.url}/api/agent-sessions/x/trigger`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    for (const response of [
      preflight,
      await server.fetch('/api/agents'),
      await fetch(`${server.url}/api/agents`),
      await server.fetch('/api/nothing'),
    ]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
      expect(response.headers.get('access-control-max-age')).toBe('86400');
      expect(response.headers.get('access-control-expose-headers')).toContain('X-Octavus-Session-Id');
      expect(response.headers.has('access-control-allow-credentials')).toBe(false);
    }
    expect((await fetch(`${server.url}/healthz`)).headers.has('access-control-allow-origin')).toBe(false);
  });

  test('JSON is never cached', async () => {
    await using server = await serve(list);
    expect((await server.fetch('/api/agents')).headers.get('cache-control')).toBe('no-store');
    expect((await server.fetch('/api/nothing')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('health', () => {
  test('the process answers without a key', async () => {
    await using server = await serve();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('it is not ready while the database is away or the server drains', async () => {
    await using server = await serve({ checkDatabase: () => Promise.reject(new OctavusError('SERVICE_UNAVAILABLE')) });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    await using draining = await serve({ lifecycle: { isDraining: true } });
    const response = await fetch(`${draining.url}/readyz`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect((await fetch(`${draining.url}/healthz`)).status).toBe(200);
  });

  test('metrics count requests by route', async () => {
    await using server = await serve({ agents: { get: async () => ({}) } as never });
    await (await server.fetch('/api/agents/abc')).text();
    await (await server.fetch('/api/agents/def')).text();
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('octavus_http_requests_total{method="GET",route="/api/agents/:id",status="200"} 2');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).toContain('octavus_running_legs 0');
  });
});

/** Posts without waiting for the body to be taken; a client of `node:http` sees an answer that comes early. */
function sendRaw(url: string, { headers, chunks }: { headers: Record<string, string>; chunks: string[] }) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: unknown }>();
  const outgoing = request(
    `${url}/api/agents`,
    { method: 'POST', headers: { authorization: 'Bearer all', ...headers } },
    async (incoming) => {
      const text = (await incoming.setEncoding('utf8').toArray()).join('');
      outgoing.destroy();
      resolve({ status: incoming.statusCode, body: JSON.parse(text) });
    },
  );
  outgoing.on('error', (error: NodeJS.ErrnoException) =>
    error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
  );
  outgoing.flushHeaders();
  for (const chunk of chunks) outgoing.write(chunk);
  return promise;
}

test('an id of any length that was never given is unknown', async () => {
  const get = async (_projectId: string, id: string) => {
    throw new OctavusError('NOT_FOUND', { resource: `Session of ${id.length} characters` });
  };
  await using server = await serve({ sessions: { get } as never });
  const response = await server.fetch(`/api/agent-sessions/${'x'.repeat(300)}`);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    error: { code: 'NOT_FOUND', message: 'Session of 300 characters not found' },
  });
});
