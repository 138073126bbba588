import { expect } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { NewSession, SessionCommit, SessionRow, Storage } from '../../src/storage/storage.ts';
import {
  aChange,
  aCommit,
  aLogEntry,
  anId,
  aSession,
  now,
  outcomeOf,
  storedAgent,
  storedSession,
  storedSessions,
  type TestStorage,
} from './storage-fixtures.ts';

/** Starting with a key, expiring and reopening sessions; requests with an idempotency key. */
export function describeSessionLifetime(testStorage: TestStorage): void {
  describeCreating(testStorage);
  describeExpiring(testStorage);
  describeReopening(testStorage);
  describeIdempotency(testStorage);
}

function describeCreating(testStorage: TestStorage): void {
  testStorage('a session is created by the commit that writes its first entry', async (storage) => {
    const session = await aKeyedSession(storage);
    const commit = { ...aCommit(session, { kind: 'once', log: [aLogEntry('l1')] }), create: session };
    expect(await outcomeOf(storage, commit)).toBe('committed');
    expect(await storage.sessions.find(session.projectId, session.id)).toMatchObject({
      id: session.id,
      journalLength: 1,
    });
    expect(await storage.sessions.readChanges(session.id, 0, 1)).toEqual([aChange(0)]);
    expect(await storage.sessions.findStarted({ ...session, key: session.start!.key })).toMatchObject({
      id: session.id,
      start: session.start,
      agent: { version: 1, isArchived: false },
    });
  });

  testStorage('a key makes one session of its agent', async (storage) => {
    const session = await aKeyedSession(storage);
    const twin = { ...session, id: anId() };
    const other = { ...aSession(await storedAgent(storage)), start: session.start! };
    const unkeyed = { ...session, id: anId(), start: undefined } as NewSession;
    const commits = [session, twin, other, unkeyed].map((row) => ({ ...aCommit(row, { kind: 'once' }), create: row }));
    expect(await storage.sessions.commit(commits)).toEqual(['committed', 'conflict', 'committed', 'committed']);
    expect(await storage.sessions.find(twin.projectId, twin.id)).toBeUndefined();
    expect(await storage.sessions.findStarted({ ...session, key: 'unknown' })).toBeUndefined();
  });

  testStorage('of many that create with one key at once exactly one wins', async (storage, url) => {
    await using node = await secondNode(storage, url);
    const { other } = node;
    const session = await aKeyedSession(storage);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const row = { ...session, id: anId() };
        return outcomeOf(index % 2 ? storage : other, { ...aCommit(row, { kind: 'once' }), create: row });
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
  });

  testStorage('a refused creation does not hinder the others of its group', async (storage) => {
    const [existing] = await storedSessions(storage, 1);
    const session = await aKeyedSession(storage);
    const created = { ...aCommit(session, { kind: 'once' }), create: session };
    expect(await outcomeOf(storage, created)).toBe('committed');
    const twin = { ...session, id: anId() };
    const refused = { ...aCommit(twin, { kind: 'once' }), create: twin };
    const group = [refused, aCommit(existing!, { kind: 'once' }), aCommit(session, { kind: 'once', length: 1 })];
    expect(await storage.sessions.commit(group)).toEqual(['conflict', 'committed', 'committed']);
  });
}

