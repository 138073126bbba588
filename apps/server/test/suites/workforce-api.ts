import { type FileReference, OctavusError } from '@octavus/core';
import { failure, finish, hang, reply, text } from '@octavus/engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { routePermissions } from '../../src/http/permissions.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Answer } from '../serve-sessions.ts';
import { serveTokens } from '../serve-tokens.ts';
import { asks, say, says } from './conversations.ts';
import type { TestDatabase } from './storage.ts';
import { describeCrashes } from './workforce-crashes.ts';
import { type ThreadServer, textsOf, withAgentKey, wrapCommit } from './workforce-server.ts';

type Options = Omit<Parameters<typeof serveTokens>[0], 'databaseUrl'>;
type WithServer = (options: Options, work: (server: ThreadServer) => Promise<void>) => Promise<void>;

/** Workforce threads on real HTTP, models that follow a script, and the given database. */
export function describeWorkforce(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`workforce: ${name}`, () => {
    const withServer: WithServer = async (options, work) => {
      await using database = await openDatabase();
      await using server = await serveTokens({ ...options, databaseUrl: database.url });
      await work(await withAgentKey(server));
      server.models.assertDone();
    };
    describeThreads(withServer);
    describeMessages(withServer);
    describeAccess(withServer);
    describeEndings(withServer);
    describeCrashes(openDatabase);
  });
}

function describeThreads(withServer: WithServer): void {
  test('[http.workforce.start] a thread is answered at once and worked on by itself, and is a session of its agent', () =>
    withServer({ steps: [says('On it.')] }, async (server) => {
      const path = await server.dispatch('Water the ferns');
      const thread = await server.settled(path);
      const threadId = path.split('/').at(-1)!;
      expect(Object.keys(thread)).toEqual(['threadId', 'status', 'failureReason', 'messages']);
      expect(thread).toMatchObject({ threadId, status: 'completed', failureReason: null });
      expect(textsOf(thread)).toEqual(['user: Water the ferns', 'assistant: On it.']);
      const { body: session } = await server.call('GET', `/api/agent-sessions/${threadId}?format=ui`);
      expect(session).toMatchObject({ sessionId: threadId, agentId: server.agentId, messages: thread.messages });
      expect((await server.call('GET', `/api/agent-sessions/${threadId}/logs`)).body.total).toBeGreaterThan(0);
    }));

  test('[http.workforce.follow-up] messages run in the order in which they came, one at a time', () => {
    const gate = Promise.withResolvers<void>();
    const one = text('t', 'One.');
    const slow = {
      batches: [one.slice(0, 2), () => gate.promise, [...one.slice(2), ...finish()]],
    } as const;
    return withServer({ steps: [slow, says('Two.'), says('Three.'), says('Four.')] }, async (server) => {
      const path = await server.dispatch('1');
      await server.settled(path, 'running');
      const followUp = (message: string) => server.send('POST', `${path}/messages`, { message });
      const threadId = path.split('/').at(-1);
      for (const message of ['2', '3']) {
        const { status, body } = await followUp(message);
        expect([status, body]).toEqual([202, { threadId, status: 'queued' }]);
      }
      gate.resolve();
      const thread = await server.settled(path);
      expect(textsOf(thread).filter((line) => line.startsWith('user'))).toEqual(['user: 1', 'user: 2', 'user: 3']);
      const later = await followUp('4');
      expect([later.status, later.body]).toEqual([202, { threadId, status: 'running' }]);
      expect(textsOf(await server.settled(path)).at(-1)).toBe('assistant: Four.');
    });
  });

  test('[http.workforce.follow-up] many messages at once all run, each once', () =>
    withServer({ steps: Array.from({ length: 21 }, () => says('Yes.')) }, async (server) => {
      const path = await server.dispatch('first');
      const sent = Array.from({ length: 20 }, (_, index) => `message ${index}`);
      const answers = await Promise.all(sent.map((message) => server.send('POST', `${path}/messages`, { message })));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
      const thread = await server.settled(path);
      const heard = textsOf(thread).filter((line) => line.startsWith('user'));
      expect(heard.toSorted()).toEqual(['first', ...sent].map((line) => `user: ${line}`).toSorted());
    }));

  test('[http.workforce.tools] a call that only a caller could answer gets an error, and the turn goes on', () =>
    withServer({ steps: [asks('call_1'), says('Nobody is there.')] }, async (server) => {
      const thread = await server.settled(await server.dispatch('Where is my order?'));
      expect(thread.status).toBe('completed');
      expect(textsOf(thread).at(-1)).toContain('Nobody is there.');
      const { messages } = server.models.calls[1]!.request;
      expect(JSON.stringify(messages)).toContain('Nobody is attached to run the tool \\"find-order\\".');
    }));

  test('[http.workforce.expiry] a thread does not expire, its session can be cleared all the same', () =>
    withServer({ sessionTtlMs: 60_000, steps: [says('Hello.'), says('Still here.')] }, async (server) => {
      const path = await server.dispatch('Hi');
      await server.settled(path);
      const { storage, clock } = server.services;
      const threadId = path.split('/').at(-1)!;
      server.advance(20 * 60_000);
      expect(await storage.sessions.listIdle(clock.now() - 60_000, 99)).not.toContain(threadId);
      expect((await server.send('GET', path)).body.messages).toHaveLength(2);
      await server.send('POST', `${path}/messages`, { message: 'Still there?' });
      expect((await server.settled(path)).messages).toHaveLength(4);
      expect((await server.call('DELETE', `/api/agent-sessions/${threadId}`)).body.cleared).toBe(true);
      expect((await server.send('GET', path)).status).toBe(404);
      expect((await server.send('POST', `${path}/messages`, { message: 'Hi' })).status).toBe(404);
    }));

  test('[http.workforce.start] an Idempotency-Key makes one thread of two requests', () =>
    withServer({ steps: [says('Once.')] }, async (server) => {
      const send = () => server.call('POST', server.threads, { message: 'Hi' }, { 'idempotency-key': 'k' });
      const [first, again] = [await send(), await send()];
      expect(again.body).toEqual(first.body);
      await server.settled(`${server.threads}/${first.body.threadId}`);
    }));
}

