import { expect } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { aCommit, now, outcomeOf, storedSession, storedSessions, type TestStorage } from './storage-fixtures.ts';

/** Which node runs a session. */
export function describeLeases(testStorage: TestStorage): void {
  testStorage('a claim is refused while another live node holds the session', async (storage) => {
    const session = await storedSession(storage);
    await storage.nodes.renew('node-a', now + 30_000);
    expect(await outcomeOf(storage, aCommit(session))).toBe('committed');
    expect(await outcomeOf(storage, aCommit(session, { length: 1, nodeId: 'node-b' }))).toBe('conflict');
    expect(await outcomeOf(storage, aCommit(session, { length: 1, nodeId: 'node-b', kind: 'once' }))).toBe('conflict');
    expect(await outcomeOf(storage, aCommit(session, { length: 1 }))).toBe('committed');
  });

  testStorage('a claim takes the session of a node that ran out or is removed', async (storage) => {
    const [expired, removed] = await storedSessions(storage, 2);
    await storage.nodes.renew('node-a', now + 10);
    await storage.sessions.commit([aCommit(expired!), aCommit(removed!)]);
    expect(await outcomeOf(storage, aCommit(expired!, { length: 1, nodeId: 'node-b', at: now + 10 }))).toBe('conflict');
    expect(await outcomeOf(storage, aCommit(expired!, { length: 1, nodeId: 'node-b', at: now + 11 }))).toBe(
      'committed',
    );
    await storage.nodes.renew('node-a', now + 30_000);
    await storage.nodes.renew('node-b', now + 30_000);
    expect(await outcomeOf(storage, aCommit(expired!, { length: 2, kind: 'hold' }))).toBe('conflict');
    await storage.nodes.remove('node-a');
    expect(await outcomeOf(storage, aCommit(removed!, { length: 1, nodeId: 'node-b' }))).toBe('committed');
  });

  testStorage('hold and release are refused unless this node holds the session', async (storage) => {
    const session = await storedSession(storage);
    await storage.nodes.renew('node-a', now + 30_000);
    await storage.nodes.renew('node-b', now + 30_000);
    for (const kind of ['hold', 'release'] as const) {
      expect(await outcomeOf(storage, aCommit(session, { kind }))).toBe('conflict');
    }
    await storage.sessions.commit([aCommit(session)]);
    for (const kind of ['hold', 'release'] as const) {
      expect(await outcomeOf(storage, aCommit(session, { length: 1, kind, nodeId: 'node-b' }))).toBe('conflict');
    }
    expect(await outcomeOf(storage, aCommit(session, { length: 1, kind: 'hold' }))).toBe('committed');
  });

  testStorage('a node that ran out or is unknown holds nothing', async (storage) => {
    const session = await storedSession(storage);
    await storage.nodes.renew('node-a', now);
    await storage.sessions.commit([aCommit(session)]);
    expect(await outcomeOf(storage, aCommit(session, { length: 1, kind: 'hold', at: now + 1 }))).toBe('conflict');
    await storage.nodes.remove('node-a');
    expect(await outcomeOf(storage, aCommit(session, { length: 1, kind: 'release' }))).toBe('conflict');
  });

  testStorage('release and once leave the session free', async (storage) => {
    const session = await storedSession(storage);
    await storage.nodes.renew('node-a', now + 30_000);
    await storage.sessions.commit([aCommit(session)]);
    expect(await outcomeOf(storage, aCommit(session, { length: 1, kind: 'release' }))).toBe('committed');
    expect(await outcomeOf(storage, aCommit(session, { length: 2, kind: 'once' }))).toBe('committed');
    expect(await outcomeOf(storage, aCommit(session, { length: 3, nodeId: 'node-b' }))).toBe('committed');
  });

  testStorage('of many claims at once exactly one wins', async (storage, url) => {
    const session = await storedSession(storage);
    await using other = await openStorage({ url });
    const claims = Array.from({ length: 20 }, (_, index) => ({ nodeId: `node-${index}`, set: { updatedAt: index } }));
    for (const { nodeId } of claims) await storage.nodes.renew(nodeId, now + 30_000);
    const outcomes = await Promise.all(
      claims.map((claim, index) => outcomeOf(index % 2 ? storage : other, aCommit(session, claim))),
    );
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
    const stored = await storage.sessions.find(session.projectId, session.id);
    expect(stored).toMatchObject({ journalLength: 1, updatedAt: outcomes.indexOf('committed') });
  });

  testStorage('nodes are listed with the end of their lease', async ({ nodes }) => {
    await nodes.renew('node-b', 1);
    await nodes.renew('node-a', 2);
    await nodes.renew('node-b', 3);
    expect(await nodes.list()).toEqual([
      { id: 'node-a', expiresAt: 2 },
      { id: 'node-b', expiresAt: 3 },
    ]);
    await nodes.remove('node-b');
    await nodes.remove('unknown');
    expect(await nodes.list()).toHaveLength(1);
  });
}
