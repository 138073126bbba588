import { beforeAll, describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { find } from '../support/leg.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
const models = () => setting.models;
let agentId: string;
let slug: string;

beforeAll(async () => {
  const definition = shopDesk('anthropic/claude-sonnet-4-5');
  slug = definition.settings.slug;
  agentId = await setting.api.createAgent(definition);
});

const say = (text: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: text } });
const base = {};
const v4 = { headers: { 'X-Octavus-Sdk-Version': '4' } };

describe('creating', () => {
  test('[http.sessions.create] [http.ids] an agent is named by id or slug', async () => {
    for (const name of [agentId, slug]) {
      const answer = await setting.api.post('/api/agent-sessions', { agentId: name });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual({ sessionId: expect.stringMatching(/^c[a-z0-9]{23}$/) });
    }
  });

  test('[http.sessions.create-input] input is converted where that loses nothing, and refused otherwise', async () => {
    const sessionId = await setting.api.createSession(agentId, { SHOP_NAME: 42 });
    expect((await setting.api.get(`/api/agent-sessions/${sessionId}`)).json.input).toEqual({ SHOP_NAME: '42' });
    const refused = await setting.api.post('/api/agent-sessions', { agentId, input: { SHOP_NAME: { not: 'text' } } });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues).toEqual([{ path: 'input.SHOP_NAME', message: expect.any(String) }]);
  });

  test('[http.sessions.create-unknown] an agent that does not exist is 404', async () => {
    expect((await setting.api.post('/api/agent-sessions', { agentId: 'nobody' })).text).toBe(
      '{"error":{"code":"NOT_FOUND","message":"Agent not found"}}',
    );
  });
});

describe('reading', () => {
  test('[http.sessions.get] [http.wire.base] the full state is what the 2.0 schemas accept', async () => {
    models().onMessage('what is open today', { content: 'We open at nine.' });
    const sessionId = await setting.api.createSession(agentId);
    await setting.api.trigger(sessionId, say('what is open today'));
    const state = (await setting.api.get(`/api/agent-sessions/${sessionId}`, base)).json;
    expect(state).toMatchObject({
      id: sessionId,
      sessionId,
      agentId,
      input: { SHOP_NAME: 'Freewheel' },
      variables: {},
      resources: { LAST_TOPIC: '' },
    });
    expect(state.status).toBe('active');
    expect(state.messages).toHaveLength(2);
    const [user, assistant] = state.messages;
    expect(user).toMatchObject({
      role: 'user',
      content: 'what is open today',
      parts: [{ type: 'text', visible: true }],
    });
    expect(assistant).toMatchObject({ role: 'assistant', content: 'We open at nine.', visible: true });
    expect(assistant.parts).toEqual([
      expect.objectContaining({ type: 'text', visible: true, content: 'We open at nine.' }),
    ]);
    expect(user.id < assistant.id).toBe(true);
    expect(JSON.stringify(state)).not.toContain(':null');
  });

  test('[http.sessions.get-ui] format=ui leaves hidden content out', async () => {
    models().onMessage('The workshop answered', { content: 'Your stand is booked.' });
    const sessionId = await setting.api.createSession(agentId);
    const first = await setting.api.trigger(sessionId, { triggerName: 'book-stand', input: { DAY: 'monday' } });
    const [call] = find(first.events, 'tool-request').toolCalls;
    await setting.api.trigger(sessionId, {
      executionId: find(first.events, 'start').executionId,
      toolResults: [{ toolCallId: call.toolCallId, result: { stand: 3 } }],
    });
    const ui = (await setting.api.get(`/api/agent-sessions/${sessionId}?format=ui`)).json;
    expect(Object.keys(ui).sort()).toEqual(['agentId', 'messages', 'sessionId', 'status']);
    expect(JSON.stringify(ui)).not.toContain('[Internal]');
    expect(ui.messages.map((message: { role: string }) => message.role)).not.toContain('system');
    expect(JSON.stringify((await setting.api.get(`/api/agent-sessions/${sessionId}`)).json)).toContain('[Internal]');
    expect((await setting.api.get(`/api/agent-sessions/${sessionId}?format=xml`)).status).toBe(400);
  });

  test('[http.wire.v4] step markers and no legacy fields for version 4', async () => {
    models().on(
      { userMessage: 'two steps please', hasToolResult: false },
      { toolCalls: [{ name: 'find-order', arguments: { orderNo: 'A-1' } }] },
    );
    models().on({ userMessage: 'two steps please', hasToolResult: true }, { content: 'Found it.' });
    const sessionId = await setting.api.createSession(agentId);
    const first = await setting.api.trigger(sessionId, say('two steps please'));
    const [call] = find(first.events, 'tool-request').toolCalls;
    await setting.api.trigger(sessionId, {
      executionId: find(first.events, 'start').executionId,
      toolResults: [{ toolCallId: call.toolCallId, result: { ok: true } }],
    });
    const read = async (options: object) =>
      (await setting.api.get(`/api/agent-sessions/${sessionId}`, options)).json.messages.at(-1);
    const partTypes = (message: { parts: { type: string }[] }) => message.parts.map((part) => part.type);
    expect(partTypes(await read(base))).toEqual(['tool-call', 'text']);
    expect(partTypes(await read(v4))).toEqual(['tool-call', 'step-start', 'text']);
    expect(await read(v4)).not.toHaveProperty('visible');
  });

  test.each(['nobody', 'cs3w8r1y6b0j5k9f4g2m7p0x', 'x'.repeat(300)])(
    '[http.sessions.get-unknown] session %s is 404',
    async (id) => {
      expect((await setting.api.get(`/api/agent-sessions/${id}`)).json.error.code).toBe('NOT_FOUND');
    },
  );

  test('[http.sessions.waiting] both formats show what a waiting execution waits for', async () => {
    const sessionId = await setting.api.createSession(agentId);
    const leg = await setting.api.trigger(sessionId, {
      triggerName: 'book-stand',
      input: { DAY: 'tuesday', HOURS: 2 },
    });
    const { executionId } = find(leg.events, 'start');
    for (const query of ['', '?format=ui']) {
      const { execution } = (await setting.api.get(`/api/agent-sessions/${sessionId}${query}`)).json;
      expect(execution).toMatchObject({ executionId, status: 'waiting' });
      expect(execution.toolCalls).toMatchObject([
        { toolName: 'reserve-stand', args: { day: 'tuesday', hours: 2 }, source: 'block' },
      ]);
    }
  });
});

describe('abort', () => {
  test('[http.sessions.abort] a waiting execution is stopped, an idle session is not', async () => {
    const sessionId = await setting.api.createSession(agentId);
    const path = `/api/agent-sessions/${sessionId}/abort`;
    expect((await setting.api.request('POST', path)).json).toEqual({ sessionId, aborted: false });
    const leg = await setting.api.trigger(sessionId, { triggerName: 'book-stand', input: { DAY: 'monday' } });
    expect((await setting.api.request('POST', path)).json).toEqual({ sessionId, aborted: true });
    expect((await setting.api.request('POST', path)).json).toEqual({ sessionId, aborted: false });
    const [call] = find(leg.events, 'tool-request').toolCalls;
    const late = await setting.api.post(`/api/agent-sessions/${sessionId}/trigger`, {
      executionId: find(leg.events, 'start').executionId,
      toolResults: [{ toolCallId: call.toolCallId, result: 1 }],
    });
    expect(late.json.error.code).toBe('EXECUTION_NOT_RESUMABLE');
    expect((await setting.api.post('/api/agent-sessions/nobody/abort')).status).toBe(404);
  });
});