function describeExpiring(testStorage: TestStorage): void {
  testStorage('an expired session keeps its row and loses its journal', async (storage) => {
    const session = await storedSession(storage);
    const execution = { executionId: 'exec_1', status: 'waiting' as const };
    await outcomeOf(storage, aCommit(session, { kind: 'once', log: [aLogEntry('l1')], set: { execution } }));
    expect(await storage.sessions.expire([session.id, 'unknown'], { at: now + 5 })).toEqual([session.id]);
    expect(await storage.sessions.find(session.projectId, session.id)).toMatchObject({
      ...session,
      status: 'expired',
      journalLength: 1,
      execution: undefined,
      updatedAt: now + 5,
    });
    expect(await storage.sessions.readChanges(session.id, 0, 9)).toEqual([]);
    expect(await storage.sessions.readLog(session.id, { limit: 9, excludeModelRequests: false })).toEqual({
      entries: [],
      total: 0,
    });
    expect(await storage.sessions.expire([session.id], { at: now + 9 })).toEqual([]);
  });

  testStorage('a session that runs, or was active since, does not expire', async (storage) => {
    const [running, young, old] = (await storedSessions(storage, 3)) as [SessionRow, SessionRow, SessionRow];
    const execution = { executionId: 'exec_1', status: 'running' as const };
    await outcomeOf(storage, aCommit(running, { set: { execution, lastActivityAt: now - 100 } }));
    await outcomeOf(storage, aCommit(young, { kind: 'once', set: { lastActivityAt: now - 10 } }));
    await outcomeOf(storage, aCommit(old, { kind: 'once', set: { lastActivityAt: now - 100 } }));
    expect(await storage.sessions.listIdle(now - 50, 10)).toEqual([old.id]);
    const ids = [running.id, young.id, old.id];
    expect(await storage.sessions.expire(ids, { at: now, idleSince: now - 50 })).toEqual([old.id]);
    expect(await storage.sessions.expire([running.id], { at: now })).toEqual([]);
    expect(await storage.sessions.readChanges(running.id, 0, 1)).toHaveLength(1);
    expect(await storage.sessions.listIdle(now, 10)).toEqual([young.id]);
  });

  testStorage('idle sessions are listed the longest idle first, as many as asked for', async (storage) => {
    const sessions = await storedSessions(storage, 4);
    for (const [index, session] of sessions.entries()) {
      await outcomeOf(storage, aCommit(session, { kind: 'once', set: { lastActivityAt: now - index } }));
    }
    const ids = sessions.map(({ id }) => id).toReversed();
    expect(await storage.sessions.listIdle(now, 3)).toEqual(ids.slice(0, 3));
    expect(await storage.sessions.listIdle(now - 2, 3)).toEqual(ids.slice(0, 2));
  });

  testStorage('of many that expire a session at once exactly one does it', async (storage, url) => {
    await using node = await secondNode(storage, url);
    const { other } = node;
    const sessions = await storedSessions(storage, 12);
    const ids = sessions.map(({ id }) => id);
    const [some, rest] = await Promise.all([
      storage.sessions.expire(ids, { at: now }),
      other.sessions.expire(ids.toReversed(), { at: now }),
    ]);
    expect([...some, ...rest].sort()).toEqual(ids.sort());
  });
}

function describeReopening(testStorage: TestStorage): void {
  const reopen = {
    input: { NAME: 'Fern' },
    opening: { variables: {}, resources: { PLAN: '' } },
    startExecutionId: 'exec_2',
  };

  testStorage('an expired session is written only by a commit that reopens it', async (storage) => {
    const session = await anExpiredSession(storage);
    const commit = aCommit(session, { length: 1, kind: 'once' });
    expect(await outcomeOf(storage, commit)).toBe('conflict');
    expect(await outcomeOf(storage, { ...commit, reopen })).toBe('committed');
    expect(await storage.sessions.find(session.projectId, session.id)).toMatchObject({
      status: 'active',
      journalLength: 2,
      input: reopen.input,
      opening: reopen.opening,
    });
    expect(await storage.sessions.readChanges(session.id, 0, 2)).toEqual([aChange(1)]);
  });

  testStorage('a refused commit does not reopen the session', async (storage) => {
    const session = await anExpiredSession(storage);
    await storage.nodes.renew('node-a', now);
    const commits: SessionCommit[] = [
      { ...aCommit(session, { length: 0, kind: 'once' }), reopen },
      { ...aCommit(session, { length: 1, kind: 'hold', nodeId: 'node-a' }), reopen },
    ];
    for (const commit of commits) expect(await outcomeOf(storage, commit)).toBe('conflict');
    expect(await storage.sessions.find(session.projectId, session.id)).toMatchObject({
      status: 'expired',
      input: session.input,
    });
  });

  testStorage('a session that another node holds is not reopened', async (storage) => {
    const session = await storedSession(storage);
    await storage.nodes.renew('node-a', now);
    await outcomeOf(storage, aCommit(session));
    const foreign = { ...aCommit(session, { length: 1, kind: 'once', nodeId: 'node-b' }), reopen };
    expect(await outcomeOf(storage, foreign)).toBe('conflict');
  });

  testStorage('of many that reopen a session at once exactly one wins', async (storage, url) => {
    await using node = await secondNode(storage, url);
    const { other } = node;
    const session = await anExpiredSession(storage);
    const commit = { ...aCommit(session, { length: 1, kind: 'once' }), reopen };
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => outcomeOf(index % 2 ? storage : other, commit)),
    );
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
  });

  testStorage('the execution that answers a start can be another one later', async (storage) => {
    const session = await aKeyedSession(storage);
    await outcomeOf(storage, { ...aCommit(session, { kind: 'once' }), create: session });
    const again = { ...aCommit(session, { length: 1, kind: 'once' }), reopen: { startExecutionId: 'exec_9' } };
    expect(await outcomeOf(storage, again)).toBe('committed');
    const found = await storage.sessions.findStarted({ ...session, key: session.start!.key });
    expect(found).toMatchObject({ input: session.input, start: { ...session.start, executionId: 'exec_9' } });
  });
}

