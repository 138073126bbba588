import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../src/storage/migrations/index.ts';
import { migrateStorage, openStorage } from '../../src/storage/open-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { describeAgents } from './storage-agents.ts';
import {
  aChange,
  aCommit,
  aFile,
  aKey,
  aProject,
  aSession,
  aVersion,
  now,
  storedAgent,
  storedSession,
  storedSessions,
  type TestStorage,
} from './storage-fixtures.ts';
import { describeJournal } from './storage-journal.ts';
import { describeLeases } from './storage-leases.ts';
import { describeSessionLifetime } from './storage-lifetime.ts';
import { describeTokens } from './storage-tokens.ts';

/** An empty database that goes away when it is disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** What every dialect must do. */
export function describeStorage(name: string, createDatabase: () => Promise<TestDatabase>): void {
  const withStorage = async (work: (storage: Storage, url: string) => Promise<void>): Promise<void> => {
    await using database = await createDatabase();
    await using storage = await openStorage({ url: database.url });
    await work(storage, database.url);
  };
  const testStorage = (title: string, work: (storage: Storage, url: string) => Promise<void>): void =>
    test(title, () => withStorage(work));

  describe(`storage: ${name}`, () => {
    describeProjects(testStorage);
    describeKeys(testStorage);
    describeAgents(testStorage);
    describeSessions(testStorage);
    describeLeases(testStorage);
    describeJournal(testStorage);
    describeFiles(testStorage);
    describeSessionLifetime(testStorage);
    describeTokens(testStorage);
    describeLifetime(testStorage, createDatabase);
  });
}

function describeProjects(testStorage: TestStorage): void {
  testStorage('a project is found by its slug', async ({ projects }) => {
    const project = aProject({ name: "Larkspur's “nursery”; drop table projects" });
    await projects.create(project);
    expect(await projects.findBySlug(project.slug)).toEqual(project);
    expect(await projects.findBySlug('unknown')).toBeUndefined();
    expect(await projects.list()).toEqual([project]);
  });

  testStorage('a second project of the same slug is a conflict', async ({ projects }) => {
    await projects.create(aProject({ slug: 'larkspur' }));
    await expect(projects.create(aProject({ slug: 'larkspur' }))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'A project with the slug "larkspur" already exists',
    });
    expect(await projects.list()).toHaveLength(1);
  });
}

function describeKeys(testStorage: TestStorage): void {
  testStorage('a key is found by its digest, revoked and expired ones too', async ({ projects, apiKeys }) => {
    const project = aProject();
    await projects.create(project);
    const key = aKey(project.id);
    const expired = aKey(project.id, { expiresAt: 1, lastUsedAt: 1, createdAt: now + 1 });
    await apiKeys.create(key);
    await apiKeys.create(expired);
    expect(await apiKeys.revoke(key.id, now + 2)).toBe(true);
    await apiKeys.touch(key.id, now + 1);
    expect(await apiKeys.findByDigest(key.digest)).toEqual({ ...key, revokedAt: now + 2, lastUsedAt: now + 1 });
    expect(await apiKeys.findByDigest(expired.digest)).toEqual(expired);
    expect(await apiKeys.findByDigest('unknown')).toBeUndefined();
  });

  testStorage('a key is revoked once', async ({ projects, apiKeys }) => {
    const project = aProject();
    await projects.create(project);
    const key = aKey(project.id);
    await apiKeys.create(key);
    expect(await apiKeys.revoke(key.id, now)).toBe(true);
    expect(await apiKeys.revoke(key.id, now + 1)).toBe(false);
    expect(await apiKeys.revoke('unknown', now)).toBe(false);
    expect((await apiKeys.findByDigest(key.digest))?.revokedAt).toBe(now);
  });

  testStorage('keys are listed newest first, of one project or of all', async ({ projects, apiKeys }) => {
    const [one, other] = [aProject(), aProject()];
    await projects.create(one);
    await projects.create(other);
    const old = aKey(one.id, { createdAt: now - 1 });
    const young = aKey(one.id, { createdAt: now });
    const foreign = aKey(other.id, { createdAt: now + 1 });
    for (const key of [young, foreign, old]) await apiKeys.create(key);
    expect(await apiKeys.list(one.id)).toEqual([young, old]);
    expect(await apiKeys.list()).toEqual([foreign, young, old]);
  });
}