const threadProtocol = (inputs: string, files = '') => `
triggers:
  ask:
    input:
      ${inputs}
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
handlers:
  ask:
    Add: { block: add-message, role: user, prompt: user-message, input: { USER_MESSAGE: QUESTION }${files} }
    Answer: { block: next-message }
`;

function describeMessages(withServer: WithServer): void {
  test('[http.workforce.trigger] a message fires the only trigger that asks for one text, and files come with it', () =>
    withServer({ steps: [says('A fern.')] }, async (server) => {
      const protocol = threadProtocol(
        'QUESTION: { type: string }\n      FILES: { type: "file[]", optional: true }',
        ', files: [FILES]',
      );
      const agentId = await server.createAgent({ slug: 'asked', name: 'Asked', format: 'interactive' }, protocol);
      const path = `/api/v1/workforce/agents/${agentId}/threads`;
      const file: FileReference = { id: 'link-1', mediaType: 'image/png', url: 'https://example.com/fern.png' };
      const { status, body } = await server.call('POST', path, { message: 'What is it?', files: [file] });
      expect(status).toBe(201);
      const thread = await server.settled(`${path}/${body.threadId}`, 'completed');
      expect(textsOf(thread)).toEqual(['user: file What is it?', 'assistant: A fern.']);
    }));

  test('[http.workforce.refused] an unsuited agent, an empty message, a file that is not there are refused', () =>
    withServer({}, async (server) => {
      const create = (slug: string, protocol: string) =>
        server.createAgent({ slug, name: slug, format: 'interactive' }, protocol);
      const two = await create('two', threadProtocol('QUESTION: { type: string }\n      OTHER: { type: string }'));
      const needy = await create(
        'needy',
        `input:\n  NAME: { type: string }\n${threadProtocol('QUESTION: { type: string }')}`,
      );
      const path = (agentId: string) => `/api/v1/workforce/agents/${agentId}/threads`;
      for (const agentId of [two, needy]) {
        const { status, body } = await server.call('POST', path(agentId), { message: 'Hi' });
        expect([status, body.code], agentId).toEqual([400, 'VALIDATION_ERROR']);
      }
      const missing = { id: `file-${'0'.repeat(24)}`, mediaType: 'image/png', url: 'https://example.com/x' };
      for (const body of [
        {},
        { message: '' },
        { message: 7 },
        { message: 'x'.repeat(100_001) },
        { message: 'Hi', files: Array(21).fill(missing) },
        { message: 'Hi', files: [missing] },
      ]) {
        const { status, body: error } = await server.send('POST', server.threads, body);
        expect([status, error.code, typeof error.error]).toEqual([400, 'VALIDATION_ERROR', 'string']);
      }
    }));
}