function describeIdempotency(testStorage: TestStorage): void {
  testStorage('a key is taken once, then answers what it was used for', async (storage) => {
    const { projectId } = await storedAgent(storage);
    const request = { projectId, key: 'k', owner: 'first', fingerprint: 'f', now };
    const second = { ...request, owner: 'second', fingerprint: 'g', now: now + 1_000_000 };
    expect(await storage.idempotency.begin(request)).toBe('begun');
    const taken = { fingerprint: 'f', answer: undefined, createdAt: now };
    expect(await storage.idempotency.begin(second)).toEqual(taken);
    await storage.idempotency.finish(request, 'answer');
    expect(await storage.idempotency.begin(second)).toEqual({ ...taken, answer: 'answer' });
    const other = await storedAgent(storage);
    expect(await storage.idempotency.begin({ ...request, projectId: other.projectId })).toBe('begun');
  });

  testStorage('a released key is free again, and only its owner releases or finishes it', async (storage) => {
    const { projectId } = await storedAgent(storage);
    const request = { projectId, key: 'k', owner: 'first', fingerprint: 'f', now };
    const stranger = { ...request, owner: 'second', fingerprint: 'g' };
    await storage.idempotency.begin(request);
    await storage.idempotency.finish(stranger, 'not mine');
    await storage.idempotency.release(stranger);
    expect(await storage.idempotency.begin(stranger)).toMatchObject({ fingerprint: 'f', answer: undefined });
    await storage.idempotency.release(request);
    expect(await storage.idempotency.begin(stranger)).toBe('begun');
    await storage.idempotency.finish(stranger, 'answer');
    await storage.idempotency.finish(stranger, 'another answer');
    await storage.idempotency.release(stranger);
    expect(await storage.idempotency.begin(request)).toMatchObject({ fingerprint: 'g', answer: 'answer' });
  });

  testStorage('of many requests with one key at once exactly one begins', async (storage, url) => {
    await using node = await secondNode(storage, url);
    const { other } = node;
    const { projectId } = await storedAgent(storage);
    const request = { projectId, key: 'k', owner: 'o', fingerprint: 'f', now };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? storage : other).idempotency.begin(request)),
    );
    expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
  });

  testStorage('old keys are forgotten, as many as asked for', async (storage) => {
    const { projectId } = await storedAgent(storage);
    for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) {
      await storage.idempotency.begin({ projectId, key, owner: 'o', fingerprint: 'f', now: now + index });
    }
    expect(await storage.idempotency.removeOld(now + 3, 2)).toBe(2);
    expect(await storage.idempotency.removeOld(now + 3, 2)).toBe(1);
    expect(await storage.idempotency.removeOld(now + 3, 2)).toBe(0);
  });
}

/**
 * A second node on the same database. On SQLite it is the first one again: two connections of one process cannot wait for each other,
 * because waiting stops the process.
 */
async function secondNode(storage: Storage, url: string): Promise<AsyncDisposable & { readonly other: Storage }> {
  const other = storage.dialect === 'sqlite' ? storage : await openStorage({ url });
  return {
    other,
    [Symbol.asyncDispose]: async () => {
      if (other !== storage) await other[Symbol.asyncDispose]();
    },
  };
}

async function aKeyedSession(storage: Storage): Promise<NewSession> {
  const session = aSession(await storedAgent(storage));
  return { ...session, start: { key: anId(), body: 'body', executionId: 'exec_1' } };
}

async function anExpiredSession(storage: Storage): Promise<SessionRow> {
  const session = await storedSession(storage);
  await outcomeOf(storage, aCommit(session, { kind: 'once' }));
  await storage.sessions.expire([session.id], { at: now });
  return session;
}
