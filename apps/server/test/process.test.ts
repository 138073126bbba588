import { once } from 'node:events';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { finish, openDataDir, type RunningServer, startProcess, startServer } from './run-process.ts';

function startFailing(env: Record<string, string>) {
  return finish(startProcess('main.js', [], { PORT: '0', ...env }));
}

describe('a start that fails is one sentence and exit 1', () => {
  test('port in use', async () => {
    await using dir = await openDataDir();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { status, out, error } = await startFailing({
      OCTAVUS_DATA_DIR: dir.path,
      PORT: String(port),
      OCTAVUS_LOG_LEVEL: 'silent',
    });
    other.close();
    expect([status, out]).toEqual([1, '']);
    expect(error).toBe(
      `Octavus cannot start: Port ${port} on 127.0.0.1 is in use: stop the other program or set PORT\n`,
    );
  });

  test('a file that is no database', async () => {
    await using dir = await openDataDir();
    await writeFile(join(dir.path, 'octavus.db'), 'not a database, but long enough to be looked at as one'.repeat(100));
    expect(await startFailing({ OCTAVUS_DATA_DIR: dir.path })).toMatchObject({
      status: 1,
      out: '',
      error: expect.stringMatching(/^Octavus cannot start: [^\n]+\n$/),
    });
  });

  test('a database of a newer release', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    await server.stop();
    const db = new DatabaseSync(join(dir.path, 'octavus.db'));
    db.exec("INSERT INTO schema_version (version, name) VALUES (999, 'future')");
    db.close();
    const { status, error } = await startFailing({ OCTAVUS_DATA_DIR: dir.path });
    expect(status).toBe(1);
    expect(error).toMatch(/^Octavus cannot start: The database has schema version 999, .*newer release[^\n]*\n$/);
  });

  test('a database server that does not answer', async () => {
    const { status, error } = await startFailing({
      DATABASE_URL: 'postgres://x:secretpw@127.0.0.1:1/x',
      OCTAVUS_SECRET: 'x',
    });
    expect(status).toBe(1);
    expect(error).toMatch(/^Octavus cannot start: [^\n]*database[^\n]*\n$/i);
    expect(error).not.toContain('secretpw');
  });

  test('a data directory that cannot be used', async () => {
    await using dir = await openDataDir();
    const file = join(dir.path, 'file');
    await writeFile(file, '');
    await chmod(file, 0o600);
    const { status, error } = await startFailing({ OCTAVUS_DATA_DIR: join(file, 'data') });
    expect([status, error]).toEqual([1, expect.stringMatching(/^Octavus cannot start: The data directory [^\n]+\n$/)]);
  });

  test('a variable that makes no sense', async () => {
    const { status, error } = await startFailing({ REDIS_URL: 'redis://localhost' });
    expect([status, error]).toEqual([1, 'Octavus cannot start: REDIS_URL is not supported by this version yet\n']);
  });

  test('a base URL wins over the address the server listens on', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path, { OCTAVUS_BASE_URL: 'https://octavus.larkspur.example/' });
    expect(server.url).toBe('https://octavus.larkspur.example');
  });
});

