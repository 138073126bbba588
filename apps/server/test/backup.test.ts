import { execFile } from 'node:child_process';
import { appendFile, chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAdmin } from '../src/admin/run-admin.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import { postgresDatabase, postgresUrl, runOnPostgres } from './databases.ts';
import { type Finished, finish, openDataDir, type RunningServer, startProcess, startServer } from './run-process.ts';
import { aProject, storedSessions } from './suites/storage-fixtures.ts';

/** Servers and programs start here, which takes its time on a busy machine. */
const patienceMs = 60_000;

const hello = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hello!' } };

/** One command in this process; a test below starts the program itself. */
async function admin(dataDir: string, ...args: string[]): Promise<Finished> {
  let out = '';
  let error = '';
  const status = await runAdmin(args, {
    env: { OCTAVUS_DATA_DIR: dataDir },
    out: (text) => {
      out += `${text}\n`;
    },
    error: (text) => {
      error += `${text}\n`;
    },
  });
  return { status, out, error };
}

function keyOf({ out }: RunningServer): string {
  return /oct_sk_[\w-]+/.exec(out)?.[0] ?? '';
}

function clientOf(server: RunningServer, key: string) {
  const headers = { authorization: `Bearer ${key}` };
  return async (path: string, body?: unknown) => {
    const init = { headers, ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }) };
    const response = await fetch(server.url + path, init);
    const text = await response.text();
    return text.startsWith('{') ? JSON.parse(text) : text;
  };
}

/** A server that has a session with a finished turn and an uploaded file. */
async function usedServer(dataDir: string) {
  const server = await startServer(dataDir);
  const key = keyOf(server);
  const call = clientOf(server, key);
  const { sessionId } = await call('/api/agent-sessions', { agentId: 'demo' });
  await call(`/api/agent-sessions/${sessionId}/trigger`, hello);
  const files = [{ filename: 'note.txt', mediaType: 'text/plain', size: 4 }];
  const asked = await call('/api/files/upload-urls', { sessionId, files });
  expect(asked).toHaveProperty('files');
  const { uploadUrl, downloadUrl } = asked.files[0];
  await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'note' });
  const { pathname, search } = new URL(downloadUrl);
  return { server, key, call, sessionId, filePath: pathname + search };
}