function describeSessions(testStorage: TestStorage): void {
  testStorage('a session is found with what its agent is at that moment', async (storage) => {
    const agent = await storedAgent(storage);
    const session = aSession(agent, { kind: 'worker', input: { text: '\u0000 \ud800 🌿', deep: [{ a: null }] } });
    await storage.sessions.create(session);
    expect(await storage.sessions.find(agent.projectId, session.id)).toEqual({
      ...session,
      agent: { version: 1, isArchived: false },
    });
    await storage.agents.update({ ...agent, version: 2 }, aVersion({ ...agent, version: 2 }));
    await storage.agents.archive(agent.projectId, agent.id, now);
    const { agent: current } = (await storage.sessions.find(agent.projectId, session.id))!;
    expect(current).toEqual({ version: 2, isArchived: true });
  });

  testStorage('a session of another project is not found', async (storage) => {
    const session = await storedSession(storage);
    const other = await storedAgent(storage);
    expect(await storage.sessions.find(other.projectId, session.id)).toBeUndefined();
    expect(await storage.sessions.find(session.projectId, "x' or '1'='1")).toBeUndefined();
  });

  testStorage('a commit sets the columns it names and no others', async (storage) => {
    const session = await storedSession(storage);
    const execution = { executionId: 'exec_1', status: 'running' as const };
    await storage.nodes.renew('node-a', now + 30_000);
    const read = () => storage.sessions.find(session.projectId, session.id);

    await storage.sessions.commit([
      aCommit(session, { set: { execution, lastActivityAt: now + 5, updatedAt: now + 6 } }),
    ]);
    expect(await read()).toMatchObject({ journalLength: 1, execution, lastActivityAt: now + 5, updatedAt: now + 6 });

    await storage.sessions.commit([aCommit(session, { length: 1, kind: 'hold', set: { updatedAt: now + 7 } })]);
    expect(await read()).toMatchObject({ journalLength: 2, execution, lastActivityAt: now + 5, updatedAt: now + 7 });

    await storage.sessions.commit([aCommit(session, { length: 2, kind: 'release', set: { execution: null } })]);
    expect(await read()).toMatchObject({ journalLength: 3, execution: undefined });
  });

  testStorage('running sessions of nodes that are gone are abandoned', async (storage) => {
    const [free, lost, expired, held, waiting] = await storedSessions(storage, 5);
    const running = { execution: { executionId: 'exec_1', status: 'running' as const } };
    const paused = { execution: { executionId: 'exec_2', status: 'waiting' as const } };
    await storage.nodes.renew('node-old', now - 1);
    await storage.nodes.renew('node-a', now);
    await storage.sessions.commit([
      aCommit(free!, { kind: 'once', set: {} }),
      aCommit(lost!, { nodeId: 'node-gone', set: running }),
      aCommit(expired!, { nodeId: 'node-old', set: running }),
      aCommit(held!, { nodeId: 'node-a', set: running }),
      aCommit(waiting!, { nodeId: 'node-gone', set: paused }),
    ]);
    const abandoned = async (at: number, nodeId: string) =>
      (await storage.sessions.listAbandoned({ now: at, nodeId })).map(({ sessionId }) => sessionId).sort();
    expect(await abandoned(now, 'node-b')).toEqual([lost!.id, expired!.id].sort());
    expect(await abandoned(now + 1, 'node-b')).toEqual([lost!.id, expired!.id, held!.id].sort());
    // The node that asks gets its own, too: it knows itself what it runs.
    expect(await abandoned(now, 'node-a')).toEqual([lost!.id, expired!.id, held!.id].sort());
    const [{ projectId } = { projectId: '' }] = await storage.sessions.listAbandoned({ now, nodeId: 'node-b' });
    expect([lost!.projectId, expired!.projectId]).toContain(projectId);
  });
}

