import { hang, reply, text } from '@octavus/engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from '../../../apps/server/test/databases.ts';
import {
  type ServeSessionsOptions,
  type SessionServer,
  serveSessions,
} from '../../../apps/server/test/serve-sessions.ts';
import type { TestDatabase } from '../../../apps/server/test/suites/storage.ts';
import { ApiError, OctavusClient } from '../src/index.ts';

const says = (answer: string) => reply(text('t', answer));

describeWorkforce('sqlite', sqliteDatabase);
describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeWorkforce('postgres', postgresDatabase);
});

/** The workforce API of the SDK on the real server. */
function describeWorkforce(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`workforce on the real server: ${name}`, () => {
    const withServer = async (
      steps: NonNullable<ServeSessionsOptions['steps']>,
      work: (setting: { server: SessionServer; client: OctavusClient; agentId: string }) => Promise<void>,
    ) => {
      await using database = await openDatabase();
      await using server = await serveSessions({ databaseUrl: database.url, steps });
      const client = new OctavusClient({ baseUrl: server.url, apiKey: server.key });
      await work({ server, client, agentId: server.agentId });
      server.models.assertDone();
    };

    test('run dispatches, waits and gives the messages; followUp goes on in the same thread', () =>
      withServer([says('The fern is watered.'), says('The rose, too.')], async ({ client, agentId }) => {
        const done = await client.workforce.run(agentId, 'Water the fern', { pollIntervalMs: 10 });
        expect(done).toMatchObject({ status: 'completed', failureReason: null });
        expect(done.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
        expect(done.messages[0]?.createdAt).toBeInstanceOf(Date);
        expect(done.messages[1]?.parts).toContainEqual(expect.objectContaining({ text: 'The fern is watered.' }));

        const { threadId } = done;
        expect((await client.workforce.followUp(agentId, threadId, 'And the rose')).threadId).toBe(threadId);
        const more = await client.workforce.waitForCompletion(agentId, threadId, { pollIntervalMs: 10 });
        expect(more.messages).toHaveLength(4);
        expect(more.messages.at(-1)?.parts).toContainEqual(expect.objectContaining({ text: 'The rose, too.' }));
      }));

    test('waiting can be given up, and the thread goes on', () =>
      withServer([hang(text('t', 'Half'))], async ({ server, client, agentId }) => {
        const { threadId, status } = await client.workforce.dispatch(agentId, 'Think');
        expect(['queued', 'pending', 'running']).toContain(status);
        const stop = new AbortController();
        const waiting = client.workforce.waitForCompletion(agentId, threadId, {
          pollIntervalMs: 10,
          signal: stop.signal,
        });
        stop.abort(new Error('enough'));
        await expect(waiting).rejects.toThrow('enough');
        await vi.waitFor(() => server.models.assertDone(), { timeout: 15_000 });
        expect((await client.workforce.getThread(agentId, threadId)).status).toBe('running');
      }));

    test('unknown agents and threads, and an empty message, are refused with status and code', () =>
      withServer([], async ({ client, agentId }) => {
        const refused = async (work: Promise<unknown>) => {
          const error = await work.catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(ApiError);
          const { status, code } = error as ApiError;
          return [status, code];
        };
        expect(await refused(client.workforce.dispatch('cnobody', 'Hi'))).toEqual([404, 'NOT_FOUND']);
        expect(await refused(client.workforce.getThread(agentId, 'cnothing'))).toEqual([404, 'NOT_FOUND']);
        expect(await refused(client.workforce.followUp(agentId, 'cnothing', 'Hi'))).toEqual([404, 'NOT_FOUND']);
        expect(await refused(client.workforce.dispatch(agentId, ''))).toEqual([400, 'VALIDATION_ERROR']);
      }));
  });
}