describe('backup and restore', { timeout: patienceMs }, () => {
  /** A server's data and a backup of them, for those that do not change them. */
  let shared: Awaited<ReturnType<typeof openDataDir>>;
  beforeAll(async () => {
    shared = await openDataDir();
    const { server } = await usedServer(join(shared.path, 'data'));
    await server.stop();
    await admin(join(shared.path, 'data'), 'backup', join(shared.path, 'backup'));
  }, patienceMs);
  afterAll(() => shared[Symbol.asyncDispose]());

  test('a backup of a busy server is a whole server in another place', async () => {
    await using dir = await openDataDir();
    const { server, key, call, sessionId, filePath } = await usedServer(join(dir.path, 'data'));
    await using _server = server;
    let isDone = false;
    const busy = (async () => {
      while (!isDone) await call('/api/agent-sessions', { agentId: 'demo' });
    })();
    const target = join(dir.path, 'backups', 'first');
    const env = { OCTAVUS_DATA_DIR: join(dir.path, 'data') };
    const backup = await finish(startProcess('admin/main.ts', ['backup', target, '--json'], env));
    isDone = true;
    await busy;
    expect(backup).toMatchObject({ status: 0, error: '' });
    expect(JSON.parse(backup.out)).toMatchObject({ path: target, files: 1 });
    expect((await readdir(target)).sort()).toEqual(['files', 'manifest.json', 'octavus.db', 'secret']);
    expect((await stat(join(target, 'octavus.db'))).mode & 0o077).toBe(0);
    const before = await call(`/api/agent-sessions/${sessionId}`);
    await server.stop('SIGKILL');
    await rm(join(dir.path, 'data'), { recursive: true });

    const elsewhere = join(dir.path, 'elsewhere');
    const restored = await admin(elsewhere, 'restore', target);
    expect(restored).toMatchObject({ status: 0, error: '' });
    expect(restored.out).toMatch(/^The database, 1 file and the secret of \S+ are back\. Start the server\.\n$/);
    await using again = await startServer(elsewhere);
    const callAgain = clientOf(again, key);
    expect(await callAgain(`/api/agent-sessions/${sessionId}`)).toEqual(before);
    // The old address holds: the secret came along.
    expect(await (await fetch(again.url + filePath)).text()).toBe('note');
    expect(await callAgain(`/api/agent-sessions/${sessionId}/trigger`, hello)).toContain('"finishReason":"stop"');
  });

  test('what runs in a backup is free at once where it is restored', async () => {
    await using dir = await openDataDir();
    const { server, key, sessionId } = await usedServer(join(dir.path, 'data'));
    await using _server = server;
    const long = { ...hello, input: { USER_MESSAGE: 'Hello! '.repeat(50) } };
    const headers = { authorization: `Bearer ${key}` };
    const path = `/api/agent-sessions/${sessionId}`;
    const stream = await fetch(`${server.url}${path}/trigger`, { method: 'POST', headers, body: JSON.stringify(long) });
    await stream.body?.getReader().read();
    const target = join(dir.path, 'backup');
    expect((await admin(join(dir.path, 'data'), 'backup', target)).status).toBe(0);
    const elsewhere = join(dir.path, 'elsewhere');
    expect((await admin(elsewhere, 'restore', target)).status).toBe(0);
    await using again = await startServer(elsewhere);
    expect(await clientOf(again, key)(path)).not.toHaveProperty('execution');
  });

  test('nothing is written over', async () => {
    await using dir = await openDataDir();
    const data = join(dir.path, 'data');
    const target = join(dir.path, 'backup');
    await cp(shared.path, dir.path, { recursive: true });
    const again = await admin(data, 'backup', target);
    expect([again.status, again.error]).toEqual([1, `${target} is not empty: name a new directory\n`]);
    const over = await admin(data, 'restore', target);
    expect(over.status).toBe(1);
    expect(over.error).toBe(`${join(data, 'octavus.db')} exists: nothing is written over, move it away first\n`);
    // Without its database, but with another secret.
    await rm(join(data, 'octavus.db'));
    await chmod(join(data, 'secret'), 0o600);
    await writeFile(join(data, 'secret'), 'another one\n');
    const mixed = await admin(data, 'restore', target);
    expect(mixed.error).toContain(`${join(data, 'secret')} exists and is another file`);
    expect(await readdir(data)).not.toContain('octavus.db');
    // An attempt that was cut off is taken up again: what is there already is as it should be.
    await rm(join(data, 'secret'));
    expect(await admin(data, 'restore', target)).toMatchObject({ status: 0, error: '' });
  });

  test.each([
    {
      what: 'a database of which a byte is another',
      harm: (at: string) => flipByte(join(at, 'octavus.db')),
      says: 'octavus.db is not what was written',
    },
    {
      what: 'a file that has grown',
      harm: async (at: string) => appendFile(await onlyFile(at), 'x'),
      says: 'is not what was written',
    },
    { what: 'a file that is gone', harm: async (at: string) => rm(await onlyFile(at)), says: 'cannot be read' },
    {
      what: 'no manifest',
      harm: (at: string) => rm(join(at, 'manifest.json')),
      says: 'is not a complete backup: it has no manifest.json',
    },
    {
      what: 'a manifest of another layout',
      harm: (at: string) => writeFile(join(at, 'manifest.json'), '{"format":2}'),
      says: 'is not one that this release wrote',
    },
    { what: 'a manifest that points elsewhere', harm: pointElsewhere, says: 'is not one that this release wrote' },
  ])('a backup with $what is refused, and nothing is written', async ({ harm, says }) => {
    await using dir = await openDataDir();
    const target = join(dir.path, 'backup');
    await cp(join(shared.path, 'backup'), target, { recursive: true });
    await harm(target);
    const elsewhere = join(dir.path, 'elsewhere');
    const { status, error } = await admin(elsewhere, 'restore', target);
    expect([status, error]).toEqual([1, expect.stringContaining(says)]);
    await expect(readdir(elsewhere)).rejects.toThrow('ENOENT');
  });

  test('a damaged database, or none, is not backed up', async () => {
    await using dir = await openDataDir();
    const missing = await admin(join(dir.path, 'nothing'), 'backup', join(dir.path, 'backup'));
    expect([missing.status, missing.error]).toEqual([1, expect.stringContaining('There is no database')]);
    await expect(readdir(join(dir.path, 'nothing'))).rejects.toThrow('ENOENT');

    const data = join(dir.path, 'data');
    await cp(join(shared.path, 'data'), data, { recursive: true });
    {
      using database = new DatabaseSync(join(data, 'octavus.db'), { enableForeignKeyConstraints: false });
      database.exec("update sessions set agent_id = 'nobody'");
    }
    const { status, error } = await admin(data, 'backup', join(dir.path, 'damaged'));
    expect([status, error]).toEqual([1, expect.stringContaining('The copy of the database is damaged')]);
    expect(await readdir(join(dir.path, 'damaged'))).not.toContain('manifest.json');
  });
});

// Runs when OCTAVUS_TEST_POSTGRES_URL names a server.
describe.skipIf(!postgresUrl)('backup of PostgreSQL', () => {
  test('the command names the tools that do it', async () => {
    await using dir = await openDataDir();
    const env = { OCTAVUS_DATA_DIR: dir.path, DATABASE_URL: postgresUrl! };
    const { status, error } = await finish(startProcess('admin/main.ts', ['backup', join(dir.path, 'x')], env));
    expect([status, error]).toEqual([
      1,
      expect.stringContaining('use pg_dump and pg_restore, see docs/reliability.md'),
    ]);
  });

  test('what pg_dump wrote while the server was in use, pg_restore brings back', async () => {
    await using dir = await openDataDir();
    await using database = await postgresDatabase();
    const schema = new URL(database.url).searchParams.get('application_name')!;
    const dump = join(dir.path, 'octavus.dump');
    await mkdir(dir.path, { recursive: true });
    const run = promisify(execFile);
    const project = aProject();
    let sessions: Awaited<ReturnType<typeof storedSessions>>;
    {
      await using storage = await openStorage({ url: database.url });
      await storage.projects.create(project);
      sessions = await storedSessions(storage, 20);
      await run('pg_dump', ['--format=custom', `--schema=${schema}`, `--file=${dump}`, postgresUrl!]);
    }
    await runOnPostgres(`drop schema ${schema} cascade`);
    await run('pg_restore', ['--exit-on-error', `--dbname=${postgresUrl}`, dump]);
    await using storage = await openStorage({ url: database.url, migrate: false });
    expect(await storage.projects.findBySlug(project.slug)).toEqual(project);
    for (const { id, projectId } of sessions) expect(await storage.sessions.find(projectId, id)).toMatchObject({ id });
  });
});

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await writeFile(path, bytes);
}

async function onlyFile(backup: string): Promise<string> {
  const [name] = (await readdir(join(backup, 'files'), { recursive: true })).filter((path) => path.includes('/'));
  return join(backup, 'files', name!);
}

async function pointElsewhere(backup: string): Promise<void> {
  const path = join(backup, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  manifest.files[0].path = '../../outside';
  await writeFile(path, JSON.stringify(manifest));
}
