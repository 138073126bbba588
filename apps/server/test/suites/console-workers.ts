import { describe, expect, test } from 'vitest';
import { serveConsole } from '../serve-console.ts';
import { asks, says } from './conversations.ts';
import type { TestDatabase } from './storage.ts';
import { anId } from './storage-fixtures.ts';

const protocol = `
input:
  TOPIC: { type: string }
variables:
  NOTE: { type: string }
tools:
  find-order:
    description: Finds an order
    parameters:
      order: { type: string }
steps:
  Open: { block: start-thread, thread: draft, model: anthropic/claude-haiku-4-5, system: system, tools: [find-order], maxSteps: 3 }
  Ask: { block: add-message, thread: draft, role: user, prompt: user-message, input: { USER_MESSAGE: TOPIC } }
  Write: { block: next-message, thread: draft, output: NOTE }
output: NOTE
`;

const photos = `
input:
  PHOTO: { type: file }
triggers:
  look: {}
agent: { model: anthropic/claude-haiku-4-5, system: system }
handlers:
  look:
    Answer: { block: next-message }
`;

/** Worker agents in the preview, and what an operator registered, by the console's own API. */
export function describeConsoleWorkers(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`console workers and identity providers: ${name}`, () => {
    test('a developer runs a worker, answers its tool and finds the run like a session; other projects do not have it', async () => {
      await using database = await openDatabase();
      await using server = await serveConsole({ databaseUrl: database.url, steps: [asks('call_1'), says('A note.')] });
      const workerId = await server.createAgent({ slug: 'notes', name: 'Notes', format: 'worker' }, protocol);
      const developer = await server.as('developer');
      const path = `${server.project}/agents/${workerId}/execute`;
      const headers = { authorization: '', cookie: developer.cookie, 'x-octavus-console': '1' };

      const wrong = await developer.call('POST', path, { type: 'start', input: {} });
      expect([wrong.status, wrong.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect(wrong.body.error.message).toContain('TOPIC');

      const first = await server.stream(path, { type: 'start', input: { TOPIC: 'ferns' } }, headers);
      expect(first.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'tool-calls' });
      const { executionId } = first.events[0] as { executionId: string };
      const answer = { type: 'continue', executionId, toolResults: [{ toolCallId: 'call_1', result: 1 }] };
      const rest = await server.stream(path, answer, headers);
      expect(rest.events).toContainEqual(expect.objectContaining({ type: 'worker-result', output: 'A note.' }));

      const run = (await developer.call('GET', `${server.project}/sessions/${executionId}`)).body;
      expect(run).toMatchObject({ session: { kind: 'worker', agent: { id: workerId } }, input: { TOPIC: 'ferns' } });
      const { entries } = (await developer.call('GET', `${server.project}/sessions/${executionId}/timeline`)).body;
      expect(entries.map(({ type }: { type: string }) => type)).toEqual(
        expect.arrayContaining(['worker-execution', 'tool-result', 'worker-output']),
      );

      const stranger = await server.as('stranger');
      const elsewhere = `/console/api/projects/${server.otherProjectId}/agents/${workerId}/execute`;
      const foreign = await stranger.call('POST', elsewhere, { type: 'start', input: { TOPIC: 'ferns' } });
      expect([foreign.status, foreign.body.error.message]).toEqual([404, 'Agent not found']);
      const viewer = await server.as('viewer');
      expect((await viewer.call('POST', path, { type: 'start', input: { TOPIC: 'ferns' } })).status).toBe(403);
    });

    test('files are uploaded before there is a session, which takes them over; what held them is in no list', async () => {
      await using database = await openDatabase();
      await using server = await serveConsole({ databaseUrl: database.url, steps: [] });
      const agentId = await server.createAgent({ slug: 'photos', name: 'Photos', format: 'interactive' }, photos);
      const developer = await server.as('developer');
      const path = `${server.project}/agents/${agentId}/upload-urls`;
      const files = [{ filename: 'fern.png', mediaType: 'image/png', size: 3 }];
      const { body } = await developer.call('POST', path, { files });
      const [file] = body.files;
      const early = { agentId, input: { PHOTO: { id: file.id, mediaType: 'image/png', url: file.downloadUrl } } };
      const tooEarly = await developer.call('POST', `${server.project}/sessions`, early);
      expect([tooEarly.status, tooEarly.body.error.issues[0].path]).toEqual([400, 'input.PHOTO']);
      const { pathname, search } = new URL(file.uploadUrl);
      const headers = { 'content-type': 'image/png' };
      expect((await fetch(server.url + pathname + search, { method: 'PUT', body: 'abc', headers })).status).toBe(200);
      const { sessionId } = (await developer.call('POST', `${server.project}/sessions`, early)).body;

      const { files: stored } = server.services.console.storage;
      expect(await stored.find(file.id)).toMatchObject({ sessionId });
      // Files that are a session's already stay there.
      const second = (await developer.call('POST', `${server.project}/sessions`, early)).body;
      expect(second.sessionId).not.toBe(sessionId);
      expect(await stored.find(file.id)).toMatchObject({ sessionId });
      const { sessions } = (await developer.call('GET', `${server.project}/sessions`)).body;
      expect(sessions.map(({ id }: { id: string }) => id).sort()).toEqual([sessionId, second.sessionId].sort());

      const stranger = await server.as('stranger');
      const elsewhere = `/console/api/projects/${server.otherProjectId}/agents/${agentId}/upload-urls`;
      expect((await stranger.call('POST', elsewhere, { files })).status).toBe(404);
      await developer.call('DELETE', `${server.project}/agents/${agentId}`);
      expect((await developer.call('POST', path, { files })).status).toBe(404);
    });

    test('identity providers of the project are listed as they were registered, those of other projects are not', async () => {
      await using database = await openDatabase();
      await using server = await serveConsole({ databaseUrl: database.url, steps: [] });
      const { storage, clock } = server.services;
      const provider = {
        id: anId(),
        projectId: server.projectId,
        issuer: 'https://login.example.com',
        jwksUrl: undefined,
        algorithms: ['RS256'],
        audience: 'octavus:abcdefghijklmnopqrstuvwx',
        conditions: [{ claim: 'repository', match: 'equals' as const, value: 'larkspur/shop' }],
        agent: { id: server.agentId },
        sessionClaim: undefined,
        maxLifetimeSeconds: 900,
        isEnabled: true,
        createdAt: clock.now(),
      };
      const claimed = {
        ...provider,
        id: anId(),
        audience: 'octavus:b',
        agent: { claim: 'agent' },
        sessionClaim: 'chat',
      };
      const other = { ...provider, id: anId(), audience: 'octavus:c', projectId: server.otherProjectId };
      for (const each of [provider, { ...claimed, createdAt: claimed.createdAt + 1 }, other])
        await storage.identityProviders.create(each);
      await storage.identityProviders.setEnabled(claimed.id, false);

      const developer = await server.as('developer');
      const { body } = await developer.call('GET', `${server.project}/identity-providers`);
      const common = {
        issuer: provider.issuer,
        algorithms: ['RS256'],
        conditions: provider.conditions,
        maxLifetimeSeconds: 900,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      };
      const { id, audience } = provider;
      expect(body.identityProviders).toEqual([
        { ...common, id, audience, isEnabled: true, agent: { id: server.agentId, name: 'Desk' } },
        {
          ...common,
          id: claimed.id,
          audience: 'octavus:b',
          isEnabled: false,
          agent: { claim: 'agent' },
          sessionClaim: 'chat',
        },
      ]);
    });
  });
}
