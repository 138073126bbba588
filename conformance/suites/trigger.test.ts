import { beforeAll, describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import type { Api } from '../support/api.ts';
import { grammarMistakes } from '../support/grammar.ts';
import { find, type Leg, readPieces, readUntil, textOf } from '../support/leg.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
let agentId: string;

beforeAll(async () => {
  agentId = await setting.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5'));
});

const say = (text: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: text } });
const book = { triggerName: 'book-stand', input: { DAY: 'monday' } };
const executionOf = (leg: Leg): string => find(leg.events, 'start').executionId;
const resultsFor = (leg: Leg, result: unknown) =>
  find(leg.events, 'tool-request').toolCalls.map((call: { toolCallId: string }) => ({
    toolCallId: call.toolCallId,
    result,
  }));

async function newSession(api: Api = setting.api): Promise<{ sessionId: string; path: string }> {
  const sessionId = await api.createSession(agentId);
  return { sessionId, path: `/api/agent-sessions/${sessionId}/trigger` };
}

const messagesOf = async (sessionId: string) =>
  (await setting.api.get(`/api/agent-sessions/${sessionId}`)).json.messages;

describe('refused before anything is stored', () => {
  test.each([
    ['[http.trigger.neither] an empty object', {}],
    ['[http.trigger.neither] an empty list of results', { toolResults: [] }],
    ['[http.trigger.neither] an empty execution id', { executionId: '' }],
    ['[http.trigger.neither] a trigger name that is no text', { triggerName: ['user-message'] }],
    ['[http.trigger.unknown] an unknown trigger', { triggerName: 'sing' }],
    ['[http.trigger.unknown] a trigger named like an object method', { triggerName: 'constructor' }],
    ['[http.trigger.input] input that is no object', { triggerName: 'user-message', input: 'hello' }],
    ['[http.trigger.input] no input', { triggerName: 'user-message' }],
    ['[http.trigger.input] null for a required input', { triggerName: 'user-message', input: { USER_MESSAGE: null } }],
    ['[http.trigger.input] an object for a text', { triggerName: 'user-message', input: { USER_MESSAGE: { a: 1 } } }],
    ['[http.trigger.input] a value outside its enum', { triggerName: 'book-stand', input: { DAY: 'sunday' } }],
    [
      '[http.trigger.input] a text that is no number',
      { triggerName: 'book-stand', input: { DAY: 'monday', HOURS: 'many' } },
    ],
    ['[http.trigger.results-malformed] an execution without results', { executionId: 'exec_h4t9k2v7m1q8x3z6w5n0p2r7' }],
    [
      '[http.trigger.results-malformed] results that are no list',
      { executionId: 'exec_h4t9k2v7m1q8x3z6w5n0p2r7', toolResults: {} },
    ],
    [
      '[http.trigger.results-malformed] a result without an id',
      { executionId: 'exec_h4t9k2v7m1q8x3z6w5n0p2r7', toolResults: [{ result: 1 }] },
    ],
    [
      '[http.trigger.results-malformed] 257 results',
      {
        executionId: 'exec_h4t9k2v7m1q8x3z6w5n0p2r7',
        toolResults: Array.from({ length: 257 }, (_, index) => ({ toolCallId: `c${index}` })),
      },
    ],
  ])('%s', async (_title, body) => {
    const { sessionId, path } = await newSession();
    const answer = await setting.api.post(path, body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json.error.code).toBe('VALIDATION_ERROR');
    expect(await messagesOf(sessionId)).toEqual([]);
  });

  test('[http.trigger.input] every unusable input has an issue', async () => {
    const { path } = await newSession();
    const { error } = (await setting.api.post(path, { triggerName: 'book-stand', input: { HOURS: {} } })).json;
    expect(error.issues.map((issue: { path: string }) => issue.path).sort()).toEqual(['input.DAY', 'input.HOURS']);
  });

  test('[http.trigger.unknown] an unknown session is 404', async () => {
    const answer = await setting.api.post('/api/agent-sessions/cs3w8r1y6b0j5k9f4g2m7p0x/trigger', say('hello'));
    expect(answer.json.error.code).toBe('NOT_FOUND');
  });

  test('[http.trigger.execution-unknown] continuing what never ran is 404', async () => {
    const { path } = await newSession();
    for (const body of [
      { executionId: 'exec_h4t9k2v7m1q8x3z6w5n0p2r7', toolResults: [{ toolCallId: 'c' }] },
      { toolResults: [{ toolCallId: 'c' }] },
    ]) {
      const answer = await setting.api.post(path, body);
      expect(answer.status).toBe(404);
      expect(answer.json.error.code).toBe('EXECUTION_NOT_FOUND');
    }
  });
});

