import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { ZodError } from 'zod';
import { ApiError, type ApiKeyProvider, OctavusClient } from '../src/index.ts';
import { type Answer, finish, json, say, serveScript, stream } from './script-server.ts';

afterEach(() => void vi.unstubAllEnvs());

const agent = {
  id: 'a1',
  slug: 'desk',
  name: 'Desk',
  description: null,
  format: 'interactive',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  projectId: 'p1',
};
const expired = { sessionId: 's1', agentId: 'a1', status: 'expired', createdAt: '2026-01-01T00:00:00.000Z' };
const uiMessage = { id: 'm', role: 'user', parts: [], status: 'done', createdAt: '2026-01-01T00:00:00.000Z' };

async function call<Result>(answer: Answer, run: (client: OctavusClient) => Promise<Result>, config: object = {}) {
  await using server = await serveScript(answer);
  const outcome = await run(server.client(config)).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { ...outcome, request: server.requests[0] };
}

describe('the client', () => {
  test('takes one slash off the base URL and builds console addresses', () => {
    const client = new OctavusClient({ baseUrl: 'http://x/base//' });
    expect(client.baseUrl).toBe('http://x/base/');
    expect(new OctavusClient({ baseUrl: 'http://x/' }).getSessionUrl('s 1')).toBe('http://x/platform/sessions/s%201');
    expect(new OctavusClient({ baseUrl: 'http://x' }).getAgentUrl('a1')).toBe('http://x/platform/agents/a1');
  });

  test('says which address is missing', () => {
    expect(() => new OctavusClient({ baseUrl: undefined as never })).toThrow(
      new TypeError('baseUrl must be the address of a server, such as http://localhost:6282, not undefined'),
    );
  });

  test('has headers at once for a plain key, and as a promise for a function', async () => {
    const plain = new OctavusClient({ baseUrl: 'http://x', apiKey: 'k' });
    expect(plain.getHeaders()).toEqual({
      'Content-Type': 'application/json',
      'X-Octavus-Sdk-Version': '4',
      Authorization: 'Bearer k',
    });
    expect(new OctavusClient({ baseUrl: 'http://x' }).getHeaders()).not.toHaveProperty('Authorization');
    const rotating = new OctavusClient({ baseUrl: 'http://x', apiKey: async () => 'k2', traceModelRequests: true });
    expect(await rotating.getHeaders()).toMatchObject({ Authorization: 'Bearer k2', 'X-Octavus-Trace': 'true' });
    expectTypeOf(plain.getHeaders()).toEqualTypeOf<Record<string, string>>();
    expectTypeOf(rotating.getHeaders()).toEqualTypeOf<Promise<Record<string, string>>>();
    const annotated: OctavusClient = plain;
    const either: OctavusClient<ApiKeyProvider> = rotating;
    expect([annotated.baseUrl, either.baseUrl]).toEqual(['http://x', 'http://x']);
  });

  test('asks a key function for every request, streams included', async () => {
    await using server = await serveScript(json(200, { agents: [] }), stream(finish));
    let count = 0;
    const client = new OctavusClient({ baseUrl: server.url, apiKey: () => `k${++count}` });
    await client.agents.list();
    await Array.fromAsync(client.agentSessions.attach('s').execute(say));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer k1', 'Bearer k2']);
  });

  test('a key function that fails fails the call', async () => {
    const client = new OctavusClient({
      baseUrl: 'http://127.0.0.1:1',
      apiKey: () => Promise.reject(new Error('vault')),
    });
    await expect(client.agents.list()).rejects.toThrow('vault');
    await expect(client.agentSessions.attach('s').execute(say).next()).rejects.toThrow('vault');
  });

  test('is made from the environment on request only', () => {
    vi.stubEnv('OCTAVUS_API_URL', undefined);
    vi.stubEnv('OCTAVUS_BASE_URL', undefined);
    vi.stubEnv('OCTAVUS_API_KEY', 'k');
    expect(OctavusClient.fromEnv().baseUrl).toBe('http://localhost:6282');
    vi.stubEnv('OCTAVUS_BASE_URL', 'http://base');
    expect(OctavusClient.fromEnv().baseUrl).toBe('http://base');
    vi.stubEnv('OCTAVUS_API_URL', 'http://api');
    expect(OctavusClient.fromEnv().baseUrl).toBe('http://api');
    expect(OctavusClient.fromEnv({ baseUrl: undefined, apiKey: undefined })).toMatchObject({ baseUrl: 'http://api' });
    expect(OctavusClient.fromEnv({ apiKey: undefined }).getHeaders()).toHaveProperty('Authorization', 'Bearer k');
    expect(OctavusClient.fromEnv({ apiKey: 'mine' }).getHeaders()).toHaveProperty('Authorization', 'Bearer mine');
    expect(new OctavusClient({ baseUrl: 'http://x' }).getHeaders()).not.toHaveProperty('Authorization');
  });

  test('a fetch of the application is used for everything', async () => {
    const urls: unknown[] = [];
    const fetch = async (url: unknown) => {
      urls.push(url);
      return new Response(JSON.stringify({ agents: [] }));
    };
    const client = new OctavusClient({ baseUrl: 'http://x', fetch: fetch as typeof globalThis.fetch });
    await client.agents.list();
    await Array.fromAsync(client.agentSessions.attach('s').execute(say));
    expect(urls).toEqual(['http://x/api/agents', 'http://x/api/agent-sessions/s/trigger']);
  });
});

