import type { FileUploadInfo } from '@octavus/core';
import { reply, text, toolCall } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import { serveTokens, type TokenServer } from '../serve-tokens.ts';
import type { TestDatabase } from './storage.ts';

/** An agent that is given a photo at its creation and with every message, and sends for another. */
const photoProtocol = `
input:
  PLACE: { type: file, optional: true }
triggers:
  user-message:
    input:
      PHOTO: { type: file, optional: true }
tools:
  take-photo:
    description: Takes a photo
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  tools: [take-photo]
  agentic: true
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: user-message
      files: [PHOTO]
    Answer:
      block: next-message
`;

/** What a scoped credential may touch besides sessions, on real HTTP and the given database. */
export function describeReach(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`reach of a credential: ${name}`, () => {
    const withServer = async (work: (server: PhotoServer) => Promise<void>) => {
      await using database = await openDatabase();
      const steps = [reply(toolCall('call_1', 'take-photo', {})), reply(text('t', 'Nice.'))];
      await using server = await serveTokens({ databaseUrl: database.url, steps });
      const photoAgent = await server.createAgent(
        { slug: 'photos', name: 'Photos', format: 'interactive' },
        photoProtocol,
      );
      await work({ ...server, photoAgent });
    };

    test('[http.files.scope] a token names files of its session, or of its agent, and no others', () =>
      withServer(async (server) => {
        const [mine, sibling] = [await open(server), await open(server)];
        const { token: forSession } = await server.mint({ agentId: server.photoAgent, sessionId: mine });
        const { token: forAgent } = await server.mint({ agentId: server.photoAgent });
        const files = {
          mine: await upload(server, mine),
          sibling: await upload(server, sibling),
          otherAgent: await upload(server, server.own.sessionId),
        };
        const trigger = (token: string, file: FileUploadInfo) =>
          server.as(token, 'POST', `/api/agent-sessions/${mine}/trigger`, {
            triggerName: 'user-message',
            input: { PHOTO: referenceTo(file) },
          });
        for (const [token, file] of [
          [forSession, files.sibling],
          [forSession, files.otherAgent],
          [forAgent, files.otherAgent],
        ] as const) {
          const refused = await trigger(token, file);
          expect([refused.status, refused.body.error.issues]).toEqual([
            400,
            [{ path: 'input.PHOTO', message: 'This file was never uploaded' }],
          ]);
        }
        const started = await server.as(forAgent, 'POST', '/api/agent-sessions', {
          agentId: server.photoAgent,
          input: { PLACE: referenceTo(files.otherAgent) },
        });
        expect([started.status, started.body.error.issues[0].path]).toEqual([400, 'input.PLACE']);
        const allowed = await server.as(forAgent, 'POST', '/api/agent-sessions', {
          agentId: server.photoAgent,
          input: { PLACE: referenceTo(files.sibling) },
        });
        expect(allowed.status).toBe(201);
        const body = { triggerName: 'user-message', input: { PHOTO: referenceTo(files.mine) } };
        const headers = { authorization: `Bearer ${forSession}` };
        expect((await server.stream(`/api/agent-sessions/${mine}/trigger`, body, headers)).status).toBe(200);
        const results = (file: FileUploadInfo) => ({
          toolResults: [{ toolCallId: 'call_1', result: 1, files: [referenceTo(file)] }],
        });
        const refused = await server.stream(`/api/agent-sessions/${mine}/trigger`, results(files.sibling), headers);
        expect([refused.status, refused.body.issues[0].path]).toEqual([400, 'toolResults.0.files.0']);
        const next = await server.stream(`/api/agent-sessions/${mine}/trigger`, results(files.mine), headers);
        expect(next.status).toBe(200);
      }));

    test('[http.files.scope] a key names every file of its project, and what a token restores has no others than its own', () =>
      withServer(async (server) => {
        const [mine, sibling] = [await open(server), await open(server)];
        const { token } = await server.mint({ agentId: server.photoAgent, sessionId: mine });
        const files = [await upload(server, mine), await upload(server, sibling)];
        const parts = files.map((file) => ({ type: 'file', ...referenceTo(file) }));
        const worker = { type: 'worker', workerId: 'w', workerSlug: 'w', status: 'done', parts };
        const messages = [
          { id: 'm1', role: 'user', status: 'done', createdAt: 0, parts },
          { id: 'm2', role: 'assistant', status: 'done', createdAt: 0, parts: [worker] },
        ];
        const restoredAs = async (credential: string) => {
          const path = `/api/agent-sessions/${mine}`;
          await server.as(credential, 'DELETE', path);
          const restored = await server.as(credential, 'POST', `${path}/restore`, { messages });
          expect(restored.body).toEqual({ sessionId: mine, restored: true });
          const { body } = await server.call('GET', `${path}?format=ui`, undefined, { 'x-octavus-sdk-version': '4' });
          return body.messages.map((message: { parts: { id: string; parts?: { id: string }[] }[] }) =>
            message.parts.flatMap((part) => part.parts?.map(({ id }) => id) ?? part.id),
          );
        };
        const both = files.map(({ id }) => id);
        expect(await restoredAs((await server.issue(['sessions'])).key)).toEqual([both, both]);
        expect(await restoredAs(token)).toEqual([[both[0]], [both[0]]]);
      }));

    test('[http.files.scope] an address that only ends like one of ours opens no file, in this run and in later ones', () =>
      withServer(async (server) => {
        const mine = await open(server);
        const { token } = await server.mint({ agentId: server.photoAgent, sessionId: mine });
        const { id } = await upload(server, server.own.sessionId);
        const forged = {
          id: 'x',
          mediaType: 'image/png',
          url: `${server.url}/api/files/${id}?op=get&exp=9999999999&sig=a`,
        };
        const path = `/api/agent-sessions/${mine}/trigger`;
        const named = { triggerName: 'user-message', input: { PHOTO: forged } };
        expect((await server.stream(path, named, { authorization: `Bearer ${token}` })).status).toBe(200);
        expect((await server.stream(path, { triggerName: 'user-message' })).status).toBe(200);
        const seen = server.models.calls.map(({ request }) => JSON.stringify(request.messages));
        expect(seen).toHaveLength(2);
        for (const messages of seen)
          expect(messages).toContain('It cannot be shown: its address is not an https:// URL.');
      }));

    test('[http.ids.unknown] an id with any characters in it that was never given is not found', () =>
      withServer(async (server) => {
        const odd = ['%00', 'c%00', '%F0%9F%8C%B1', '%0A', '..%2F..', `${'x'.repeat(5000)}`, '%E2%80%AE'];
        for (const id of odd) {
          const answers = await Promise.all([
            server.call('GET', `/api/agent-sessions/${id}`),
            server.call('GET', `/api/agent-sessions/${id}/logs`),
            server.call('DELETE', `/api/agent-sessions/${id}`),
            server.call('POST', `/api/agent-sessions/${id}/abort`),
            server.call('POST', `/api/agent-sessions/${id}/restore`, { messages: [] }),
            server.call('POST', `/api/agent-sessions/${id}/trigger`, { triggerName: 'user-message' }),
            server.call('GET', `/api/agents/${id}`),
            server.call('GET', `/api/agents/${id}?by=slug`),
            server.call('PATCH', `/api/agents/${id}`, {}),
            server.call('DELETE', `/api/agents/${id}`),
            server.call('POST', `/api/agents/${id}/execute`, { type: 'start', input: {} }),
            server.call('POST', '/api/agent-sessions', { agentId: decodeURIComponent(id) }),
            server.call('POST', '/api/files/upload-urls', {
              sessionId: decodeURIComponent(id),
              files: [{ filename: 'a', mediaType: 'text/plain', size: 1 }],
            }),
          ]);
          expect(
            answers.map(({ status, body }) => `${status} ${body.error?.code}`),
            id,
          ).toEqual(answers.map(() => '404 NOT_FOUND'));
        }
        const run = await server.createAgent({ slug: 'run', name: 'Run', format: 'worker' }, workerProtocol);
        const next = { type: 'continue', executionId: 'c\0', toolResults: [{ toolCallId: 'x' }] };
        const answer = await server.call('POST', `/api/agents/${run}/execute`, next);
        expect([answer.status, answer.body.error.code]).toEqual([404, 'EXECUTION_NOT_FOUND']);
      }));
  });
}

type PhotoServer = TokenServer & { readonly photoAgent: string };

const workerProtocol = `
steps:
  Open: { block: start-thread, thread: draft, model: anthropic/claude-haiku-4-5, system: system }
  Draft: { block: next-message, thread: draft }
`;

async function open(server: PhotoServer): Promise<string> {
  const { body } = await server.call('POST', '/api/agent-sessions', { agentId: server.photoAgent });
  return body.sessionId;
}

async function upload(server: TokenServer, sessionId: string): Promise<FileUploadInfo> {
  const files = [{ filename: 'fern.png', mediaType: 'image/png', size: 4 }];
  const { body } = await server.call('POST', '/api/files/upload-urls', { sessionId, files });
  const [info] = body.files;
  const { pathname, search } = new URL(info.uploadUrl);
  const headers = { 'content-type': 'image/png' };
  const put = await fetch(server.url + pathname + search, { method: 'PUT', headers, body: 'fern' });
  expect(put.status).toBe(200);
  return info;
}

function referenceTo({ id, downloadUrl }: FileUploadInfo) {
  return { id, mediaType: 'image/png', url: downloadUrl };
}
