import { type Change, type Output, openSession } from '@octavus/engine';
import { describe, expect, test } from 'vitest';
import type { SessionCommit, SessionRow } from '../storage/storage.ts';
import { SessionCache } from './session-cache.ts';
import { SessionWriter } from './session-writer.ts';

const row: SessionRow = {
  id: 's1',
  projectId: 'p1',
  agentId: 'a1',
  kind: 'interactive',
  status: 'active',
  input: {},
  opening: { variables: {}, resources: {} },
  journalLength: 4,
  execution: undefined,
  createdAt: 0,
  updatedAt: 0,
  lastActivityAt: 0,
};

const started: Change = {
  change: 'execution-started',
  executionId: 'exec_1',
  messageId: 'm1',
  agentVersion: 1,
  triggerName: 'go',
  triggerInput: {},
};
const ended: Change = { change: 'execution-ended', executionId: 'exec_1', status: 'completed' };
const delta: Output = { type: 'text-delta', id: 't', delta: 'x' };

function aWriter(
  answer: (commit: SessionCommit) => 'committed' | 'conflict' | Promise<'committed' | 'conflict'> = () => 'committed',
) {
  const commits: SessionCommit[] = [];
  const commit = async (commit: SessionCommit) => {
    commits.push(commit);
    return answer(commit);
  };
  const cache = new SessionCache({ readChanges: async () => [] });
  const state = openSession({ sessionId: 's1', kind: 'interactive', input: {}, variables: {}, resources: {} });
  const writer = new SessionWriter({ row, state, nodeId: 'n1', now: () => 1_000, groupCommit: { commit }, cache });
  return { writer, commits, cache };
}

describe('what a leg writes', () => {
  test('events alone are passed on untouched and store nothing', async () => {
    const { writer, commits } = aWriter();
    const outputs = [delta];
    expect(await writer.write(outputs)).toBe(outputs);
    expect(commits).toEqual([]);
  });

  test('[rt.execution.lease] the lease is claimed by the first commit, held, and released by the last', async () => {
    const { writer, commits } = aWriter();
    await writer.write([started]);
    await writer.write([{ change: 'variable-set', name: 'A', value: 1 }]);
    await writer.write([ended]);
    expect(commits.map((commit) => commit.lease.kind)).toEqual(['claim', 'hold', 'release']);
    expect(commits.map((commit) => commit.expectedLength)).toEqual([4, 5, 6]);
    expect(commits.map((commit) => commit.set.execution)).toEqual([
      { executionId: 'exec_1', status: 'running' },
      undefined,
      null,
    ]);
  });

  test('a leg that ends in its first commit never holds the lease', async () => {
    const { writer, commits } = aWriter();
    await writer.write([started, ended]);
    expect(commits.map((commit) => commit.lease.kind)).toEqual(['once']);
  });

  test('superseding a waiting execution does not end the leg that begins', async () => {
    const { writer, commits } = aWriter();
    await writer.write([{ change: 'execution-ended', executionId: 'exec_0', status: 'superseded' }, started]);
    expect(commits[0]?.lease.kind).toBe('claim');
  });

  test('[rt.durable.deltas] partial text is stored without a wait, and before whatever comes next', async () => {
    const gate = Promise.withResolvers<'committed'>();
    const { writer, commits } = aWriter((commit) =>
      commit.changes[0]?.change === 'part-extended' ? gate.promise : 'committed',
    );
    await writer.write([started]);
    const events = await writer.write([
      { change: 'part-extended', thread: 'main', messageId: 'm1', index: 0, text: 'x' },
      delta,
    ]);
    expect(events).toEqual([delta]);
    let isEnded = false;
    const end = Promise.resolve(writer.write([ended])).then(() => {
      isEnded = true;
    });
    expect(commits).toHaveLength(3);
    await Promise.resolve();
    expect(isEnded).toBe(false);
    gate.resolve('committed');
    await end;
  });

  test('a lost lease is SESSION_BUSY and nothing of it is remembered', async () => {
    const { writer, cache } = aWriter(() => 'conflict');
    await expect(writer.write([started])).rejects.toMatchObject({ code: 'SESSION_BUSY' });
    expect((await cache.read({ ...row, journalLength: 0 })).execution).toBeUndefined();
  });
});