describe('requests and answers', () => {
  test.each<[string, (client: OctavusClient) => Promise<unknown>, object, unknown]>([
    ['GET /api/agents', (c) => c.agents.list(), { agents: [agent] }, [agent]],
    ['POST /api/agent-sessions', (c) => c.agentSessions.create('a1', { A: 1 }), { sessionId: 's1' }, 's1'],
    ['GET /api/agent-sessions/s1', (c) => c.agentSessions.get('s1'), expired, expired],
    ['GET /api/agent-sessions/s1?format=ui', (c) => c.agentSessions.getMessages('s1'), expired, expired],
    [
      'POST /api/agent-sessions/s1/restore',
      (c) => c.agentSessions.restore('s1', [], { A: 1 }),
      { sessionId: 's1', restored: true },
      { sessionId: 's1', restored: true },
    ],
    [
      'DELETE /api/agent-sessions/s1',
      (c) => c.agentSessions.clear('s1'),
      { sessionId: 's1', cleared: true },
      { sessionId: 's1', cleared: true },
    ],
    [
      'POST /api/agent-sessions/s1/abort',
      (c) => c.agentSessions.abort('s1'),
      { sessionId: 's1', aborted: false },
      { sessionId: 's1', aborted: false },
    ],
    ['GET /api/agent-sessions/s1/logs', (c) => c.agentSessions.getLogs('s1'), expired, expired],
    [
      'GET /api/agent-sessions/s1/logs?excludeModelRequests=true',
      (c) => c.agentSessions.getLogs('s1', { excludeModelRequests: true }),
      { sessionId: 's1', entries: [] },
      { sessionId: 's1', entries: [] },
    ],
    [
      'POST /api/tokens',
      (c) => c.tokens.mint({ agentId: 'a1', ttlSeconds: 60 }),
      { token: 'oct_et_x', jti: 'j', expiresAt: 'e' },
      { token: 'oct_et_x', jti: 'j', expiresAt: 'e' },
    ],
    ['POST /api/tokens/revoke', (c) => c.tokens.revoke('oct_et_x'), { revoked: false }, { revoked: false }],
    [
      'POST /api/files/upload-urls',
      (c) => c.files.getUploadUrls('s1', [{ filename: 'a', mediaType: 'b/c', size: 1 }]),
      { files: [{ id: 'f', uploadUrl: 'http://u', downloadUrl: 'http://d' }] },
      { files: [{ id: 'f', uploadUrl: 'http://u', downloadUrl: 'http://d' }] },
    ],
  ])('%s', async (line, run, body, expected) => {
    const { value, request } = (await call(json(200, body), run)) as {
      value: unknown;
      request: { method: string; path: string };
    };
    expect(`${request.method} ${request.path}`).toBe(line);
    expect(value).toEqual(expected);
  });

  test('bodies carry what was given', async () => {
    const bodies = async (run: (client: OctavusClient) => Promise<unknown>) =>
      (await call(json(500, {}), run)).request?.body;
    expect(await bodies((c) => c.agentSessions.create('a1'))).toEqual({ agentId: 'a1' });
    expect(
      await bodies((c) => c.agentSessions.restore('s1', [{ ...uiMessage, createdAt: new Date(0) } as never], { A: 1 })),
    ).toEqual({
      messages: [{ ...uiMessage, createdAt: '1970-01-01T00:00:00.000Z' }],
      input: { A: 1 },
    });
    expect(await bodies((c) => c.tokens.mint({ agentId: 'a1' }))).toEqual({ agentId: 'a1' });
    expect(await bodies((c) => c.tokens.revoke('t'))).toEqual({ token: 't' });
  });

  test('messages have dates, and null in optional keys is absent', async () => {
    const body = { sessionId: 's1', agentId: 'a1', messages: [{ ...uiMessage, sender: null }] };
    const { value } = (await call(json(200, body), (c) => c.agentSessions.getMessages('s1'))) as { value: unknown };
    expect(value).toStrictEqual({ ...body, messages: [{ ...uiMessage, createdAt: new Date(uiMessage.createdAt) }] });
  });

  test('a definition without references, as older servers send it, is read', async () => {
    const settings = { slug: 'desk', name: 'Desk', format: 'interactive' };
    const body = { id: 'a1', settings, protocol: 'agent: {}', prompts: [{ name: 'system', content: 'Hi' }], later: 1 };
    const { value, request } = (await call(json(200, body), (c) => c.agents.get('a/1'))) as {
      value: unknown;
      request: { path: string };
    };
    expect(value).toEqual(body);
    expect(request.path).toBe('/api/agents/a%2F1');
  });

  test('entries of newer types in a log pass through', async () => {
    const body = {
      sessionId: 's1',
      entries: [{ id: 'l', timestamp: 't', type: 'dream', depth: 3 }],
      total: 1,
      truncated: false,
    };
    expect(await call(json(200, body), (c) => c.agentSessions.getLogs('s1'))).toMatchObject({ value: body });
  });
});