describe('a running server', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('stops with status 0 on %s', async (signal) => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    expect(await server.stop(signal)).toBe(0);
  });

  test('keeps its secrets for its owner', async () => {
    await using dir = await openDataDir();
    await using _server = await startServer(dir.path);
    for (const name of ['secret', 'octavus.db'])
      expect((await stat(join(dir.path, name))).mode & 0o777, name).toBe(0o600);
  });

  test('writes logs to standard error, without the keys of requests', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    const key = keyOf(server);
    await fetch(`${server.url}/api/agents?key=${key}`, { headers: { authorization: `Bearer ${key}` } });
    await fetch(`${server.url}/api/${key}`);
    await server.stop();
    expect(server.errorText()).toContain('"path":"/api/agents"');
    expect(server.errorText()).not.toContain(key);
  });

  test('finishes a running answer before it stops, not ready in the meantime', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    const call = caller(server);
    const sessionId = await createSession(server);
    const stream = await call(`/api/agent-sessions/${sessionId}/trigger`, {
      triggerName: 'user-message',
      input: { USER_MESSAGE: 'Hello! Who are you?' },
    });
    const reader = stream.body?.getReader();
    const first = await reader?.read();
    const stopping = server.stop();
    let text = new TextDecoder().decode(first?.value);
    let readiness: number | undefined;
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      readiness ??= await fetch(`${server.url}/readyz`).then(({ status }) => status);
      text += new TextDecoder().decode(next.value);
    }
    expect(text).toContain('"finishReason":"stop"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(readiness).toBe(503);
    expect(await stopping).toBe(0);
  });

  test('a session is usable at once after the server was killed in mid-answer', async () => {
    await using dir = await openDataDir();
    await using killed = await startServer(dir.path);
    const key = keyOf(killed);
    const sessionId = await createSession(killed);
    const trigger = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hello! Who are you?' } };
    const stream = await caller(killed)(`/api/agent-sessions/${sessionId}/trigger`, trigger);
    await stream.body?.getReader().read();
    await killed.stop('SIGKILL');

    await using server = await startServer(dir.path);
    const headers = { authorization: `Bearer ${key}` };
    const path = `${server.url}/api/agent-sessions/${sessionId}`;
    const session = (await (await fetch(path, { headers })).json()) as object;
    expect(session).not.toHaveProperty('execution');
    expect(session).toMatchObject({ messages: [{ role: 'user', content: 'Hello! Who are you?' }] });
    const next = await fetch(`${path}/trigger`, { method: 'POST', headers, body: JSON.stringify(trigger) });
    expect(await next.text()).toContain('"finishReason":"stop"');
  });

  test('a second signal, later than a doubled first one, ends it at once', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    const sessionId = await createSession(server);
    const path = `/api/agent-sessions/${sessionId}/trigger`;
    const long = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hello! '.repeat(20) } };
    const stream = await caller(server)(path, long);
    server.child.kill('SIGTERM');
    const reader = stream.body?.getReader();
    server.child.kill('SIGTERM');
    const startedAt = performance.now();
    while (performance.now() - startedAt < 600) await reader?.read();
    expect(server.child.exitCode).toBeNull();
    expect(await server.stop('SIGTERM')).toBe(1);
  });

  test('projects do not see each other', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    const call = caller(server);
    const env = { OCTAVUS_DATA_DIR: dir.path };
    const admin = (...args: string[]) => finish(startProcess('admin/main.ts', [...args, '--json'], env));
    await admin('projects', 'create', 'other', '--name', 'Other');
    const { key: stranger } = JSON.parse(
      (await admin('keys', 'create', '--name', 'x', '--permissions', 'agents,sessions', '--project', 'other')).out,
    );
    const headers = { authorization: `Bearer ${stranger}` };
    const { agents } = (await call('/api/agents').then((answer) => answer.json())) as { agents: [{ id: string }] };
    const sessionId = await createSession(server);
    const statusOf = (method: string, path: string, body?: unknown) =>
      fetch(server.url + path, { method, headers, body: body ? JSON.stringify(body) : undefined }).then(
        ({ status }) => status,
      );

    expect(await fetch(`${server.url}/api/agents`, { headers }).then((answer) => answer.json())).toEqual({
      agents: [],
    });
    const hidden: [string, string, unknown?][] = [
      ['GET', `/api/agents/${agents[0].id}`],
      ['GET', '/api/agents/demo?by=slug'],
      ['PATCH', `/api/agents/${agents[0].id}`, { settings: { name: 'Mine' } }],
      ['DELETE', `/api/agents/${agents[0].id}`],
      ['POST', '/api/agent-sessions', { agentId: agents[0].id }],
      ['GET', `/api/agent-sessions/${sessionId}`],
      [
        'POST',
        `/api/agent-sessions/${sessionId}/trigger`,
        { triggerName: 'user-message', input: { USER_MESSAGE: 'x' } },
      ],
      ['POST', `/api/agent-sessions/${sessionId}/abort`],
    ];
    for (const [method, path, body] of hidden)
      expect(await statusOf(method, path, body), `${method} ${path}`).toBe(404);
    expect((await call(`/api/agent-sessions/${sessionId}`)).status).toBe(200);
  });

  test('a key revoked while it runs is refused at once', async () => {
    await using dir = await openDataDir();
    await using server = await startServer(dir.path);
    const env = { OCTAVUS_DATA_DIR: dir.path };
    const { keys } = JSON.parse((await finish(startProcess('admin/main.ts', ['keys', 'list', '--json'], env))).out);
    expect((await caller(server)('/api/agents')).status).toBe(200);
    await finish(startProcess('admin/main.ts', ['keys', 'revoke', keys[0].id], env));
    expect((await caller(server)('/api/agents')).status).toBe(401);
  });
});

function keyOf({ out }: RunningServer): string {
  return /oct_sk_\S+/.exec(out)?.[0].replace(/'$/, '') ?? '';
}

async function createSession(server: RunningServer): Promise<string> {
  const answer = await caller(server)('/api/agent-sessions', { agentId: 'demo' });
  const { sessionId } = (await answer.json()) as { sessionId: string };
  return sessionId;
}

/** GET without a body, POST with one, with the key of the first start. */
function caller(server: RunningServer) {
  const headers = { authorization: `Bearer ${keyOf(server)}` };
  return (path: string, body?: unknown) =>
    fetch(server.url + path, { method: body ? 'POST' : 'GET', headers, body: body ? JSON.stringify(body) : undefined });
}
