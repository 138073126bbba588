import { hang, reply, type ScriptedStep, text, toolCall } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import { postgresDatabase, postgresUrl, sqliteDatabase } from '../../../apps/server/test/databases.ts';
import { type SessionServer, serveSessions } from '../../../apps/server/test/serve-sessions.ts';
import type { TestDatabase } from '../../../apps/server/test/suites/storage.ts';
import {
  collect,
  normalizeToolResultOutputFiles,
  OctavusClient,
  type StreamEvent,
  type ToolHandlers,
} from '../src/index.ts';

const says = (answer: string) => reply(text('t', answer));
const asksFor = (...calls: readonly [id: string, name: string, args: object][]) =>
  reply(...calls.map(([id, name, args]) => toolCall(id, name, args as never)));
const findOrder = asksFor(['c1', 'find-order', { order: 'A' }]);

describeAttacks('sqlite', sqliteDatabase);
describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  describeAttacks('postgres', postgresDatabase);
});

/** What goes wrong around the SDK, on the real server: handlers, clients, uploads, and the server itself. */
function describeAttacks(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`attacks on the real server: ${name}`, () => {
    interface Setting {
      server: SessionServer;
      client: OctavusClient;
      sessionId: string;
    }

    const withServer = async (steps: readonly ScriptedStep[], work: (setting: Setting) => Promise<void>) => {
      await using database = await openDatabase();
      await using server = await serveSessions({ databaseUrl: database.url, steps, sessionTtlMs: 3_600_000 });
      // However slow the machine is, a session that is busy is free before these run out.
      const client = new OctavusClient({ baseUrl: server.url, apiKey: server.key, maxRetries: 20 });
      await work({ server, client, sessionId: await client.agentSessions.create(server.agentId) });
      server.models.assertDone();
    };
    const sayTo = ({ client, sessionId }: Setting, tools: ToolHandlers) =>
      client.agentSessions.attach(sessionId, { tools }).trigger('user-message', { USER_MESSAGE: 'Hi' });

    test.each<[string, () => unknown, unknown]>([
      ['nothing', () => undefined, null],
      ['null', () => null, null],
      ['false', () => false, false],
      ['an empty text', () => '', ''],
      ['half a character', () => 'a\ud83d', expect.anything()],
      ['a NUL', () => 'a\u0000b', expect.anything()],
      ['keys of every object', () => JSON.parse('{"__proto__":{"a":1},"constructor":{"b":2}}'), expect.anything()],
      ['a date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
      ['a nest of 60 lists', () => JSON.parse('['.repeat(60) + ']'.repeat(60)), expect.anything()],
      ['6 MB', () => '🌿'.repeat(1_500_000), expect.stringContaining('characters removed')],
    ])('a handler that returns %s', (_name, value, stored) =>
      withServer([findOrder, says('Done.')], async (setting) => {
        const answer = await collect(sayTo(setting, { 'find-order': async () => value() }));
        expect(answer).toMatchObject({ text: 'Done.', finishReason: 'stop' });
        const state = await setting.client.agentSessions.get(setting.sessionId);
        if (state.status === 'expired') throw new Error('expired');
        const part = state.messages.flatMap(({ parts }) => parts).find(({ type }) => type === 'tool-call');
        expect(part?.toolCall?.result ?? null).toEqual(stored);
      }),
    );

    test.each<[string, () => unknown]>([
      ['throws', () => Promise.reject(new Error('No such order'))],
      ['throws nothing', () => Promise.reject(undefined)],
      ['returns a BigInt', async () => 1n],
      [
        'returns itself',
        async () => {
          const loop: { self?: unknown } = {};
          loop.self = loop;
          return loop;
        },
      ],
    ])('a handler that %s: the model is told and goes on', (_name, handler) =>
      withServer([findOrder, says('Sorry.')], async (setting) => {
        const answer = await collect(sayTo(setting, { 'find-order': handler as never }));
        expect(answer).toMatchObject({ text: 'Sorry.', toolResults: [{ error: expect.stringMatching(/./) }] });
      }),
    );

    test('a handler that returns what the server refuses ends with its reason; the session takes the next message', () =>
      withServer([findOrder, says('Again.')], async (setting) => {
        const nest = JSON.parse('['.repeat(1000) + ']'.repeat(1000));
        const answer = await collect(sayTo(setting, { 'find-order': async () => nest }));
        expect(answer.error).toMatchObject({
          errorType: 'validation_error',
          message: 'The body nests deeper than 64 levels',
          retryable: false,
        });
        expect((await collect(sayTo(setting, {}))).text).toBe('Again.');
      }));

    test('a handler that never settles is left; the session takes the next message', () =>
      withServer([findOrder, says('Again.')], async (setting) => {
        const controller = new AbortController();
        const { client, sessionId } = setting;
        const session = client.agentSessions.attach(sessionId, {
          tools: {
            'find-order': () => {
              controller.abort();
              return new Promise(() => undefined);
            },
          },
        });
        const events = await Array.fromAsync(
          session.trigger('user-message', { USER_MESSAGE: 'Hi' }, { signal: controller.signal }),
        );
        expect(events.at(-1)).toEqual({ type: 'finish', finishReason: 'stop' });
        expect((await collect(session.trigger('user-message', { USER_MESSAGE: 'Hello?' }))).text).toBe('Again.');
      }));

    test('a message of a socket that replaces another gets its own answer', () =>
      withServer([hang(text('a', 'Once upon')), says('Second.')], async ({ client, sessionId }) => {
        const session = client.agentSessions.attach(sessionId);
        const message = (said: string) =>
          ({ type: 'trigger', triggerName: 'user-message', input: { USER_MESSAGE: said } }) as const;
        const old: StreamEvent[] = [];
        const { promise: began, resolve: begin } = Promise.withResolvers<void>();
        const first = session.handleSocketMessage(message('One'), {
          onEvent: (event) => {
            old.push(event);
            if (event.type === 'text-delta') begin();
          },
        });
        await began;
        const seen: StreamEvent[] = [];
        await session.handleSocketMessage(message('Two'), { onEvent: (event) => void seen.push(event) });
        await first;
        expect(old.at(-1)?.type).toBe('text-delta');
        expect(seen.filter((event) => event.type === 'text-delta').map(({ delta }) => delta)).toEqual(['Second.']);
        expect(seen.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      }));

    test('two messages at once are both answered, one after the other', () =>
      withServer([says('One.'), says('Two.')], async (setting) => {
        const answers = await Promise.all([collect(sayTo(setting, {})), collect(sayTo(setting, {}))]);
        expect(answers.map((answer) => answer.text).sort()).toEqual(['One.', 'Two.']);
      }));

    test('bodies of a hostile browser are refused with an error event', () =>
      withServer([], async ({ client, sessionId }) => {
        const session = client.agentSessions.attach(sessionId);
        for (const body of [
          {},
          { type: 'trigger' },
          { type: 'trigger', triggerName: '__proto__' },
          { type: 'trigger', triggerName: 'constructor', input: { toString: 1 } },
          { type: 'trigger', triggerName: { $ne: 1 } },
          { type: 'trigger', triggerName: 'user-message', input: 'text' },
          { type: 'continue' },
          { type: 'continue', executionId: 'e', toolResults: 'all' },
          { type: 'continue', executionId: 'nobody', toolResults: [{ toolCallId: 'c' }] },
          { type: 'continue', executionId: 7, toolResults: [null] },
        ]) {
          const events = await Array.fromAsync(session.execute(body as never));
          expect(events, JSON.stringify(body)).toMatchObject([{ type: 'error', retryable: false }]);
        }
      }));

    test('an upload address that has expired is a failed upload; the execution goes on', () =>
      withServer([findOrder, says('Done.')], async ({ server, client, sessionId }) => {
        const move = (url: string) => server.url + url.slice(new URL(url).origin.length);
        const late = Object.assign(Object.create(client.files) as typeof client.files, {
          getUploadUrls: async (...args: Parameters<typeof client.files.getUploadUrls>) => {
            const { files } = await client.files.getUploadUrls(...args);
            server.advance(16 * 60_000);
            return { files: files.map((file) => ({ ...file, uploadUrl: move(file.uploadUrl) })) };
          },
        });
        const outputFiles = [{ name: 'a.txt', mediaType: 'text/plain', size: 3, contentBase64: btoa('abc') }];
        const session = client.agentSessions.attach(sessionId, {
          tools: { 'find-order': async () => ({ outputFiles }) },
          onToolResults: (results) => normalizeToolResultOutputFiles(results, late, sessionId),
        });
        const answer = await collect(session.trigger('user-message', { USER_MESSAGE: 'Hi' }));
        expect(answer).toMatchObject({
          finishReason: 'stop',
          toolResults: [{ result: { outputFiles: [{ name: 'a.txt', error: 'Upload failed' }] } }],
        });
      }));

    test('a start whose answer is lost is repeated and makes one session', () =>
      withServer([says('Hello.')], async ({ server }) => {
        let attempts = 0;
        const fetch: typeof globalThis.fetch = async (url, init) => {
          attempts += 1;
          const response = await globalThis.fetch(url, init);
          if (attempts > 1) return response;
          // Read, so that the execution is over; then lost.
          await response.text();
          throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
        };
        const client = new OctavusClient({ baseUrl: server.url, apiKey: server.key, fetch });
        const created: string[] = [];
        const session = client.agentSessions.start({
          agentId: server.agentId,
          onSessionCreated: (id) => created.push(id),
        });
        await collect(session.trigger('user-message', { USER_MESSAGE: 'Hi' }));
        expect(attempts).toBe(2);
        expect(created).toEqual([session.getSessionId()]);
        const { body } = await server.call('GET', '/api/agent-sessions');
        // One of the setting, one of this test.
        expect(body.sessions).toHaveLength(2);
      }));
  });
}
