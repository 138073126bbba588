import { checkEventGrammar, failure, hang, reply, text, toolCall } from '@octavus/engine/testing';
import { describe, expect, test } from 'vitest';
import { issueApiKey } from '../../src/access/api-keys.ts';
import { type SessionServer, serveSessions } from '../serve-sessions.ts';
import { kindsOf, resultsFor, say, serverOn } from './conversations.ts';
import type { TestDatabase } from './storage.ts';
import { aProject } from './storage-fixtures.ts';

const sheetProtocol = `
input:
  PLANT: { type: string }
  TONE: { type: string, enum: [calm, loud], optional: true, default: calm }
variables:
  SHEET: { type: string }
tools:
  read-sensor:
    description: Reads a sensor
    display: stream
    parameters:
      place: { type: string }
steps:
  Open:
    block: start-thread
    thread: draft
    model: anthropic/claude-haiku-4-5
    system: system
    tools: [read-sensor]
    maxSteps: 3
  Ask: { block: add-message, thread: draft, role: user, prompt: ask, input: [PLANT] }
  Draft: { block: next-message, thread: draft, output: SHEET }
output: SHEET
`;

const gardenProtocol = `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
  write: {}
variables:
  SHEET: { type: unknown }
workers:
  sheet-writer: { description: Writing a sheet }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  workers: [sheet-writer]
  agentic: true
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: ask, input: { PLANT: USER_MESSAGE } }
    Answer: { block: next-message }
  write:
    Write: { block: run-worker, worker: sheet-writer, input: { PLANT: fern }, output: SHEET }
`;

const prompts = [
  { name: 'system', content: 'You write care sheets.' },
  { name: 'ask', content: 'About {{PLANT}}.' },
];

interface Settings {
  readonly slug: string;
  readonly format: 'interactive' | 'worker';
}

async function createAgent(server: SessionServer, { slug, format }: Settings, protocol: string): Promise<string> {
  const settings = { slug, name: `Agent ${slug}`, format };
  const { status, body } = await server.call('POST', '/api/agents', { settings, protocol, prompts });
  expect([status, body]).toMatchObject([201, {}]);
  return body.agentId;
}

const createWorker = (server: SessionServer) =>
  createAgent(server, { slug: 'sheet-writer', format: 'worker' }, sheetProtocol);

/** Another project of the server, its worker made with the same slug as ours, and its key. */
async function anotherProject(server: SessionServer) {
  const { storage, ids, clock } = server.services;
  const project = aProject();
  await storage.projects.create(project);
  const permissions = ['agents', 'sessions'] as const;
  const issued = { projectId: project.id, name: 'theirs', permissions, keys: storage.apiKeys, ids, clock };
  const authorization = { authorization: `Bearer ${(await issueApiKey(issued)).key}` };
  const call: SessionServer['call'] = (method, path, body) => server.call(method, path, body, authorization);
  return {
    call,
    stream: (path: string, body: object) => server.stream(path, body, authorization),
    createWorker: () => createWorker({ ...server, call }),
  };
}

const start = (input: object = { PLANT: 'fern' }) => ({ type: 'start', input });
const v4 = { 'x-octavus-sdk-version': '4' };
const measures = (id = 'call_1') => reply(toolCall(id, 'read-sensor', { place: 'sill' }));
const answers = (answer: string) => reply(text('t', answer));