function describeFiles(testStorage: TestStorage): void {
  testStorage('a file is found by its id, and by its project among many', async (storage) => {
    const session = await storedSession(storage);
    const other = await storedSession(storage);
    const files = Array.from({ length: 70 }, () => aFile(session));
    const foreign = aFile(other);
    await storage.files.create(files);
    await storage.files.create([foreign]);
    await storage.files.create([]);
    expect(await storage.files.find(files[0]!.id)).toEqual(files[0]);
    expect(await storage.files.find('unknown')).toBeUndefined();
    const ids = files.map(({ id }) => id);
    const found = await storage.files.findMany(session.projectId, [...ids, foreign.id, 'unknown']);
    expect(found.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(await storage.files.findMany(other.projectId, [foreign.id, ids[0]!])).toEqual([foreign]);
    expect(await storage.files.findMany(other.projectId, [])).toEqual([]);
  });

  testStorage('making files is activity of their session, and never turns its clock back', async (storage) => {
    const session = await storedSession(storage);
    await storage.files.create([aFile(session, { createdAt: now + 5 })]);
    await storage.files.create([aFile(session, { createdAt: now + 1 })]);
    expect(await storage.sessions.find(session.projectId, session.id)).toMatchObject({ lastActivityAt: now + 5 });
  });

  testStorage('one file that cannot be stored leaves none of its request', async (storage) => {
    const session = await storedSession(storage);
    const [first, twin] = [aFile(session), aFile(session)];
    await storage.files.create([twin]);
    await expect(storage.files.create([first, { ...twin }])).rejects.toThrow();
    await expect(storage.files.create([aFile({ ...session, id: 'unknown' })])).rejects.toThrow();
    expect(await storage.files.find(first.id)).toBeUndefined();
  });

  testStorage('an upload is noted once, and not for a file that is gone', async (storage) => {
    const file = aFile(await storedSession(storage));
    await storage.files.create([file]);
    expect(await storage.files.markUploaded(file.id, { at: now + 1, checkAt: now + 9 })).toBe(true);
    expect(await storage.files.markUploaded(file.id, { at: now + 2, checkAt: now + 8 })).toBe(true);
    expect(await storage.files.find(file.id)).toEqual({ ...file, uploadedAt: now + 1, checkAt: now + 8 });
    await storage.files.remove([file.id, 'unknown']);
    await storage.files.remove([]);
    expect(await storage.files.markUploaded(file.id, { at: now, checkAt: now })).toBe(false);
  });

  testStorage('due files come with their session, the longest overdue first', async (storage) => {
    const session = await storedSession(storage);
    const [late, later, latest] = [now + 1, now, now - 1].map((checkAt) => aFile(session, { checkAt }));
    await storage.files.create([late!, later!, latest!]);
    expect((await storage.files.listDue(now, 9)).map(({ id }) => id)).toEqual([latest!.id, later!.id]);
    const { kind, status, execution, updatedAt, lastActivityAt } = session;
    expect(await storage.files.listDue(now + 1, 1)).toEqual([
      { ...latest, session: { kind, status, execution, updatedAt, lastActivityAt } },
    ]);
    await storage.files.postpone([
      { id: latest!.id, checkAt: now + 2 },
      { id: later!.id, checkAt: now + 3 },
    ]);
    await storage.files.postpone([]);
    expect((await storage.files.listDue(now + 2, 9)).map(({ id }) => id)).toEqual([late!.id, latest!.id]);
  });
}

function describeLifetime(testStorage: TestStorage, createDatabase: () => Promise<TestDatabase>): void {
  test('an empty database is brought up to date once', async () => {
    await using database = await createDatabase();
    await expect(openStorage({ url: database.url, migrate: false })).rejects.toThrow(/schema version 0, .* migrate/);
    expect((await migrateStorage(database.url))[0]).toBe('0001-initial');
    expect(await migrateStorage(database.url)).toEqual([]);
    await using storage = await openStorage({ url: database.url, migrate: false });
    await storage.check();
  });

  test('several nodes may start on an empty database together', async () => {
    await using database = await createDatabase();
    const applied = await Promise.all([1, 2, 3].map(() => migrateInProcess(database.url)));
    const names = applied.flatMap((printed) => printed.match(/\d{4}-[a-z-]+/g) ?? []);
    // Whoever holds the lock applies the next one: together all of them, each once.
    expect(names.sort()).toEqual(migrations.map(({ name }) => name));
    await using storage = await openStorage({ url: database.url, migrate: false });
    await storage.check();
  });

  testStorage('what was stored is there when the storage is opened again', async (storage, url) => {
    const session = await storedSession(storage);
    await storage.sessions.commit([aCommit(session)]);
    await storage[Symbol.asyncDispose]();
    await using again = await openStorage({ url });
    expect(await again.sessions.readChanges(session.id, 0, 1)).toEqual([aChange(0)]);
  });

  testStorage('a closed storage is unavailable', async (storage) => {
    const session = await storedSession(storage);
    await storage[Symbol.asyncDispose]();
    await storage[Symbol.asyncDispose]();
    const unavailable = { code: 'SERVICE_UNAVAILABLE' };
    await expect(storage.check()).rejects.toMatchObject(unavailable);
    await expect(storage.sessions.commit([aCommit(session)])).rejects.toMatchObject(unavailable);
    await expect(storage.sessions.find(session.projectId, session.id)).rejects.toMatchObject(unavailable);
    await expect(storage.agents.archive(session.projectId, session.agentId, now)).rejects.toMatchObject(unavailable);
    await expect(storage.projects.create(aProject())).rejects.toMatchObject(unavailable);
  });

  testStorage('every acknowledged commit survives a killed process', async (storage, url) => {
    const sessions = await storedSessions(storage, 8);
    await storage.nodes.renew('node-a', now);
    const acknowledged = await killWriter(
      url,
      sessions.map(({ id }) => id),
    );
    await using again = await openStorage({ url });
    for (const { id, projectId } of sessions) {
      const { journalLength } = (await again.sessions.find(projectId, id))!;
      expect(journalLength).toBeGreaterThanOrEqual(acknowledged.get(id) ?? 0);
      const changes = await again.sessions.readChanges(id, 0, journalLength);
      expect(changes).toEqual(Array.from({ length: journalLength }, (_, index) => aChange(index)));
    }
  });
}

/** Lets another process commit until it has acknowledged 200 commits, then kills it. @returns the acknowledged length by session. */
async function killWriter(url: string, sessionIds: readonly string[]): Promise<Map<string, number>> {
  const child = startProcess('write', url, ...sessionIds);
  const exited = once(child, 'exit');
  const acknowledged = new Map<string, number>();
  let count = 0;
  for await (const line of createInterface(child.stdout)) {
    const [id, length] = line.split(' ');
    acknowledged.set(id!, Number(length));
    count += 1;
    if (count === 200) child.kill('SIGKILL');
  }
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
  expect(count).toBeGreaterThanOrEqual(200);
  return acknowledged;
}

/** @returns what a process of its own printed of the migrations it applied. */
async function migrateInProcess(url: string): Promise<string> {
  const child = startProcess('migrate', url);
  const exited = once(child, 'exit');
  const printed = await text(child.stdout);
  expect(await exited).toEqual([0, null]);
  return printed;
}

function startProcess(...parameters: readonly string[]) {
  const script = fileURLToPath(new URL('./storage-process.ts', import.meta.url));
  return spawn(process.execPath, ['--conditions=octavus-source', script, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
