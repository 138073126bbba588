import { OctavusError } from '@octavus/core';
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
  now: () => number = () => 1_000,
) {
  const commits: SessionCommit[] = [];
  const commit = async (commit: SessionCommit) => {
    commits.push(commit);
    return answer(commit);
  };
  const cache = new SessionCache({ readChanges: async () => [] });
  const state = openSession({ sessionId: 's1', kind: 'interactive', input: {}, variables: {}, resources: {} });
  const writer = new SessionWriter({ row, state, nodeId: 'n1', now, groupCommit: { commit }, cache });
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

  const saved: Output = { change: 'part-extended', thread: 'main', messageId: 'm1', index: 0, text: 'x' };

  test('[rt.durable.deltas] the stream waits for partial text that is not stored in time', async () => {
    let ms = 1_000;
    const gates: PromiseWithResolvers<'committed'>[] = [];
    const answer = ({ changes: [change] }: SessionCommit) => {
      if (change?.change !== 'part-extended') return 'committed';
      gates.push(Promise.withResolvers());
      return gates.at(-1)!.promise;
    };
    const { writer } = aWriter(answer, () => ms);
    await writer.write([started]);
    await writer.write([saved]);
    ms += 150;
    await writer.write([saved]);
    ms += 49;
    expect(await writer.write([delta])).toEqual([delta]);
    ms += 1;
    let passed = 0;
    const writing = Promise.resolve(writer.write([delta])).then(() => {
      passed += 1;
    });
    gates[0]!.resolve('committed');
    await new Promise(setImmediate);
    // The second one is not late yet, but is waited for together with the first.
    expect(passed).toBe(0);
    gates[1]!.resolve('committed');
    await writing;
    ms += 1_000;
    expect(await writer.write([delta])).toEqual([delta]);
  });

  test('[rt.durable.deltas] nothing is sent any more once partial text could not be stored', async () => {
    const { writer } = aWriter(({ changes: [change] }) => {
      if (change?.change === 'part-extended') throw new OctavusError('SERVICE_UNAVAILABLE');
      return 'committed';
    });
    await writer.write([started]);
    await writer.write([saved]);
    await new Promise(setImmediate);
    for (let count = 0; count < 2; count += 1) {
      await expect(writer.write([delta])).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    }
  });

  test('a lost lease is SESSION_BUSY and nothing of it is remembered', async () => {
    const { writer, cache } = aWriter(() => 'conflict');
    await expect(writer.write([started])).rejects.toMatchObject({ code: 'SESSION_BUSY' });
    expect((await cache.read({ ...row, journalLength: 0 })).execution).toBeUndefined();
  });
});
