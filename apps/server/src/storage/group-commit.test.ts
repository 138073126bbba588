import { expect, test } from 'vitest';
import { aCommit } from '../../test/suites/storage-fixtures.ts';
import { createGroupCommit } from './group-commit.ts';
import type { SessionCommit } from './storage.ts';

type Outcomes = ('committed' | 'conflict')[];

/** Sessions whose transactions end when the test says so. */
function controlledSessions() {
  const groups: { ids: string[]; end: PromiseWithResolvers<Outcomes> }[] = [];
  const started: (() => void)[] = [];
  return {
    groups,
    /** Resolves when the next transaction begins. */
    nextGroup: () => new Promise<void>((resolve) => started.push(resolve)),
    commit(commits: readonly SessionCommit[]): Promise<Outcomes> {
      const end = Promise.withResolvers<Outcomes>();
      groups.push({ ids: commits.map(({ sessionId }) => sessionId), end });
      started.shift()?.();
      return end.promise;
    },
  };
}

const commitOf = (id: string) => aCommit({ id });

test('what is ready in the same moment shares a transaction, and gets its own outcome', async () => {
  const sessions = controlledSessions();
  const group = createGroupCommit(sessions);
  const begun = sessions.nextGroup();
  const outcomes = Promise.all(['a', 'b', 'c'].map((id) => group.commit(commitOf(id))));
  await begun;
  expect(sessions.groups.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
  sessions.groups[0]!.end.resolve(['committed', 'conflict', 'committed']);
  expect(await outcomes).toEqual(['committed', 'conflict', 'committed']);
});

test('while one transaction runs the next group gathers', async () => {
  const sessions = controlledSessions();
  const group = createGroupCommit(sessions);
  const first = sessions.nextGroup();
  const a = group.commit(commitOf('a'));
  await first;
  const second = sessions.nextGroup();
  const later = Promise.all([group.commit(commitOf('b')), group.commit(commitOf('a'))]);
  await new Promise(setImmediate);
  expect(sessions.groups).toHaveLength(1);
  sessions.groups[0]!.end.resolve(['committed']);
  expect(await a).toBe('committed');
  await second;
  expect(sessions.groups[1]!.ids).toEqual(['b', 'a']);
  sessions.groups[1]!.end.resolve(['committed', 'committed']);
  expect(await later).toEqual(['committed', 'committed']);
});

test('an error rejects its group alone', async () => {
  const sessions = controlledSessions();
  const group = createGroupCommit(sessions);
  const first = sessions.nextGroup();
  const failed = Promise.allSettled([group.commit(commitOf('a')), group.commit(commitOf('b'))]);
  await first;
  const second = sessions.nextGroup();
  const next = group.commit(commitOf('c'));
  sessions.groups[0]!.end.reject(new Error('disk full'));
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await second;
  sessions.groups[1]!.end.resolve(['committed']);
  expect(await next).toBe('committed');
});

test('a group is bounded and keeps the order', async () => {
  const sessions = controlledSessions();
  const group = createGroupCommit(sessions);
  const ids = Array.from({ length: 300 }, (_, index) => `s${index}`);
  const outcomes = Promise.all(ids.map((id) => group.commit(commitOf(id))));
  for (let index = 0; index < 3; index += 1) {
    await sessions.nextGroup();
    const { ids: group, end } = sessions.groups[index]!;
    end.resolve(group.map(() => 'committed'));
  }
  expect(await outcomes).toHaveLength(300);
  expect(sessions.groups.map(({ ids }) => ids.length)).toEqual([128, 128, 44]);
  expect(sessions.groups.flatMap(({ ids }) => ids)).toEqual(ids);
});