/** Workers over HTTP: runs of their own and inside sessions (http-api.md 8, runtime-semantics.md 18). */
export function describeWorkerApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  const withServer = serverOn(openDatabase);

  describe(`workers: ${name}`, () => {
    test('[rt.worker.session] [sse.event.usage] [http.workers.start] a run streams from start to usage and can be read afterwards', () =>
      withServer({ steps: [answers('Wipe it.')] }, async (server) => {
        const agentId = await createWorker(server);
        const { events, headers } = await server.stream('/api/agents/sheet-writer/execute?by=slug', start());
        checkEventGrammar(events, { kind: 'worker' });
        const [first] = events;
        const runId = first?.type === 'start' ? first.executionId! : '';
        expect(headers.get('x-octavus-session-id')).toBe(runId);
        expect(events.at(-3)).toEqual({ type: 'worker-result', workerId: runId, output: 'Wipe it.' });
        expect(events.at(-1)).toEqual({
          type: 'usage',
          cost: {
            currency: 'USD',
            bandwidthFee: 0,
            providerFee: 0,
            totalFee: 0,
            byok: true,
            estimatedProviderFee: expect.closeTo(0.000035, 9),
          },
          tokens: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
        });
        const { body: session } = await server.call('GET', `/api/agent-sessions/${runId}`);
        expect(session).toMatchObject({
          id: runId,
          agentId,
          status: 'active',
          input: { PLANT: 'fern', TONE: 'calm' },
          variables: { SHEET: 'Wipe it.' },
        });
        const { body: logs } = await server.call('GET', `/api/agent-sessions/${runId}/logs`);
        expect(logs.entries[0]).toMatchObject({ type: 'worker-execution', workerInput: { PLANT: 'fern' } });
        expect(logs.entries.at(-1)).toMatchObject({ type: 'worker-output', workerOutput: 'Wipe it.' });
        for (const [method, path] of [
          ['POST', 'trigger'],
          ['POST', 'abort'],
        ] as const) {
          expect((await server.call(method, `/api/agent-sessions/${runId}/${path}`, say('Hi'))).status).toBe(400);
        }
      }));

    test('[http.workers.continue] a paused run is continued, also after a restart and an update, and only once', () =>
      withServer({ steps: [measures()] }, async (server, databaseUrl) => {
        const agentId = await createWorker(server);
        const path = `/api/agents/${agentId}/execute`;
        const first = await server.stream(path, start());
        checkEventGrammar(first.events, { kind: 'worker' });
        expect(first.events.at(-2)).toMatchObject({ type: 'tool-request', toolCalls: [{ toolName: 'read-sensor' }] });
        const update = { protocol: sheetProtocol.replace('Draft: {', 'Redraft: {') };
        expect((await server.call('PATCH', `/api/agents/${agentId}`, update)).status).toBe(200);
        await using other = await serveSessions({ databaseUrl, steps: [answers('Dry.')] });
        const { executionId } = first.events[0] as { executionId: string };
        const more = { type: 'continue', executionId, toolResults: resultsFor(first.events) };
        const second = await other.stream(path, more);
        checkEventGrammar(second.events, { kind: 'worker' });
        expect(second.events[2]).toMatchObject({ type: 'block-start', blockName: 'Draft' });
        expect(second.events.at(-3)).toMatchObject({ type: 'worker-result', output: 'Dry.' });
        expect(second.events.at(-1)).toMatchObject({ tokens: { inputTokens: 20, outputTokens: 10 } });
        expect((await other.stream(path, more)).body.code).toBe('EXECUTION_NOT_RESUMABLE');
        other.models.assertDone();
      }));

    test('[http.workers.repeat] a continuation whose reader left is accepted once more', () =>
      withServer({ steps: [measures(), hang(text('t', 'Dr').slice(0, 2)), answers('Dry.')] }, async (server) => {
        const path = `/api/agents/${await createWorker(server)}/execute`;
        const first = await server.stream(path, start());
        const { executionId } = first.events[0] as { executionId: string };
        const more = { type: 'continue', executionId, toolResults: resultsFor(first.events) };
        const leg = await server.open(path, more);
        await leg.until(({ type }) => type === 'text-delta');
        leg.disconnect();
        const again = await server.stream(path, more);
        expect(again.events.at(-3)).toMatchObject({ type: 'worker-result', output: 'Dry.' });
      }));

    test('a failed run ends with its result and the error', () =>
      withServer({ steps: [reply(failure({ errorType: 'permission_error', retryable: false }))] }, async (server) => {
        const { events } = await server.stream(`/api/agents/${await createWorker(server)}/execute`, start());
        checkEventGrammar(events, { kind: 'worker' });
        expect(events.at(-2)).toMatchObject({ type: 'worker-result', error: 'The worker failed: permission_error' });
        expect(events.at(-1)).toMatchObject({ type: 'error', errorType: 'permission_error' });
      }));

    test('a shutdown ends a run with its result and the error', () =>
      withServer({ steps: [hang(text('t', 'Wip').slice(0, 2))] }, async (server) => {
        const leg = await server.open(`/api/agents/${await createWorker(server)}/execute`, start());
        await leg.until(({ type }) => type === 'text-delta');
        await server.services.executions.drain(0);
        const events = await leg.rest();
        checkEventGrammar(events, { kind: 'worker', isAborted: true });
        expect(events.at(-1)).toMatchObject({ type: 'error', code: 'SERVER_SHUTDOWN' });
      }));

    test('[rt.worker.input] [http.workers.refused] what cannot run is refused and leaves nothing', () =>
      withServer({}, async (server) => {
        const agentId = await createWorker(server);
        const path = `/api/agents/${agentId}/execute`;
        const results = [{ toolCallId: 'call_1', result: 1 }];
        const refused: [string, object, number, string][] = [
          [`/api/agents/${server.agentId}/execute`, start(), 400, 'VALIDATION_ERROR'],
          ['/api/agents/unknown/execute', start(), 404, 'NOT_FOUND'],
          [path, {}, 400, 'VALIDATION_ERROR'],
          [path, { type: 'go', input: {} }, 400, 'VALIDATION_ERROR'],
          [path, { type: 'start' }, 400, 'VALIDATION_ERROR'],
          [path, start({}), 400, 'VALIDATION_ERROR'],
          [path, start({ PLANT: 'fern', TONE: 'shrill' }), 400, 'VALIDATION_ERROR'],
          [path, { type: 'continue', executionId: 'unknown', toolResults: results }, 404, 'EXECUTION_NOT_FOUND'],
          [path, { type: 'continue', executionId: 'unknown', toolResults: [] }, 400, 'VALIDATION_ERROR'],
        ];
        for (const [at, body, status, code] of refused) {
          const answer = await server.stream(at, body);
          expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([status, code]);
        }
        const { sessions } = server.services.storage;
        expect(await sessions.listIdle(server.services.clock.now() + 1, 9)).toEqual([]);
      }));

    test('[http.workers.archived] an archived worker starts nothing more, and what waits goes on', () =>
      withServer({ steps: [measures(), answers('Dry.')] }, async (server) => {
        const agentId = await createWorker(server);
        const path = `/api/agents/${agentId}/execute`;
        const first = await server.stream(path, start());
        expect((await server.call('DELETE', `/api/agents/${agentId}`)).status).toBe(200);
        expect((await server.stream(path, start())).status).toBe(404);
        const { executionId } = first.events[0] as { executionId: string };
        const more = { type: 'continue', executionId, toolResults: resultsFor(first.events) };
        expect((await server.stream(path, more)).events.at(-2)).toMatchObject({ finishReason: 'stop' });
      }));

    test('[rt.worker.retention] a run waits as long as a session and is expired then', () =>
      withServer({ steps: [measures()], sessionTtlMs: 1_000 }, async (server) => {
        const path = `/api/agents/${await createWorker(server)}/execute`;
        const first = await server.stream(path, start());
        const { executionId } = first.events[0] as { executionId: string };
        server.advance(1_001);
        const more = { type: 'continue', executionId, toolResults: resultsFor(first.events) };
        expect((await server.stream(path, more)).body.code).toBe('SESSION_EXPIRED');
        expect((await server.call('GET', `/api/agent-sessions/${executionId}`)).body.status).toBe('expired');
      }));

    test('an agent delegates to a worker that pauses, and goes on after a restart', () =>
      withServer(
        {
          steps: [reply(toolCall('call_w', 'sheet-writer', { PLANT: 'fern' })), measures()],
        },
        async (server, databaseUrl) => {
          await createWorker(server);
          const agentId = await createAgent(server, { slug: 'garden', format: 'interactive' }, gardenProtocol);
          const { body: created } = await server.call('POST', '/api/agent-sessions', { agentId });
          const path = `/api/agent-sessions/${created.sessionId}`;
          const first = await server.stream(`${path}/trigger`, say('A sheet, please'));
          checkEventGrammar(first.events);
          const { body: waiting } = await server.call('GET', `${path}?format=ui`, undefined, v4);
          expect(waiting.messages[1].parts).toMatchObject([
            { type: 'worker', status: 'running', parts: [{ type: 'tool-call', status: 'running' }] },
          ]);
          await using other = await serveSessions({ databaseUrl, steps: [answers('Dry.'), answers('Here it is.')] });
          const { executionId } = first.events[0] as { executionId: string };
          const more = { executionId, toolResults: resultsFor(first.events) };
          const second = await other.stream(`${path}/trigger`, more);
          other.models.assertDone();
          checkEventGrammar(second.events);
          expect(kindsOf(second.events).slice(0, 4)).toEqual(['start', 'block-start', 'worker-start', 'block-start']);
          const { body: done } = await other.call('GET', `${path}?format=ui`, undefined, v4);
          expect(done.messages[1].parts).toMatchObject([
            { type: 'worker', status: 'done', output: 'Dry.' },
            { type: 'step-start' },
            { type: 'text', text: 'Here it is.' },
          ]);
        },
      ));

    test('[http.workers.project] workers of another project are not there', () =>
      withServer({ steps: [answers('Theirs.')] }, async (server) => {
        const their = await anotherProject(server);
        const worker = await their.createWorker();
        const run = await their.stream(`/api/agents/${worker}/execute`, start());
        expect(run.events).toContainEqual(expect.objectContaining({ type: 'worker-result', output: 'Theirs.' }));
        const [first] = run.events;
        const runId = first?.type === 'start' ? first.executionId! : '';
        expect((await their.call('GET', `/api/agent-sessions/${runId}`)).status).toBe(200);

        const resume = { type: 'continue', executionId: runId, toolResults: [{ toolCallId: 'call_1', result: 1 }] };
        for (const [method, path, body] of [
          ['POST', `/api/agents/${worker}/execute`, start()],
          ['POST', '/api/agents/sheet-writer/execute?by=slug', start()],
          ['POST', `/api/agents/${worker}/execute`, resume],
          ['GET', `/api/agents/${worker}`],
          ['GET', `/api/agent-sessions/${runId}`],
          ['GET', `/api/agent-sessions/${runId}/logs`],
        ] as const) {
          const answer = await server.call(method, path, body);
          expect([answer.status, answer.body.error.code], `${method} ${path}`).toEqual([404, 'NOT_FOUND']);
        }

        // Nor for an agent that names it: in this project there is no such worker.
        const agentId = await createAgent(server, { slug: 'garden', format: 'interactive' }, gardenProtocol);
        const { body: created } = await server.call('POST', '/api/agent-sessions', { agentId });
        const path = `/api/agent-sessions/${created.sessionId}`;
        const { events } = await server.stream(`${path}/trigger`, { triggerName: 'write' });
        expect(events.at(-1)).toMatchObject({ finishReason: 'stop' });
        const { body } = await server.call('GET', path);
        expect(body.variables.SHEET.error).toContain('sheet-writer');
        expect(server.models.calls).toHaveLength(1);
      }));

    test('[http.workers.wire] old clients get a worker run whole, and of workers in sessions only that they ran', () =>
      withServer({ steps: [answers('Wipe it.'), answers('Wipe it.')] }, async (server) => {
        const worker = await createWorker(server);
        const old = { 'x-octavus-sdk-version': '' };
        const alone = await server.stream(`/api/agents/${worker}/execute`, start(), old);
        expect(kindsOf(alone.events)).toContain('text-delta');
        const agentId = await createAgent(server, { slug: 'garden', format: 'interactive' }, gardenProtocol);
        const { body: created } = await server.call('POST', '/api/agent-sessions', { agentId });
        const path = `/api/agent-sessions/${created.sessionId}/trigger`;
        const { events } = await server.stream(path, { triggerName: 'write' }, old);
        expect(kindsOf(events)).toEqual([
          'start',
          'block-start',
          'worker-start',
          'worker-result',
          'block-end',
          'finish',
        ]);
      }));
  });
}
