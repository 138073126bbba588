import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkEventGrammar } from '@octavus/engine/testing';
import { createModels } from '@octavus/models';
import { describe, expect, test } from 'vitest';
import type { SessionServer } from '../serve-sessions.ts';
import { kindsOf, resultsFor, serverOn } from './conversations.ts';
import type { TestDatabase } from './storage.ts';

/** Example agents from their files, on the model that needs no network. */
export function describeExampleWorkers(name: string, openDatabase: () => Promise<TestDatabase>): void {
  const withServer = serverOn(openDatabase);
  const { resolve } = createModels();

  describe(`example workers on the offline model: ${name}`, () => {
    test('a worker writes a structured note', () =>
      withServer({ resolve }, async (server) => {
        const agentId = await createExample(server, 'handover-note');
        const input = { BRIEF: 'Mild fever since Monday.', URGENCY: 'today' };
        const { events } = await server.stream(`/api/agents/${agentId}/execute`, { type: 'start', input });
        checkEventGrammar(events, { kind: 'worker' });
        expect(events.at(-3)).toMatchObject({
          type: 'worker-result',
          output: { headline: expect.any(String), observations: expect.any(Array) },
        });
        expect(events.at(-1)).toMatchObject({ type: 'usage', cost: { estimatedProviderFee: 0 } });
      }));

    test('a pipeline researches, writes, paints and publishes', () =>
      withServer({ resolve }, async (server) => {
        const agentId = await createExample(server, 'listing-studio');
        const path = `/api/agents/${agentId}/execute`;
        const input = { ADDRESS: 'Larkspur Lane 4', FACTS: { rooms: 3 }, RESEARCH_MODEL: 'offline/instant' };
        let leg = await server.stream(path, { type: 'start', input });
        for (let legs = 0; legs < 8 && leg.events.at(-1)?.type === 'finish'; legs += 1) {
          checkEventGrammar(leg.events, { kind: 'worker' });
          const { executionId } = leg.events[0] as { executionId: string };
          const toolResults = resultsFor(leg.events, { url: 'https://listings.example/4', draftId: 'd4' });
          leg = await server.stream(path, { type: 'continue', executionId, toolResults });
        }
        checkEventGrammar(leg.events, { kind: 'worker' });
        expect(leg.events.at(-3)).toMatchObject({ output: { url: 'https://listings.example/4', draftId: 'd4' } });
        expect(leg.events.at(-1)?.type).toBe('usage');
      }));

    test('a front desk hands over through a worker and goes on with the note', () =>
      withServer({ resolve }, async (server) => {
        await createExample(server, 'handover-note');
        const agentId = await createExample(server, 'clinic-front-desk');
        const input = { CLINIC_NAME: 'Larkspur', SUMMARY_MODEL: 'offline/instant' };
        const { body: created } = await server.call('POST', '/api/agent-sessions', { agentId, input });
        const path = `/api/agent-sessions/${created.sessionId}/trigger`;
        const first = await server.stream(path, { triggerName: 'request-nurse', input: { URGENCY: 'now' } });
        checkEventGrammar(first.events);
        expect(kindsOf(first.events)).toEqual(
          expect.arrayContaining(['worker-start', 'worker-result', 'tool-request']),
        );
        const { executionId } = first.events[0] as { executionId: string };
        const second = await server.stream(path, { executionId, toolResults: resultsFor(first.events) });
        checkEventGrammar(second.events);
        expect(second.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
        const { body } = await server.call('GET', `/api/agent-sessions/${created.sessionId}`);
        expect(body.variables).toMatchObject({ NOTE: { headline: expect.any(String) }, CALLBACK: { percent: 41 } });
      }));
  });
}

const examples = join(import.meta.dirname, '../../../../packages/protocol/test/fixtures/agents');

/** Its models are replaced: the ones it names need a provider. */
async function createExample(server: SessionServer, folder: string): Promise<string> {
  const read = (path: string) => readFile(join(examples, folder, path), 'utf8');
  const files = await readdir(join(examples, folder, 'prompts'), { recursive: true });
  const names = files.filter((file) => file.endsWith('.md'));
  const body = {
    settings: JSON.parse(await read('settings.json')),
    protocol: (await read('protocol.yaml')).replaceAll(/(?:anthropic|openai|google)\/[\w.-]+/g, 'offline/instant'),
    prompts: await Promise.all(
      names.map(async (file) => ({ name: file.slice(0, -3), content: await read(join('prompts', file)) })),
    ),
  };
  const created = await server.call('POST', '/api/agents', body);
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  return created.body.agentId;
}