describe('continuing', () => {
  test('[http.trigger.continue] [http.trigger.coerce] results go on where the trigger paused, repeated fields are ignored', async () => {
    setting.models.onMessage('answered: stand-3', { content: 'Stand three, two hours.' });
    const { sessionId } = await newSession();
    const trigger = { triggerName: 'book-stand', input: { DAY: 'tuesday', HOURS: '2' } };
    const first = await setting.api.trigger(sessionId, trigger);
    expect(find(first.events, 'tool-request').toolCalls).toMatchObject([{ args: { day: 'tuesday', hours: 2 } }]);
    const body = {
      ...trigger,
      rollbackAfterMessageId: null,
      executionId: executionOf(first),
      toolResults: resultsFor(first, 'stand-3'),
    };
    const second = await setting.api.trigger(sessionId, body);
    expect(executionOf(second)).toBe(executionOf(first));
    expect(textOf(second.events)).toBe('Stand three, two hours.');
    const again = await setting.api.post(`/api/agent-sessions/${sessionId}/trigger`, body);
    expect(again.status).toBe(409);
    expect(again.json.error.code).toBe('EXECUTION_NOT_RESUMABLE');
  });

  test('[http.trigger.continue-alone] results alone continue the only waiting execution', async () => {
    setting.models.onMessage('answered: stand-4', { content: 'Stand four.' });
    const { sessionId } = await newSession();
    const first = await setting.api.trigger(sessionId, book);
    const second = await setting.api.trigger(sessionId, { toolResults: resultsFor(first, 'stand-4') });
    expect(executionOf(second)).toBe(executionOf(first));
    expect(textOf(second.events)).toBe('Stand four.');
  });

  test('[http.trigger.not-resumable] results for calls that nobody made are refused, the execution still waits', async () => {
    setting.models.onMessage('answered: stand-5', { content: 'Stand five.' });
    const { sessionId, path } = await newSession();
    const first = await setting.api.trigger(sessionId, book);
    const wrong = await setting.api.post(path, {
      executionId: executionOf(first),
      toolResults: [{ toolCallId: 'call_nobody', result: 1 }],
    });
    expect(wrong.json.error.code).toBe('EXECUTION_NOT_RESUMABLE');
    const stray = { toolCallId: 'call_nobody', result: 'stray' };
    const right = await setting.api.trigger(sessionId, {
      executionId: executionOf(first),
      toolResults: [stray, ...resultsFor(first, 'stand-5')],
    });
    expect(textOf(right.events)).toBe('Stand five.');
  });

  test('[http.trigger.results-missing] a call without a result fails, the first of two results wins', async () => {
    const calls = [
      { name: 'find-order', arguments: { orderNo: 'B-1' } },
      { name: 'pick-slot', arguments: { from: 'monday' } },
    ];
    setting.models.on({ userMessage: 'both at once', hasToolResult: false }, { toolCalls: calls });
    setting.models.on({ userMessage: 'both at once', hasToolResult: true }, { content: 'Half of it worked.' });
    const { sessionId } = await newSession();
    const first = await setting.api.trigger(sessionId, say('both at once'));
    const [{ toolCallId }] = find(first.events, 'tool-request').toolCalls;
    const second = await setting.api.trigger(sessionId, {
      executionId: executionOf(first),
      toolResults: [
        { toolCallId, result: 'first' },
        { toolCallId, result: 'second' },
      ],
    });
    expect(grammarMistakes(second.events)).toEqual([]);
    const calling = (await messagesOf(sessionId)).flatMap(
      (message: { toolCalls?: object[] }) => message.toolCalls ?? [],
    );
    expect(calling).toMatchObject([
      { name: 'find-order', status: 'available', result: 'first' },
      { name: 'pick-slot', status: 'error', error: 'No result was provided.' },
    ]);
  });

  test('[http.trigger.superseded] a newer trigger closes what an older one waited for', async () => {
    setting.models.onMessage('never mind', { content: 'All right.' });
    const { sessionId, path } = await newSession();
    const first = await setting.api.trigger(sessionId, book);
    expect(textOf((await setting.api.trigger(sessionId, say('never mind'))).events)).toBe('All right.');
    const late = await setting.api.post(path, { executionId: executionOf(first), toolResults: resultsFor(first, 1) });
    expect(late.json.error.code).toBe('EXECUTION_NOT_RESUMABLE');
    expect((await setting.api.get(`/api/agent-sessions/${sessionId}`)).json).not.toHaveProperty('execution');
  });

  test('[http.trigger.repeat] a continuation cut by a disconnect may be sent again', async () => {
    let slow = true;
    setting.models.on(
      { userMessage: 'answered: stand-6', predicate: () => slow },
      { content: 'Slowly, slowly, slowly.' },
      { latency: 300, chunkSize: 2 },
    );
    setting.models.onMessage('answered: stand-6', { content: 'Stand six.' });
    const { sessionId } = await newSession();
    const first = await setting.api.trigger(sessionId, book);
    const body = { executionId: executionOf(first), toolResults: resultsFor(first, 'stand-6') };
    const abort = new AbortController();
    const cut = await setting.api.open('POST', `/api/agent-sessions/${sessionId}/trigger`, {
      body,
      signal: abort.signal,
    });
    // The leg's head comes before the model is asked, so wait until it answers.
    await readUntil(readPieces(cut), (text) => text.includes('text-delta'));
    abort.abort();
    slow = false;
    const again = await setting.api.trigger(sessionId, body);
    expect(textOf(again.events)).toBe('Stand six.');
    const texts = (await messagesOf(sessionId)).map((message: { content: string }) => message.content);
    expect(texts.join('\n')).not.toContain('Slowly');
  });
});

