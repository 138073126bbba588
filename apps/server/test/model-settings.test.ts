import { createModels } from '@octavus/models';
import { expect, test } from 'vitest';
import { sqliteDatabase } from './databases.ts';
import { serveSessions } from './serve-sessions.ts';

const protocol = `
input: { MODEL: { type: string } }
triggers: { go: {} }
agent: { model: MODEL, system: system }
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: system }
    Answer: { block: next-message }
`;

test('[rt.settings.provider] a model of an unknown provider is refused with the session; one without a key fails in the stream', async () => {
  await using database = await sqliteDatabase();
  await using server = await serveSessions({ databaseUrl: database.url, resolve: createModels().resolve });
  const agentId = await server.createAgent({ slug: 'any', name: 'Any', format: 'interactive' }, protocol);
  const open = (MODEL: string) => server.call('POST', '/api/agent-sessions', { agentId, input: { MODEL } });
  const refused = await open('acme/m-1');
  expect(refused.status).toBe(400);
  expect(refused.body.error).toMatchObject({ code: 'VALIDATION_ERROR', issues: [{ path: 'input.MODEL' }] });
  expect(refused.body.error.issues[0].message).toContain('Unknown model provider "acme". Known providers: offline, ');
  const { sessionId } = (await open('anthropic/claude-opus-5')).body;
  const { events } = await server.stream(`/api/agent-sessions/${sessionId}/trigger`, { triggerName: 'go' });
  expect(events.at(-1)).toMatchObject({ type: 'error', code: 'PROVIDER_NOT_CONFIGURED' });
});
