import { beforeAll, describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { find, readPieces, readUntil, textOf } from '../support/leg.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
const say = (text: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: text } });
let agentId: string;

beforeAll(async () => {
  agentId = await setting.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5'));
  setting.models.onMessage('speak for long', { content: 'word '.repeat(60) }, { chunkSize: 5, latency: 150 });
  setting.models.onMessage('speak a little', { content: 'word '.repeat(10) }, { chunkSize: 5, latency: 150 });
  setting.models.onMessage('be quick', { content: 'Quick.' });
});

test('[http.trigger.busy] a second trigger is refused after 5 s, a third at the same time too, and the first goes on', async () => {
  const sessionId = await setting.api.createSession(agentId);
  const path = `/api/agent-sessions/${sessionId}/trigger`;
  const pieces = readPieces(await setting.api.open('POST', path, { body: say('speak for long') }));
  await readUntil(pieces, (text) => text.includes('text-delta'));
  const began = performance.now();
  const answers = await Promise.all([
    setting.api.post(path, say('be quick')),
    setting.api.post(path, say('be quick'), { headers: { 'X-Octavus-Sdk-Version': '4' } }),
  ]);
  expect(performance.now() - began).toBeGreaterThan(4500);
  expect(answers.map((answer) => answer.status)).toEqual([429, 429]);
  expect(answers.map((answer) => answer.headers.get('retry-after'))).toEqual(['2', '2']);
  expect(answers[0]?.json.error.code).toBe('SESSION_BUSY');
  expect(answers[1]?.json.code).toBe('SESSION_BUSY');
  expect(await readUntil(pieces, () => false)).toContain('"finishReason":"stop"');
  const { messages } = (await setting.api.get(`/api/agent-sessions/${sessionId}`)).json;
  expect(messages.map((message: { content: string }) => message.content)).toEqual([
    'speak for long',
    'word '.repeat(60),
  ]);
});

test('[http.trigger.queue] triggers that come at once run one after another', async () => {
  const sessionId = await setting.api.createSession(agentId);
  const legs = await Promise.all([
    setting.api.trigger(sessionId, say('speak a little')),
    setting.api.trigger(sessionId, say('be quick')),
  ]);
  expect(legs.map((leg) => find(leg.events, 'finish').finishReason)).toEqual(['stop', 'stop']);
  const { messages } = (await setting.api.get(`/api/agent-sessions/${sessionId}`)).json;
  const roles = messages.map((message: { role: string }) => message.role);
  expect(roles).toEqual(['user', 'assistant', 'user', 'assistant']);
});

test('[http.trigger.busy] reading does not wait for a running execution, and shows it', async () => {
  const sessionId = await setting.api.createSession(agentId);
  const response = await setting.api.open('POST', `/api/agent-sessions/${sessionId}/trigger`, {
    body: say('speak for long'),
  });
  const pieces = readPieces(response);
  await readUntil(pieces, (text) => text.includes('text-delta'));
  // Whoever waited for its end would see none.
  const state = (await setting.api.get(`/api/agent-sessions/${sessionId}?format=ui`)).json;
  expect(state.status).toBe('active');
  expect(state.execution).toMatchObject({ status: 'running' });
  expect((await setting.api.post(`/api/agent-sessions/${sessionId}/abort`)).json.aborted).toBe(true);
  await readUntil(pieces, () => false);
});

describe('many sessions', () => {
  test('[http.auth.project] answers of sessions and projects that run at once do not mix', async () => {
    await setting.server.admin('projects', 'create', 'next-door', '--name', 'Next door', '--json');
    const neighbour = setting.api.as((await setting.server.createKey('agents,sessions', 'next-door')).key);
    const theirAgent = await neighbour.createAgent(shopDesk('openai/gpt-4.1-mini'));
    setting.models.on(
      { userMessage: /^my number is \d+$/ },
      (request) => {
        const last = JSON.stringify(request.messages.at(-1)?.content);
        return { content: `You are number ${/number is (\d+)/.exec(last)?.[1]}. ${'Once more. '.repeat(20)}` };
      },
      { chunkSize: 4, latency: 3 },
    );
    const runs = Array.from({ length: 24 }, async (_, index) => {
      const [api, agent] = index % 2 === 0 ? [setting.api, agentId] : [neighbour, theirAgent];
      const sessionId = await api.createSession(agent);
      const leg = await api.trigger(sessionId, say(`my number is ${index}`));
      const { messages } = (await api.get(`/api/agent-sessions/${sessionId}?format=ui`)).json;
      return {
        index,
        sessionId,
        said: textOf(leg.events),
        kept: messages.at(-1).parts[0].text,
        sessionOfStart: find(leg.events, 'start').sessionId,
      };
    });
    for (const run of await Promise.all(runs)) {
      expect(run.said).toMatch(new RegExp(`^You are number ${run.index}\\. `));
      expect(run.kept).toBe(run.said);
      expect(run.sessionOfStart).toBe(run.sessionId);
    }
  });
});
