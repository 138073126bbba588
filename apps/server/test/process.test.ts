import { once } from 'node:events';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamEvent } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { openRealServer, type RealServer } from '../faults/real-server.ts';
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
    await using server = await openRealServer({});
    const turn = await openTurn(server, 'say w 60 50');
    const ended = once(server.child, 'close');
    server.child.kill('SIGTERM');
    await untilDraining(server);
    expect((await turn.whole).at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    expect(await ended).toEqual([0, null]);
  });

  test('a session is usable at once after the server was killed in mid-answer', async () => {
    await using server = await openRealServer({});
    const turn = await openTurn(server, endless);
    turn.whole.catch(() => undefined);
    await server.kill();

    await server.restart();
    const { body } = await server.client.call('GET', turn.path);
    expect(body).not.toHaveProperty('execution');
    expect(body).toMatchObject({ messages: [{ role: 'user', content: endless }] });
    const next = await openTurn(server, 'say x 2', turn.path);
    expect((await next.whole).at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
  });

  test('a second signal, later than a doubled first one, ends it at once', async () => {
    await using server = await openRealServer({});
    const turn = await openTurn(server, endless);
    turn.whole.catch(() => undefined);
    const ended = once(server.child, 'close');
    server.child.kill('SIGTERM');
    server.child.kill('SIGTERM');
    await untilDraining(server);
    // Half a second counts from before that.
    await delay(600);
    expect(server.child.exitCode).toBeNull();
    server.child.kill('SIGTERM');
    expect(await ended).toEqual([1, null]);
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

/** What the model is asked for that goes on for longer than a test. */
const endless = 'say w 10000 20';

interface Turn {
  /** The path of its session. */
  readonly path: string;
  /** Its events, once its stream has ended. */
  readonly whole: Promise<readonly StreamEvent[]>;
}

/** A turn once the model has said its first words, in a session of its own unless told otherwise. */
async function openTurn({ client }: RealServer, what: string, known?: string): Promise<Turn> {
  const create = async () => (await client.call('POST', '/api/agent-sessions', { agentId: 'faults' })).body.sessionId;
  const path = known ?? `/api/agent-sessions/${await create()}`;
  const events: StreamEvent[] = [];
  const spoken = Promise.withResolvers<void>();
  const onEvent = (event: StreamEvent) => {
    events.push(event);
    if (event.type === 'text-delta') spoken.resolve();
  };
  const body = { triggerName: 'user-message', input: { USER_MESSAGE: what } };
  const whole = client.stream(`${path}/trigger`, body, { onEvent }).then(() => events);
  await Promise.race([spoken.promise, whole]);
  return { path, whole };
}

/** A signal is taken note of in its own time: a request that is sent after it may still be answered before. */
async function untilDraining({ client }: RealServer): Promise<void> {
  while ((await client.call('GET', '/readyz')).status !== 503);
}

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
