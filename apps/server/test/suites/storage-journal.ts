import { expect } from 'vitest';
import { createGroupCommit } from '../../src/storage/group-commit.ts';
import {
  aChange,
  aCommit,
  aLogEntry,
  now,
  outcomeOf,
  storedSession,
  storedSessions,
  type TestStorage,
} from './storage-fixtures.ts';

/** What happened in a session, as it was committed. */
export function describeJournal(testStorage: TestStorage): void {
  testStorage('changes come back in the order of their commits', async (storage) => {
    const session = await storedSession(storage);
    const texts = ['a', '\u0000', '\ud800', '{"x":1}', '{a,"b"}', 'ä🌿', "'", '\\', 'NULL', ''];
    await storage.nodes.renew('node-a', now);
    for (const [length, text] of texts.entries()) {
      await storage.sessions.commit([aCommit(session, { length, changes: [aChange(length), aChange(text)] })]);
    }
    const all = texts.flatMap((text, index) => [aChange(index), aChange(text)]);
    expect(await storage.sessions.readChanges(session.id, 0, texts.length)).toEqual(all);
    expect(await storage.sessions.readChanges(session.id, 2, 4)).toEqual(all.slice(4, 8));
    expect(await storage.sessions.readChanges(session.id, 4, 4)).toEqual([]);
    expect(await storage.sessions.readChanges('unknown', 0, 10)).toEqual([]);
  });

  testStorage('a commit at the wrong length leaves no trace', async (storage) => {
    const session = await storedSession(storage);
    await storage.nodes.renew('node-a', now);
    await storage.sessions.commit([aCommit(session)]);
    const before = await storage.sessions.find(session.projectId, session.id);
    for (const length of [0, 2, -1]) {
      const log = [aLogEntry('late')];
      expect(await outcomeOf(storage, aCommit(session, { length, log, set: { updatedAt: 1 } }))).toBe('conflict');
    }
    expect(await outcomeOf(storage, aCommit({ id: 'unknown' }))).toBe('conflict');
    expect(await storage.sessions.find(session.projectId, session.id)).toEqual(before);
    expect(await storage.sessions.readChanges(session.id, 0, 10)).toEqual([aChange(0)]);
    expect(await storage.sessions.readLog(session.id, { limit: 10, excludeModelRequests: false })).toMatchObject({
      total: 0,
    });
  });

  testStorage('a commit without changes and log entries writes no entry', async (storage) => {
    const session = await storedSession(storage);
    expect(await outcomeOf(storage, aCommit(session, { changes: [], set: { updatedAt: now + 1 } }))).toBe('committed');
    const stored = await storage.sessions.find(session.projectId, session.id);
    expect(stored).toMatchObject({ journalLength: 0, updatedAt: now + 1 });
    expect(await outcomeOf(storage, aCommit(session, { changes: [], log: [aLogEntry('1')] }))).toBe('committed');
    expect(await storage.sessions.readChanges(session.id, 0, 1)).toEqual([]);
  });

  testStorage('one refused commit does not hinder the others of the transaction', async (storage) => {
    const sessions = await storedSessions(storage, 5);
    const commits = sessions.map((session, index) => aCommit(session, { length: index === 2 ? 7 : 0 }));
    const outcomes = ['committed', 'committed', 'conflict', 'committed', 'committed'];
    expect(await storage.sessions.commit(commits)).toEqual(outcomes);
    expect(await storage.sessions.commit([])).toEqual([]);
    const changes = await Promise.all(sessions.map(({ id }) => storage.sessions.readChanges(id, 0, 8)));
    expect(changes.map(({ length }) => length)).toEqual([1, 1, 0, 1, 1]);
  });

  testStorage('several commits of one session in a transaction are written in order', async (storage) => {
    const [session, other] = await storedSessions(storage, 2);
    await storage.nodes.renew('node-a', now);
    const outcomes = await storage.sessions.commit([
      aCommit(session!),
      aCommit(other!),
      aCommit(session!, { length: 1, kind: 'hold' }),
      aCommit(session!, { length: 1, kind: 'hold', changes: [aChange('late')] }),
      aCommit(session!, { length: 2, kind: 'release' }),
    ]);
    expect(outcomes).toEqual(['committed', 'committed', 'committed', 'conflict', 'committed']);
    expect(await storage.sessions.readChanges(session!.id, 0, 9)).toEqual([0, 1, 2].map(aChange));
  });

  testStorage('a transaction that cannot be stored stores nothing', async (storage) => {
    const [session, broken] = await storedSessions(storage, 2);
    const unstorable = aCommit(broken!, { set: { updatedAt: Symbol('never') as never } });
    await expect(storage.sessions.commit([aCommit(session!), unstorable])).rejects.toThrow();
    expect(await storage.sessions.find(session!.projectId, session!.id)).toMatchObject({ journalLength: 0 });
    expect(await outcomeOf(storage, aCommit(session!))).toBe('committed');
  });

  testStorage('the log gives its newest entries, oldest first, and counts all', async (storage) => {
    const session = await storedSession(storage);
    await storage.nodes.renew('node-a', now);
    const entryOf = (index: number) => aLogEntry(`log-${index}`, index % 3 === 0 ? 'model-request' : 'message');
    const entries = Array.from({ length: 30 }, (_, index) => entryOf(index));
    for (let length = 0; length < 15; length += 1) {
      const log = length % 3 === 2 ? [] : entries.splice(0, 3);
      await storage.sessions.commit([aCommit(session, { length, log })]);
    }
    const read = async (limit: number, excludeModelRequests: boolean) => {
      const { entries, total } = await storage.sessions.readLog(session.id, { limit, excludeModelRequests });
      return { ids: entries.map(({ id }) => id), total };
    };
    expect(await read(4, false)).toEqual({ ids: ['log-26', 'log-27', 'log-28', 'log-29'], total: 30 });
    expect(await read(4, true)).toEqual({ ids: ['log-25', 'log-26', 'log-28', 'log-29'], total: 20 });
    expect((await read(3000, false)).ids).toHaveLength(30);
    expect((await read(20, true)).ids[0]).toBe('log-1');
    expect((await read(30, false)).ids[0]).toBe('log-0');
  });

  testStorage('the log of a session without entries is empty', async (storage) => {
    const session = await storedSession(storage);
    const empty = { entries: [], total: 0 };
    expect(await storage.sessions.readLog(session.id, { limit: 5, excludeModelRequests: true })).toEqual(empty);
    await storage.sessions.commit([aCommit(session, { log: [aLogEntry('1', 'model-request')] })]);
    expect(await storage.sessions.readLog(session.id, { limit: 5, excludeModelRequests: true })).toEqual(empty);
  });

  testStorage('a thousand sessions commit in groups', async (storage) => {
    const sessions = await storedSessions(storage, 1_000);
    const group = createGroupCommit(storage.sessions);
    await storage.nodes.renew('node-a', now);
    const outcomes = await Promise.all(
      sessions.flatMap((session) => [
        group.commit(aCommit(session)),
        group.commit(aCommit(session, { length: 1, kind: 'release' })),
      ]),
    );
    expect(new Set(outcomes)).toEqual(new Set(['committed']));
    const last = sessions.at(-1)!;
    expect(await storage.sessions.readChanges(last.id, 0, 9)).toEqual([aChange(0), aChange(1)]);
  });
}
