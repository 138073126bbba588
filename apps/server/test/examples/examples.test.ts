import { createModels } from '@octavus/models';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqliteDatabase } from '../databases.ts';
import { openRecordedProvider, type RecordedProvider } from '../providers/recorded-provider.ts';
import { type SessionServer, serveSessions } from '../serve-sessions.ts';
import { createExample, exampleSlugs, type Mode } from './example-agents.ts';
import { pinned, playExecution } from './play.ts';
import { type Scenario, type StoreFile, scenarios } from './scenarios.ts';

const slugs = await exampleSlugs();

/** One server with all example agents for the tests of a mode. */
function serveExamples(mode: Mode): (scenario: Scenario) => Promise<string> {
  const resources = new AsyncDisposableStack();
  let provider: RecordedProvider;
  let server: SessionServer;
  beforeAll(async () => {
    provider = resources.use(await openRecordedProvider());
    const database = resources.use(await sqliteDatabase());
    const { resolve } = createModels(provider.config);
    server = resources.use(await serveSessions({ databaseUrl: database.url, resolve }));
    server.services.setPublicUrl(server.url);
    for (const slug of slugs) await createExample(server, slug, mode);
  });
  afterAll(() => resources.disposeAsync());
  return async (scenario) => {
    provider.load(mode === 'offline' ? [] : scenario.acts.flatMap(({ recorded }) => recorded));
    const text = await play(server, scenario);
    provider.assertDone();
    return text;
  };
}

async function play(server: SessionServer, { slug, acts, answers, ...scenario }: Scenario): Promise<string> {
  const input = typeof scenario.input === 'function' ? await scenario.input(storeFileOf(server)) : scenario.input;
  const { body: created } = acts.some(({ trigger }) => trigger)
    ? await server.call('POST', '/api/agent-sessions', { agentId: slug, input })
    : { body: undefined };
  const texts: string[] = [];
  for (const { trigger } of acts) {
    const path = trigger ? `/api/agent-sessions/${created.sessionId}/trigger` : `/api/agents/${slug}/execute?by=slug`;
    const legs = await playExecution(server, path, { first: trigger ?? { type: 'start', input }, answers });
    expect(legs.flat().filter(({ type }) => type === 'error')).toEqual([]);
    texts.push(`# ${trigger?.triggerName ?? 'execute'}\n\n${pinned(legs)}`);
  }
  return texts.join('\n');
}

function storeFileOf({ services, projectId, createSession }: SessionServer): StoreFile {
  return async ({ bytes, mediaType, filename }) =>
    services.files.store(bytes, { projectId, sessionId: await createSession(), mediaType, filename });
}

test('every example agent has a scenario', () => {
  expect(scenarios.map(({ slug }) => slug).toSorted()).toEqual(slugs.toSorted());
});

describe.each(['offline', 'recorded'] as const)('example agents on %s models', (mode) => {
  const run = serveExamples(mode);
  test.each(scenarios.map((scenario) => [scenario.slug, scenario] as const))('%s', async (slug, scenario) => {
    await expect(await run(scenario)).toMatchFileSnapshot(`../fixtures/examples/${slug}.${mode}.txt`);
  });
});

describe('the helpdesk', () => {
  const run = serveExamples('recorded');
  const [helpdesk] = scenarios as [Scenario];

  test.each([
    'anthropic/claude-sonnet-4-5',
    'openai/gpt-5.4',
    'google/gemini-2.5-flash',
    'x-ai/grok-4.3',
    'openrouter/openai/gpt-5.4',
    'lab/small',
  ])('has the same events on %s as on every other', async (MODEL) => {
    const text = await run({ ...helpdesk, input: { ...helpdesk.input, MODEL } });
    await expect(withoutArgumentPieces(text)).toMatchFileSnapshot('../fixtures/examples/marina-helpdesk.every-api.txt');
  });
});

/** Google sends arguments in one piece. */
function withoutArgumentPieces(text: string): string {
  return text.replaceAll(/^\{"type":"tool-input-delta".*\n/gm, '');
}
