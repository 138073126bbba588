import { ApiError, OctavusClient, Resource, type StreamEvent, type ToolHandlers } from '@octavus/server-sdk';
import { beforeAll, describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { wireFormats } from '../support/providers.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
let client: OctavusClient;
let agentId: string;

beforeAll(async () => {
  client = new OctavusClient({ baseUrl: setting.server.url, apiKey: setting.api.key });
  agentId = await setting.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5'));
});

const say = (text: string) =>
  ({ type: 'trigger', triggerName: 'user-message', input: { USER_MESSAGE: text } }) as const;
const bothTools = [
  { name: 'find-order', arguments: { orderNo: 'A-17' } },
  { name: 'pick-slot', arguments: { from: 'monday' } },
];

const handlers = {
  'find-order': async (args) => ({ eta: 'Friday', orderNo: args.orderNo }),
} satisfies ToolHandlers;

async function run(events: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  return Array.fromAsync(events);
}

const typesOf = (events: readonly StreamEvent[]) =>
  events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1]);
const textOf = (events: readonly StreamEvent[]) =>
  events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : [])).join('');

function pick<Type extends StreamEvent['type']>(
  events: readonly StreamEvent[],
  type: Type,
): Extract<StreamEvent, { type: Type }> {
  const event = events.find((candidate): candidate is Extract<StreamEvent, { type: Type }> => candidate.type === type);
  if (!event) throw new Error(`no ${type} among ${typesOf(events).join(', ')}`);
  return event;
}

describe('reading', () => {
  test('[sdk.agents] agents are listed and read', async () => {
    const agents = await client.agents.list();
    const listed = agents.find((agent) => agent.id === agentId);
    expect(listed).toMatchObject({
      format: 'interactive',
      name: 'Shop Desk',
      description: 'Answers the customers of a bicycle shop.',
    });
    const definition = await client.agents.get(agentId);
    expect(definition.settings.slug).toBe(listed?.slug);
    expect(definition.prompts.map((prompt) => prompt.name).sort()).toEqual([
      'booking',
      'quote-request',
      'system',
      'user-message',
    ]);
  });

  test('[sdk.sessions] a session is created and read in both formats', async () => {
    setting.models.onMessage('read me back', { content: 'Read.', reasoning: 'Simple.' });
    const sessionId = await client.agentSessions.create(agentId, { SHOP_NAME: 'Velo' });
    await run(client.agentSessions.attach(sessionId).execute(say('read me back')));
    const state = await client.agentSessions.get(sessionId);
    if (state.status === 'expired') throw new Error('expired');
    expect(state).toMatchObject({ id: sessionId, agentId, input: { SHOP_NAME: 'Velo' } });
    expect(state.messages.map((message) => message.role)).toEqual(['user', 'assistant']);
    const ui = await client.agentSessions.getMessages(sessionId);
    if (ui.status === 'expired') throw new Error('expired');
    expect(ui.messages.map((message) => message.parts.findLast((part) => part.type === 'text'))).toMatchObject([
      { text: 'read me back' },
      { text: 'Read.' },
    ]);
    expect(ui.messages[0]?.createdAt).toBeInstanceOf(Date);
  });

  test('[sdk.errors] a refused call rejects with its status', async () => {
    const refusal = (call: Promise<unknown>) =>
      call.then(
        () => undefined,
        (error: unknown) => error,
      );
    const unknown = await refusal(client.agents.get('nobody'));
    expect(unknown).toBeInstanceOf(ApiError);
    expect(unknown).toMatchObject({ status: 404 });
    const stranger = new OctavusClient({ baseUrl: setting.server.url, apiKey: 'oct_sk_wrong' });
    expect(await refusal(stranger.agents.list())).toMatchObject({ status: 401 });
    const reader = new OctavusClient({
      baseUrl: setting.server.url,
      apiKey: (await setting.server.createKey('agents')).key,
    });
    expect(await refusal(reader.agentSessions.create(agentId))).toMatchObject({ status: 403 });
    expect(await refusal(client.agentSessions.create(agentId, { SHOP_NAME: [] }))).toMatchObject({ status: 400 });
    expect(await refusal(client.agentSessions.get('nobody'))).toMatchObject({ status: 404 });
  });
});