function describeAccess(withServer: WithServer): void {
  test("[http.workforce.access] an agent's key opens its own threads and nothing else", () =>
    withServer({ steps: [says('Hello.')] }, async (server) => {
      const path = await server.dispatch('Hi');
      await server.settled(path);
      const { foreign, own, stranger, minter } = server;
      const threadId = path.split('/').at(-1);
      const elsewhere = (agentId: string) => `/api/v1/workforce/agents/${agentId}/threads`;
      const statuses = async (credential: string, requests: [string, string][]) =>
        Promise.all(
          requests.map(async ([method, target]) => {
            const body = method === 'POST' ? { message: 'Hi' } : undefined;
            const { status, body: error } = await server.as(credential, method, target, body);
            return `${status} ${error.code ?? error.error?.code}`;
          }),
        );
      expect(
        await statuses(server.agentKey.key, [
          ['POST', elsewhere(foreign.agentId)],
          ['GET', `${elsewhere(foreign.agentId)}/${threadId}`],
          ['GET', `/api/agent-sessions/${threadId}`],
          ['GET', '/api/agents'],
          ['POST', '/api/agent-sessions'],
          ['GET', '/api/models'],
        ]),
      ).toEqual(Array(6).fill('403 FORBIDDEN'));
      for (const route of Object.keys(routePermissions).filter((name) => !/files\/:|workforce/.test(name))) {
        const [method = '', target = ''] = route.split(' ');
        const [answer] = await statuses(server.agentKey.key, [[method, target.replace(/:\w+/, own.agentId)]]);
        expect(answer, route).toBe('403 FORBIDDEN');
      }
      const { token } = await server.mint({ agentId: own.agentId });
      expect(await statuses(token, [['GET', path]])).toEqual(['403 FORBIDDEN']);
      expect(await statuses(minter.key, [['GET', path]])).toEqual(['403 FORBIDDEN']);
      const { key } = await server.issue(['sessions']);
      expect((await server.as(key, 'GET', path)).status).toBe(200);
      expect(
        await statuses(key, [
          ['GET', `${elsewhere(foreign.agentId)}/${threadId}`],
          ['GET', `${elsewhere(stranger.agentId)}/${threadId}`],
          ['POST', elsewhere(stranger.agentId)],
          ['GET', `${server.threads}/${own.sessionId}`],
          ['GET', `${server.threads}/cnothing`],
          ['POST', `${server.threads}/cnothing/messages`],
        ]),
      ).toEqual(Array(6).fill('404 NOT_FOUND'));
      const { storage, clock } = server.services;
      await storage.agentKeys.revoke(server.agentKey.id, clock.now());
      const [good, mistyped] = [server.agentKey.key, `${server.agentKey.key}x`];
      for (const credential of [good, mistyped, 'oct_agt_']) {
        expect(await statuses(credential, [['GET', path]])).toEqual(['401 UNAUTHORIZED']);
      }
    }));

  test('[http.workforce.errors] errors are flat, whatever the request says', () =>
    withServer({}, async (server) => {
      const answers = [
        await server.call('GET', `${server.threads}/cnothing`),
        await server.as('nobody', 'GET', `${server.threads}/cnothing`),
        await server.call('GET', '/api/v1/workforce/nothing'),
      ];
      for (const { body } of answers) expect([typeof body.error, typeof body.code]).toEqual(['string', 'string']);
    }));

  test('[http.workforce.wire] messages come in the shape that the caller reads', () =>
    withServer({ steps: [asks('call_1'), says('Done.')] }, async (server) => {
      const path = await server.dispatch('Hi');
      const base = await server.settled(path);
      const { body: v4 } = await server.call('GET', path, undefined, { 'x-octavus-sdk-version': '4' });
      const kinds = ({ messages }: Answer['body']) =>
        messages.flatMap(({ parts }: { parts: { type: string }[] }) => parts.map(({ type }) => type));
      expect([kinds(base).includes('step-start'), kinds(v4).includes('step-start')]).toEqual([false, true]);
    }));

  test('an archived agent takes no messages, its threads can still be read', () =>
    withServer({ steps: [says('Hello.')] }, async (server) => {
      const path = await server.dispatch('Hi');
      await server.settled(path);
      await server.call('DELETE', `/api/agents/${server.agentId}`);
      expect((await server.send('GET', path)).status).toBe(200);
      expect((await server.send('POST', server.threads, { message: 'Hi' })).status).toBe(404);
      expect((await server.send('POST', `${path}/messages`, { message: 'Hi' })).status).toBe(404);
    }));
}

