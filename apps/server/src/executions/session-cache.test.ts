import type { Change } from '@octavus/engine';
import { expect, test } from 'vitest';
import type { SessionRow } from '../storage/storage.ts';
import { SessionCache } from './session-cache.ts';

function aRow(overrides: Partial<SessionRow> = {}): SessionRow {
  return {
    id: 's1',
    projectId: 'p1',
    agentId: 'a1',
    kind: 'interactive',
    status: 'active',
    input: {},
    opening: { variables: {}, resources: {} },
    journalLength: 0,
    execution: undefined,
    createdAt: 0,
    updatedAt: 0,
    lastActivityAt: 0,
    ...overrides,
  };
}

/** A journal in which entry n sets N to n, and the ranges that were read of it. */
function aJournal() {
  const reads: Array<[from: number, to: number]> = [];
  const readChanges = async (_id: string, from: number, to: number): Promise<Change[]> => {
    reads.push([from, to]);
    return Array.from({ length: to - from }, (_, index) => ({
      change: 'variable-set',
      name: 'N',
      value: from + index,
    }));
  };
  return { reads, readChanges };
}

test('a state is read once and then comes from memory', async () => {
  const journal = aJournal();
  const cache = new SessionCache(journal);
  await cache.read(aRow({ journalLength: 3 }));
  const state = await cache.read(aRow({ journalLength: 3 }));
  expect(state.variables).toEqual({ N: 2 });
  expect(journal.reads).toEqual([[0, 3]]);
});

test('only what another process added is read on top', async () => {
  const journal = aJournal();
  const cache = new SessionCache(journal);
  await cache.read(aRow({ journalLength: 3 }));
  const state = await cache.read(aRow({ journalLength: 5 }));
  expect(state.variables).toEqual({ N: 4 });
  expect(journal.reads).toEqual([
    [0, 3],
    [3, 5],
  ]);
});

test('a cached state that is ahead of the row is not used', async () => {
  const journal = aJournal();
  const cache = new SessionCache(journal);
  await cache.read(aRow({ journalLength: 5 }));
  const state = await cache.read(aRow({ journalLength: 2 }));
  expect(state.variables).toEqual({ N: 1 });
});

test('a new session needs no read', async () => {
  const journal = aJournal();
  const state = await new SessionCache(journal).read(aRow({ opening: { variables: { A: 1 }, resources: {} } }));
  expect(state.variables).toEqual({ A: 1 });
  expect(journal.reads).toEqual([]);
});

test('the session used longest ago is dropped first', async () => {
  const journal = aJournal();
  const cache = new SessionCache(journal, { capacity: 2 });
  await cache.read(aRow({ id: 'a', journalLength: 1 }));
  await cache.read(aRow({ id: 'b', journalLength: 1 }));
  await cache.read(aRow({ id: 'a', journalLength: 1 }));
  await cache.read(aRow({ id: 'c', journalLength: 1 }));
  await cache.read(aRow({ id: 'a', journalLength: 1 }));
  expect(journal.reads).toHaveLength(3);
  await cache.read(aRow({ id: 'b', journalLength: 1 }));
  expect(journal.reads).toHaveLength(4);
});

/** A journal of which every entry sets a text of so many characters. */
function aJournalOfTexts(length: number) {
  const { reads, readChanges: read } = aJournal();
  const toText = (change: Change): Change => ({ ...change, value: 'x'.repeat(length) }) as Change;
  const readChanges = async (id: string, from: number, to: number) => (await read(id, from, to)).map(toText);
  return { reads, readChanges };
}

test('states that are large together are dropped, those used longest ago first, but never the newest', async () => {
  const journal = aJournalOfTexts(1_000);
  const cache = new SessionCache(journal, { maxBytes: 5_000 });
  await cache.read(aRow({ id: 'a', journalLength: 2 }));
  await cache.read(aRow({ id: 'b', journalLength: 1 }));
  await cache.read(aRow({ id: 'a', journalLength: 2 }));
  await cache.read(aRow({ id: 'b', journalLength: 1 }));
  expect(journal.reads).toHaveLength(2);
  await cache.read(aRow({ id: 'huge', journalLength: 9 }));
  await cache.read(aRow({ id: 'huge', journalLength: 9 }));
  expect(journal.reads).toHaveLength(3);
  await cache.read(aRow({ id: 'a', journalLength: 2 }));
  expect(journal.reads).toHaveLength(4);
});

test('a state grows with what is committed, and a forgotten one takes nothing', async () => {
  const journal = aJournalOfTexts(1_000);
  const cache = new SessionCache(journal, { maxBytes: 5_000 });
  await cache.read(aRow({ id: 'a', journalLength: 1 }));
  const state = await cache.read(aRow({ id: 'b', journalLength: 1 }));
  const change = { change: 'variable-set', name: 'N', value: 'y'.repeat(3_000) } as const;
  cache.store('b', 2, state, [change]);
  await cache.read(aRow({ id: 'a', journalLength: 1 }));
  expect(journal.reads).toHaveLength(3);
  cache.forget('b');
  cache.forget('b');
  await cache.read(aRow({ id: 'c', journalLength: 2 }));
  await cache.read(aRow({ id: 'a', journalLength: 1 }));
  expect(journal.reads).toHaveLength(4);
});

test('a session that was dropped while it ran is read by whoever asks next', async () => {
  const journal = aJournal();
  const cache = new SessionCache(journal, { capacity: 1 });
  const state = await cache.read(aRow({ id: 'a', journalLength: 1 }));
  await cache.read(aRow({ id: 'b', journalLength: 1 }));
  cache.store('a', 2, state, []);
  await cache.read(aRow({ id: 'b', journalLength: 1 }));
  expect(journal.reads).toHaveLength(2);
  expect((await cache.read(aRow({ id: 'a', journalLength: 2 }))).variables).toEqual({ N: 1 });
});
