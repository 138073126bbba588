import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createIds, type Ids } from '@octavus/core';
import type { ScriptedStep } from '@octavus/engine/testing';
import { expect, test, vi } from 'vitest';
import { machine } from '../../src/executions/node-identity.ts';
import { leaseMs } from '../../src/executions/node-lease.ts';
import { newSession } from '../../src/sessions/new-session.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { ThreadRunKey } from '../../src/storage/workforce.ts';
import { type SessionServer, serveSessions } from '../serve-sessions.ts';
import { serveTokens } from '../serve-tokens.ts';
import { says } from './conversations.ts';
import type { TestDatabase } from './storage.ts';
import { type ThreadServer, textsOf, withAgentKey, wrapCommit } from './workforce-server.ts';

/** What a process left behind that is no more: no server runs while it is made. */
interface Remains {
  readonly storage: Storage;
  readonly ids: Ids;
  readonly agent: { readonly id: string; readonly projectId: string };
  readonly nodeId: string;
}

/** What becomes of runs whose node died or slept. */
export function describeCrashes(openDatabase: () => Promise<TestDatabase>): void {
  /** Servers run before `leave` and after it, never meanwhile. */
  async function afterCrash(
    { before = [], after }: { before?: readonly ScriptedStep[]; after: readonly ScriptedStep[] },
    work: (server: SessionServer, threads: string) => Promise<string>,
    leave: (remains: Remains, threadId: string) => Promise<string>,
    look: (server: ThreadServer, path: string) => Promise<void>,
  ): Promise<void> {
    await using database = await openDatabase();
    let threadId = '';
    let agent = { id: '', projectId: '' };
    {
      await using first = await serveSessions({ databaseUrl: database.url, steps: before });
      agent = { id: first.agentId, projectId: first.projectId };
      threadId = await work(first, `/api/v1/workforce/agents/${agent.id}/threads`);
      first.models.assertDone();
    }
    {
      await using storage = await openStorage({ url: database.url });
      const { pid } = spawnSync(process.execPath, ['--version']);
      const nodeId = `${machine()}:${pid}:gone`;
      threadId = await leave({ storage, agent, nodeId, ids: createIds(randomBytes, Date.now) }, threadId);
    }
    await using second = await serveTokens({ databaseUrl: database.url, steps: after });
    const server = await withAgentKey(second);
    await look(server, `${server.threads}/${threadId}`);
    second.models.assertDone();
  }

  const nothing = async () => '';

  /** A thread whose first run the dead process had taken. */
  async function leaveTaken({ storage, agent, nodeId, ids }: Remains): Promise<string> {
    const opening = { input: {}, opening: { variables: { MOOD: 'calm' }, resources: { NOTES: 'none' } } };
    const session = newSession(agent, opening, { id: ids.resource(), kind: 'thread', now: Date.now() });
    await storage.threadRuns.createThread(session, { message: 'Hi', files: [] });
    expect(await storage.threadRuns.claim(session.id, nodeId)).toMatchObject({ seq: 0, status: 'running', nodeId });
    return session.id;
  }

  test('[http.workforce.recovery] what a dead process took and did not begin is begun, what was queued behind it follows', () =>
    afterCrash(
      { after: [says('One.'), says('Two.')] },
      nothing,
      async (remains) => {
        const threadId = await leaveTaken(remains);
        const second = { message: 'And then?', files: [] };
        expect(await remains.storage.threadRuns.add(threadId, second, Date.now())).toEqual({ isQueued: true });
        return threadId;
      },
      async (server, path) => {
        const thread = await server.settled(path, 'completed');
        expect(textsOf(thread)).toEqual(['user: Hi', 'assistant: One.', 'user: And then?', 'assistant: Two.']);
      },
    ));

  test('[http.workforce.recovery] a run whose process died in the middle has failed, and the thread goes on', () =>
    afterCrash(
      { after: [says('Here.')] },
      nothing,
      async (remains) => {
        const threadId = await leaveTaken(remains);
        await leaveExecution(remains, threadId);
        return threadId;
      },
      async (server, path) => {
        expect(await server.settled(path)).toMatchObject({
          status: 'failed',
          failureReason: 'The run was interrupted',
        });
        await server.send('POST', `${path}/messages`, { message: 'Again' });
        expect(await server.settled(path, 'completed')).toMatchObject({ failureReason: null });
      },
    ));

  test('[http.workforce.recovery] a run that was over when its process died is what it was', () =>
    afterCrash(
      { before: [says('Hello.')], after: [] },
      async (server, threads) => {
        const { body } = await server.call('POST', threads, { message: 'Hi' });
        const isOver = async () =>
          expect((await server.call('GET', `${threads}/${body.threadId}`)).body.status).toBe('completed');
        await vi.waitFor(isOver, { timeout: 15_000, interval: 20 });
        return body.threadId;
      },
      async (remains, threadId) => {
        const { nodeId, storage } = remains;
        const { threadRuns } = storage;
        const { executionId } = (await threadRuns.findCurrent(threadId))!;
        await threadRuns.add(threadId, { message: 'Second', files: [] }, Date.now());
        const second = (await threadRuns.claim(threadId, nodeId))!;
        // Whoever is not the run's node changes nothing.
        await threadRuns.end(second, 'elsewhere', { status: 'failed' });
        expect(await threadRuns.release(second, 'elsewhere')).toBe(false);
        expect(await threadRuns.findCurrent(threadId)).toMatchObject({ seq: 1, status: 'running', nodeId });
        const begun = await beginRun(remains, second, executionId!);
        expect(begun).toBe('committed');
        return threadId;
      },
      async (server, path) => {
        expect((await server.settled(path, 'completed')).messages).toHaveLength(2);
      },
    ));

  test('[http.workforce.claim] a run begins once, and on its node alone', () =>
    afterCrash(
      { after: [says('One.')] },
      nothing,
      async (remains) => {
        const { nodeId, storage } = remains;
        const threadId = await leaveTaken(remains);
        const run = { sessionId: threadId, seq: 0 };
        const elsewhere = { ...remains, nodeId: 'elsewhere' };
        expect(await beginRun(elsewhere, run, 'exec_1')).toBe('conflict');
        expect(await beginRun(remains, { ...run, seq: 1 }, 'exec_1')).toBe('conflict');
        expect(await storage.threadRuns.find(run)).toMatchObject({ nodeId, executionId: undefined });
        expect(await storage.threadRuns.release(run, nodeId)).toBe(true);
        expect(await beginRun(remains, run, 'exec_1')).toBe('conflict');
        expect(await storage.threadRuns.claim(threadId, nodeId)).toMatchObject({ seq: 0 });
        expect(await beginRun(remains, run, 'exec_1')).toBe('committed');
        expect(await beginRun(remains, run, 'exec_2')).toBe('conflict');
        expect(await storage.threadRuns.release(run, nodeId)).toBe(false);
        expect(await storage.threadRuns.find(run)).toMatchObject({ status: 'running', executionId: 'exec_1' });
        return threadId;
      },
      async (server, path) => {
        // There is no such execution.
        expect(await server.settled(path)).toMatchObject({ status: 'failed' });
        await server.send('POST', `${path}/messages`, { message: 'Again' });
        expect(textsOf(await server.settled(path, 'completed'))).toEqual(['user: Again', 'assistant: One.']);
      },
    ));

  test('[http.workforce.claim] a node that slept before it could begin a run does not begin it once another has', async () => {
    await using database = await openDatabase();
    const [asleep, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const wrap = wrapCommit(async (storage, commits) => {
      if (!commits.some(({ threadRun }) => threadRun)) return storage.sessions.commit(commits);
      asleep.resolve();
      await awake.promise;
      return storage.sessions.commit(commits);
    });
    await using sleeper = await serveTokens({ databaseUrl: database.url, steps: [says('Two.')], wrap });
    await using other = await serveSessions({ databaseUrl: database.url, steps: [says('One.')] });
    const first = await withAgentKey(sleeper);
    const path = await first.dispatch('Hi');
    await asleep.promise;
    // For this server the other one's lease has run out.
    other.advance(leaseMs + 1_000);
    await first.settled(path, 'completed');
    awake.resolve();
    // What comes behind it waits for the sleeper to be done.
    await first.send('POST', `${path}/messages`, { message: 'And then?' });
    const thread = await first.settled(path, 'completed');
    expect(textsOf(thread).filter((line) => line.startsWith('user'))).toEqual(['user: Hi', 'user: And then?']);
  }, 30_000);

  test('[http.workforce.claim] of many nodes that would begin a run exactly one does, and only when no earlier one runs', () =>
    afterCrash(
      { after: [] },
      nothing,
      async (remains) => {
        const { threadRuns } = remains.storage;
        const threadId = await leaveTaken(remains);
        await threadRuns.end({ sessionId: threadId, seq: 0 }, remains.nodeId, { status: 'completed' });
        const messages = Array.from({ length: 5 }, (_, index) => ({ message: `${index}`, files: [] }));
        const added = await Promise.all(messages.map((message) => threadRuns.add(threadId, message, Date.now())));
        expect(added.filter((each) => each?.isQueued === false)).toHaveLength(1);
        const heard: string[] = [];
        for (let seq = 1; seq <= messages.length; seq += 1) {
          const claims = Array.from({ length: 10 }, (_, node) => threadRuns.claim(threadId, `node-${node}`));
          const taken = (await Promise.all(claims)).filter((run) => run !== undefined);
          expect(taken.map((run) => run.seq)).toEqual([seq]);
          heard.push(taken[0]!.message);
          await threadRuns.end(taken[0]!, taken[0]!.nodeId!, { status: 'completed' });
        }
        expect(heard.toSorted()).toEqual(messages.map(({ message }) => message));
        expect(await threadRuns.claim(threadId, 'node-1')).toBeUndefined();
        return threadId;
      },
      async (server, path) => {
        expect((await server.settled(path)).status).toBe('completed');
      },
    ));
}

/** An execution that the dead process had begun in the thread. */
async function leaveExecution({ storage, ids, nodeId }: Remains, sessionId: string): Promise<void> {
  const now = Date.now();
  const [executionId, messageId] = [ids.execution(), ids.message()];
  const started = { executionId, messageId, agentVersion: 1, triggerName: 'user-message', triggerInput: {} };
  await storage.nodes.renew(nodeId, now + 60_000);
  const outcome = await storage.sessions.commit([
    {
      sessionId,
      expectedLength: 0,
      changes: [{ change: 'execution-started', ...started }],
      log: [],
      lease: { kind: 'claim', nodeId, now },
      threadRun: { seq: 0, executionId },
      set: { execution: { executionId, status: 'running' }, lastActivityAt: now, updatedAt: now },
    },
  ]);
  expect(outcome).toEqual(['committed']);
}

/** Notes an execution for a run as the node of the remains, with a commit that does nothing else. */
async function beginRun({ storage, nodeId, agent }: Remains, run: ThreadRunKey, executionId: string) {
  const { sessionId, seq } = run;
  const now = Date.now();
  const row = await storage.sessions.find(agent.projectId, sessionId);
  const [outcome] = await storage.sessions.commit([
    {
      sessionId,
      expectedLength: row!.journalLength,
      changes: [],
      log: [],
      lease: { kind: 'once', nodeId, now },
      threadRun: { seq, executionId },
      set: { updatedAt: now },
    },
  ]);
  return outcome;
}