describe.each(wireFormats)('executing on $provider', ({ provider, model }) => {
  let sessionId: string;
  beforeAll(async () => {
    sessionId = await client.agentSessions.create(await setting.api.createAgent(shopDesk(model)));
  });

  test('[sdk.execute] [sdk.events] a plain reply', async () => {
    setting.models.onMessage(`sdk hello ${provider}`, { content: `Hello from ${provider}.` });
    const events = await run(client.agentSessions.attach(sessionId).execute(say(`sdk hello ${provider}`)));
    expect(typesOf(events)).toEqual([
      'start',
      'block-start',
      'text-start',
      'text-delta',
      'text-end',
      'block-end',
      'finish',
    ]);
    expect(textOf(events)).toBe(`Hello from ${provider}.`);
  });

  test('[sdk.tools.server] a server tool runs and the answer follows', async () => {
    const question = `sdk server tool ${provider}`;
    setting.models.on({ userMessage: question, hasToolResult: false }, { toolCalls: bothTools.slice(0, 1) });
    setting.models.on({ userMessage: question, hasToolResult: true }, { content: 'On Friday.' });
    const events = await run(client.agentSessions.attach(sessionId, { tools: handlers }).execute(say(question)));
    expect(typesOf(events)).toEqual([
      'start',
      'block-start',
      'tool-input-start',
      'tool-input-delta',
      'tool-input-end',
      'tool-input-available',
      'tool-output-available',
      'start',
      'block-start',
      'text-start',
      'text-delta',
      'text-end',
      'block-end',
      'finish',
    ]);
    expect(pick(events, 'tool-output-available').output).toEqual({ eta: 'Friday', orderNo: 'A-17' });
    expect(textOf(events)).toBe('On Friday.');
  });

  test('[sdk.tools.mixed] [sdk.tools.client] tools of both sides meet in one continuation', async () => {
    const question = `sdk mixed tools ${provider}`;
    setting.models.on({ userMessage: question, hasToolResult: false }, { toolCalls: bothTools });
    setting.models.on({ userMessage: question, hasToolResult: true }, { content: 'All set.' });
    const session = client.agentSessions.attach(sessionId, { tools: handlers });
    const first = await run(session.execute(say(question)));
    expect(first.at(-1)).toMatchObject({ type: 'finish', finishReason: 'client-tool-calls' });
    const request = pick(first, 'client-tool-request');
    expect(request.toolCalls.map((call) => call.toolName)).toEqual(['pick-slot']);
    expect(request.serverToolResults).toMatchObject([{ toolName: 'find-order', result: { eta: 'Friday' } }]);
    const toolResults = [
      ...(request.serverToolResults ?? []),
      ...request.toolCalls.map((call) => ({
        toolCallId: call.toolCallId,
        toolName: call.toolName,
        result: { slot: 'monday 10:00' },
      })),
    ];
    const second = await run(session.execute({ type: 'continue', executionId: request.executionId, toolResults }));
    expect(textOf(second)).toBe('All set.');
    expect(second.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    const sent = JSON.stringify(setting.models.getLastRequest()?.body);
    for (const result of ['Friday', 'monday 10:00']) expect(sent).toContain(result);
  });
});

describe('tools', () => {
  const newSession = () => client.agentSessions.create(agentId);

  test("[sdk.tools.client] a tool without a handler is the client's, and continue finishes the turn", async () => {
    setting.models.on({ userMessage: 'only the client', hasToolResult: false }, { toolCalls: bothTools.slice(1) });
    setting.models.on({ userMessage: 'only the client', hasToolResult: true }, { content: 'Chosen.' });
    const session = client.agentSessions.attach(await newSession());
    const first = await run(session.execute(say('only the client')));
    const request = pick(first, 'client-tool-request');
    expect(request.executionId).toBe(pick(first, 'start').executionId);
    const [call] = request.toolCalls;
    const second = await run(
      session.execute({
        type: 'continue',
        executionId: request.executionId,
        toolResults: [{ toolCallId: call!.toolCallId, error: 'User cancelled' }],
      }),
    );
    expect(textOf(second)).toBe('Chosen.');
  });

  test('[sdk.tools.failing] [sdk.tools.undefined] a failing tool and a silent one both reach the model', async () => {
    setting.models.on({ userMessage: 'two odd tools', hasToolResult: false }, { toolCalls: bothTools });
    setting.models.on({ userMessage: 'two odd tools', hasToolResult: true }, { content: 'Noted.' });
    const sessionId = await newSession();
    const tools: ToolHandlers = {
      'find-order': () => Promise.reject(new Error('The database is closed')),
      'pick-slot': async () => undefined,
    };
    const events = await run(client.agentSessions.attach(sessionId, { tools }).execute(say('two odd tools')));
    expect(pick(events, 'tool-output-error').error).toBe('The database is closed');
    expect(textOf(events)).toBe('Noted.');
    expect(JSON.stringify(setting.models.getLastRequest()?.body)).toContain('The database is closed');
    const { messages } = (await setting.api.get(`/api/agent-sessions/${sessionId}`)).json;
    expect(messages.at(-1).toolCalls).toMatchObject([
      { status: 'error', error: 'The database is closed' },
      { status: 'available', result: null },
    ]);
  });

  test('[sdk.block-tool] a tool-call block runs its handler, and the next block has the result', async () => {
    setting.models.onMessage('answered: stand-12', { content: 'Stand twelve it is.' });
    const tools: ToolHandlers = {
      'reserve-stand': async ({ day, hours }) => (day === 'tuesday' && hours === 3 ? 'stand-12' : 'none'),
    };
    const session = client.agentSessions.attach(await newSession(), { tools });
    const events = await run(
      session.execute({ type: 'trigger', triggerName: 'book-stand', input: { DAY: 'tuesday', HOURS: 3 } }),
    );
    expect(textOf(events)).toBe('Stand twelve it is.');
  });

  test('[sdk.resource] a resource hears of its updates', async () => {
    class Topic extends Resource {
      readonly name = 'LAST_TOPIC';
      readonly heard: unknown[] = [];
      onUpdate(value: unknown): void {
        this.heard.push(value);
      }
    }
    const topic = new Topic();
    const session = client.agentSessions.attach(await newSession(), { resources: [topic] });
    await run(session.execute({ type: 'trigger', triggerName: 'note-topic', input: { TOPIC: 'gears' } }));
    expect(topic.heard).toEqual(['gears']);
  });
});

describe('ends', () => {
  test('[sdk.abort] an aborted signal ends with stop and leaves a usable session', async () => {
    setting.models.onMessage('go on for ever', { content: 'word '.repeat(500) }, { chunkSize: 5, latency: 50 });
    setting.models.onMessage('next question', { content: 'Next answer.' });
    const session = client.agentSessions.attach(await client.agentSessions.create(agentId));
    const abort = new AbortController();
    const events: StreamEvent[] = [];
    for await (const event of session.execute(say('go on for ever'), { signal: abort.signal })) {
      events.push(event);
      if (event.type === 'text-delta') abort.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    expect(textOf(await run(session.execute(say('next question'))))).toBe('Next answer.');
    const ui = await client.agentSessions.getMessages(session.getSessionId());
    if (ui.status === 'expired') throw new Error('expired');
    expect(ui.messages).toHaveLength(4);
    expect(ui.messages[1]?.parts).toMatchObject([{ type: 'text', status: 'done' }]);
  });

  test.each([
    ['an unknown trigger', { type: 'trigger', triggerName: 'sing' }, 'validation_error'],
    ['a missing input', { type: 'trigger', triggerName: 'user-message' }, 'validation_error'],
    [
      'an unknown execution',
      { type: 'continue', executionId: 'exec_h4t9k2v7m1q8x3z6w5n0p2r7', toolResults: [{ toolCallId: 'c' }] },
      'not_found_error',
    ],
  ] as const)('[sdk.http-error] %s is one error event', async (_name, request, errorType) => {
    const session = client.agentSessions.attach(await client.agentSessions.create(agentId));
    const events = await run(session.execute(request as Parameters<typeof session.execute>[0]));
    expect(events).toMatchObject([{ type: 'error', errorType, source: 'platform', retryable: false }]);
  });

  test('[sdk.http-error] a wrong key and an unknown session are error events too', async () => {
    const stranger = new OctavusClient({ baseUrl: setting.server.url, apiKey: 'oct_sk_wrong' });
    expect(await run(stranger.agentSessions.attach('x').execute(say('hello')))).toMatchObject([
      { type: 'error', errorType: 'authentication_error' },
    ]);
    expect(await run(client.agentSessions.attach('nobody').execute(say('hello')))).toMatchObject([
      { type: 'error', errorType: 'not_found_error' },
    ]);
  });

  test('[sdk.events] the SDK sees every event that was sent', async () => {
    setting.models.onMessage(
      'count the events',
      { content: 'One. Two. Three.', reasoning: 'Counting.' },
      { chunkSize: 4 },
    );
    const thinking = await setting.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5', { thinking: 'low' }));
    const raw = await setting.api.trigger(await setting.api.createSession(thinking), {
      triggerName: 'user-message',
      input: { USER_MESSAGE: 'count the events' },
    });
    const seen = await run(
      client.agentSessions.attach(await client.agentSessions.create(thinking)).execute(say('count the events')),
    );
    expect(typesOf(seen)).toEqual(
      raw.events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1]),
    );
    expect(typesOf(seen)).toContain('reasoning-delta');
  });
});