describe('rollback', () => {
  test('[http.trigger.rollback] history is cut after the named message, or altogether', async () => {
    setting.models.onMessage(/^count \d$/, { content: 'Counted.' });
    const { sessionId } = await newSession();
    const legs: Leg[] = [];
    for (const number of [1, 2, 3]) legs.push(await setting.api.trigger(sessionId, say(`count ${number}`)));
    const anchor = find(legs[1]!.events, 'start').lastMessageId;
    await setting.api.trigger(sessionId, { ...say('count 4'), rollbackAfterMessageId: anchor });
    const said = async () =>
      (await messagesOf(sessionId))
        .filter((message: { role: string }) => message.role === 'user')
        .map((message: { content: string }) => message.content);
    expect(await said()).toEqual(['count 1', 'count 4']);
    await setting.api.trigger(sessionId, { ...say('count 5'), rollbackAfterMessageId: 'no-such-message' });
    expect(await said()).toEqual(['count 1', 'count 4', 'count 5']);
    await setting.api.trigger(sessionId, { ...say('count 6'), rollbackAfterMessageId: null });
    expect(await said()).toEqual(['count 6']);
  });
});

test('[http.wire.request] requests are read alike whatever the version header says', async () => {
  setting.models.onMessage('which version', { content: 'Any.' });
  const { sessionId } = await newSession();
  const versions: Record<string, string>[] = [{}, { 'X-Octavus-Sdk-Version': '4' }, { 'X-Octavus-Sdk-Version': '3' }];
  for (const headers of versions) {
    const leg = await setting.api.trigger(
      sessionId,
      { ...say('which version'), sender: { name: 'Ada' }, dynamicToolSchemas: [] },
      { headers },
    );
    expect(textOf(leg.events)).toBe('Any.');
  }
});