describe('failures', () => {
  const list = (client: OctavusClient) => client.agents.list();

  test.each([
    ['flat', { error: 'Bad key', code: 'UNAUTHORIZED' }, { message: 'Bad key', code: 'UNAUTHORIZED' }],
    ['nested', { error: { code: 'UNAUTHORIZED', message: 'Bad key' } }, { message: 'Bad key', code: 'UNAUTHORIZED' }],
    ['with a message alone', { message: 'Bad key' }, { message: 'Bad key', code: undefined }],
    ['of another kind', 'oops', { message: 'Failed to list agents: HTTP 401 Unauthorized', code: undefined }],
  ])('an error answer that is %s rejects with an ApiError', async (_name, body, expected) => {
    const { error } = (await call(json(401, body), list)) as { error: ApiError };
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ name: 'ApiError', status: 401, ...expected });
  });

  test('an answer of another shape, or no JSON, rejects', async () => {
    expect(await call(json(200, { agents: [{}] }), list)).toMatchObject({ error: expect.any(ZodError) });
    expect(await call((response) => void response.end('<html>'), list)).toMatchObject({
      error: expect.any(SyntaxError),
    });
  });

  test('a refused connection rejects without a retry', async () => {
    await expect(new OctavusClient({ baseUrl: 'http://127.0.0.1:1' }).agents.list()).rejects.toThrow(TypeError);
  });

  test('an endless timeoutMs is no limit', async () => {
    expect(await call(json(200, { agents: [] }), list, { timeoutMs: Infinity })).toMatchObject({ value: [] });
  });

  test('timeoutMs limits calls that do not stream', async () => {
    const { error } = (await call(() => undefined, list, { timeoutMs: 30 })) as { error: Error };
    expect(error.name).toBe('TimeoutError');
  });
});