function describeEndings(withServer: WithServer): void {
  test('[http.workforce.status] a run that fails says why, and the next one begins', () => {
    const refuses = reply(failure({ errorType: 'validation_error', retryable: false, message: 'No such fern' }));
    return withServer({ steps: [refuses, says('Better.')] }, async (server) => {
      const path = await server.dispatch('Hi');
      const thread = await server.settled(path);
      expect(thread).toMatchObject({ status: 'failed', failureReason: 'No such fern' });
      await server.send('POST', `${path}/messages`, { message: 'Again' });
      expect(await server.settled(path, 'completed')).toMatchObject({ failureReason: null });
    });
  });

  test('[http.workforce.status] a run that is stopped is cancelled', () =>
    withServer({ steps: [hang(text('t', 'Let me see'))] }, async (server) => {
      const path = await server.dispatch('Hi');
      const threadId = path.split('/').at(-1);
      await vi.waitFor(
        async () => {
          const { body } = await server.call('POST', `/api/agent-sessions/${threadId}/abort`);
          expect(body.aborted).toBe(true);
        },
        { timeout: 15_000 },
      );
      expect(await server.settled(path)).toMatchObject({ status: 'cancelled', failureReason: null });
    }));

  test('[http.workforce.status] a message waits while somebody else uses the thread as a session', () => {
    const slow = hang(text('t', 'Let me see'));
    return withServer({ steps: [says('Hello.'), slow, says('Here.')] }, async (server) => {
      const path = await server.dispatch('Hi');
      await server.settled(path);
      const leg = await server.open(`/api/agent-sessions/${path.split('/').at(-1)}/trigger`, say('Me first'));
      await leg.until(({ type }) => type === 'text-delta');
      await server.send('POST', `${path}/messages`, { message: 'Me too' });
      leg.disconnect();
      expect(textsOf(await server.settled(path, 'completed')).at(-1)).toBe('assistant: Here.');
    });
  });

  test('[http.workforce.outage] a database that fails at any of its writes loses no message', async () => {
    for (const method of ['claim', 'find', 'end'] as const) {
      let failures = 1;
      await withServer(
        {
          steps: [says('Hello.')],
          wrap: (storage) => ({
            ...storage,
            threadRuns: {
              ...storage.threadRuns,
              [method]: async (...args: [never, never, never]) => {
                if (failures-- > 0) throw new OctavusError('SERVICE_UNAVAILABLE');
                return storage.threadRuns[method](...args);
              },
            },
            [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
          }),
        },
        async (server) => {
          const thread = await server.settled(await server.dispatch('Hi'), 'completed');
          expect(textsOf(thread), method).toEqual(['user: Hi', 'assistant: Hello.']);
        },
      );
    }
  }, 60_000);

  test('[http.workforce.outage] a run that was taken although the answer of the database was lost is begun', () => {
    let losses = 1;
    const wrap = (storage: Storage): Storage => ({
      ...storage,
      threadRuns: {
        ...storage.threadRuns,
        claim: async (...args) => {
          const run = await storage.threadRuns.claim(...args);
          if (run && losses-- > 0) throw new OctavusError('SERVICE_UNAVAILABLE');
          return run;
        },
      },
      [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
    });
    return withServer({ wrap, steps: [says('Hello.')] }, async (server) => {
      const thread = await server.settled(await server.dispatch('Hi'), 'completed');
      expect(textsOf(thread)).toEqual(['user: Hi', 'assistant: Hello.']);
    });
  }, 30_000);

  test('[http.workforce.outage] a run that began although the answer of the database was lost is not begun again', () => {
    let losses = 1;
    const wrap = wrapCommit(async (storage, commits) => {
      const outcomes = await storage.sessions.commit(commits);
      if (commits.some(({ threadRun }) => threadRun) && losses-- > 0) throw new OctavusError('SERVICE_UNAVAILABLE');
      return outcomes;
    });
    return withServer({ wrap, steps: [says('Two.')] }, async (server) => {
      const path = await server.dispatch('1');
      expect(await server.settled(path)).toMatchObject({
        status: 'failed',
        failureReason: 'The run was interrupted',
      });
      await server.send('POST', `${path}/messages`, { message: '2' });
      const thread = await server.settled(path, 'completed');
      expect(textsOf(thread)).toEqual(['user: 1', 'user: 2', 'assistant: Two.']);
    });
  }, 30_000);
}
