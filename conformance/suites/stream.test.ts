import { beforeAll, describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { grammarMistakes } from '../support/grammar.ts';
import { find, parseEvents, readPieces, readUntil, shapeOf, textOf, typesOf } from '../support/leg.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
let agentId: string;

beforeAll(async () => {
  agentId = await setting.api.createAgent(shopDesk('anthropic/claude-sonnet-4-5'));
});

const say = (text: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: text } });
const v4 = { headers: { 'X-Octavus-Sdk-Version': '4' } };
const executionId = /^exec_[a-z0-9]{24}$/;
const messageId = /^\d+-[a-z0-9]{7}$/;

describe('framing', () => {
  test('[sse.headers] [http.session-id] a stream says what it is', async () => {
    setting.models.onMessage('headers please', { content: 'Here.' });
    const sessionId = await setting.api.createSession(agentId);
    const { headers, status } = await setting.api.trigger(sessionId, say('headers please'));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('x-octavus-session-id')).toBe(sessionId);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.has('content-encoding')).toBe(false);
  });

  test('[sse.frames] [sse.done] [sse.example.reply] the whole stream of a plain reply, byte for byte', async () => {
    setting.models.onMessage('is my wheel round', { content: 'It is.' }, { chunkSize: 100 });
    const sessionId = await setting.api.createSession(agentId);
    const leg = await setting.api.trigger(sessionId, say('is my wheel round'));
    const [start, block, text] = leg.events;
    const frames = [
      { type: 'start', messageId: start?.messageId, executionId: start?.executionId, sessionId },
      {
        type: 'block-start',
        blockId: block?.blockId,
        blockName: 'Answer the customer',
        blockType: 'next-message',
        display: 'stream',
        outputToChat: true,
      },
      { type: 'text-start', id: text?.id },
      { type: 'text-delta', id: text?.id, delta: 'It is.' },
      { type: 'text-end', id: text?.id },
      { type: 'block-end', blockId: block?.blockId },
      { type: 'finish', finishReason: 'stop', executionId: start?.executionId },
    ];
    expect(leg.raw).toBe(`${frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')}data: [DONE]\n\n`);
    expect(start?.executionId).toMatch(executionId);
    expect(start?.messageId).toMatch(messageId);
    expect(block?.blockId).toBe(`${start?.executionId.slice(-4)}-1`);
  });

  test('[sse.frames] text with line breaks, quotes and emoji stays on one line and whole', async () => {
    const content = 'Line one\nLine two\r\n"quoted" \\ \u2028 data: [DONE]\n\n🚲 é 漢字';
    setting.models.onMessage('odd characters', { content }, { chunkSize: 3 });
    const sessionId = await setting.api.createSession(agentId);
    const leg = await setting.api.trigger(sessionId, say('odd characters'));
    expect(textOf(leg.events)).toBe(content);
    expect(leg.raw).not.toContain('\r');
    expect(leg.done).toBe(true);
    for (const line of leg.raw.split('\n')) expect(line === '' || line.startsWith('data: ')).toBe(true);
  });

  test('[sse.flush] headers and start arrive while the model is still silent', async () => {
    const thought = Promise.withResolvers<void>();
    setting.models.onMessage('think first', async () => {
      await thought.promise;
      return { content: 'Later.' };
    });
    const sessionId = await setting.api.createSession(agentId);
    const response = await setting.api.open('POST', `/api/agent-sessions/${sessionId}/trigger`, {
      body: say('think first'),
    });
    const pieces = readPieces(response);
    const beginning = await readUntil(pieces, (text) => text.includes('block-start'));
    expect(typesOf(parseEvents(beginning))).toEqual(['start', 'block-start']);
    thought.resolve();
    expect(await readUntil(pieces, () => false)).toContain('Later.');
  });

  test('[sse.heartbeat] a comment bridges the silence of a slow model', async () => {
    setting.models.onMessage('take your time', { content: 'Done.' }, { streamingProfile: { ttft: 20_000 } });
    const sessionId = await setting.api.createSession(agentId);
    const leg = await setting.api.trigger(sessionId, say('take your time'));
    expect(leg.raw).toContain('\n\n: heartbeat\n\n');
    expect(textOf(leg.events)).toBe('Done.');
  });
});

describe('identifiers', () => {
  test('[sse.ids.execution] [sse.ids.last-message] [sse.no-null] the first leg of an empty session names no last message', async () => {
    setting.models.onMessage('ids please', { content: 'Sure.' });
    const sessionId = await setting.api.createSession(agentId);
    const [first, second] = [
      await setting.api.trigger(sessionId, say('ids please')),
      await setting.api.trigger(sessionId, say('ids please')),
    ];
    const [one, two] = [find(first.events, 'start'), find(second.events, 'start')];
    expect(one).not.toHaveProperty('lastMessageId');
    expect(two.lastMessageId).toBe(one.messageId);
    expect(two.executionId).not.toBe(one.executionId);
    expect(find(second.events, 'finish').executionId).toBe(two.executionId);
    const { messages } = (await setting.api.get(`/api/agent-sessions/${sessionId}`)).json;
    expect(messages.map((message: { id: string }) => message.id)).toEqual(
      expect.arrayContaining([one.messageId, two.messageId]),
    );
    expect(`${first.raw}${second.raw}`).not.toContain(':null');
  });
});

describe('tools', () => {
  test('[sse.example.tool] [sse.pause] [sse.tools.request] [sse.grammar] [sse.grammar.reannounce] a model tool call pauses and goes on', async () => {
    setting.models.on(
      { userMessage: 'where is A-17', hasToolResult: false },
      { content: 'Let me look.', toolCalls: [{ name: 'find-order', arguments: { orderNo: 'A-17' } }] },
    );
    setting.models.on({ userMessage: 'where is A-17', hasToolResult: true }, { content: 'It comes on Friday.' });
    const sessionId = await setting.api.createSession(agentId);
    const first = await setting.api.trigger(sessionId, say('where is A-17'));
    expect(grammarMistakes(first.events)).toEqual([]);
    expect(shapeOf(first.events)).toEqual([
      'start',
      'block-start',
      'text-start',
      'text-delta',
      'text-end',
      'tool-input-start',
      'tool-input-delta',
      'tool-input-end',
      'tool-input-available',
      'tool-request',
      'finish',
    ]);
    expect(first.done).toBe(true);
    const request = find(first.events, 'tool-request');
    const { toolCallId } = find(first.events, 'tool-input-start');
    expect(request.toolCalls).toEqual([
      { toolCallId, toolName: 'find-order', args: { orderNo: 'A-17' }, source: 'llm' },
    ]);
    expect(find(first.events, 'tool-input-start')).toMatchObject({
      title: 'Looks up an order by its number.',
      display: 'description',
    });
    expect(find(first.events, 'tool-input-available').input).toEqual({ orderNo: 'A-17' });

    const second = await setting.api.trigger(sessionId, {
      executionId: find(first.events, 'start').executionId,
      toolResults: [{ toolCallId, result: { eta: 'Friday' } }],
    });
    expect(grammarMistakes(second.events)).toEqual([]);
    expect(shapeOf(second.events)).toEqual([
      'start',
      'block-start',
      'text-start',
      'text-delta',
      'text-end',
      'block-end',
      'finish',
    ]);
    expect(find(second.events, 'start').messageId).toBe(find(first.events, 'start').messageId);
    expect(find(second.events, 'block-start').blockId).toBe(find(first.events, 'block-start').blockId);
    expect(textOf(second.events)).toBe('It comes on Friday.');
  });

  test('[http.wire.deltas] the arguments are one delta for base, pieces for version 4, the same text for both', async () => {
    const args = { orderNo: 'A-18 with a rather long number that no provider sends in one piece' };
    setting.models.onMessage('in pieces', { toolCalls: [{ name: 'find-order', arguments: args }] }, { chunkSize: 8 });
    const deltas = async (options: object) => {
      const leg = await setting.api.trigger(await setting.api.createSession(agentId), say('in pieces'), options);
      return leg.events.filter((event) => event.type === 'tool-input-delta').map((event) => event.inputTextDelta);
    };
    const [base, current] = [await deltas({}), await deltas(v4)];
    expect(base).toHaveLength(1);
    expect(current.length).toBeGreaterThan(1);
    expect(JSON.parse(base[0])).toEqual(args);
    expect(current.join('')).toBe(base[0]);
  });

  test('[sse.example.block-tool] [sse.display.blocks] [sse.block] a tool-call block pauses and the next block runs', async () => {
    setting.models.onMessage('answered: stand-9', { content: 'Booked.' });
    const sessionId = await setting.api.createSession(agentId);
    const first = await setting.api.trigger(sessionId, { triggerName: 'book-stand', input: { DAY: 'monday' } });
    expect(grammarMistakes(first.events)).toEqual([]);
    expect(find(first.events, 'block-start')).toMatchObject({
      blockName: 'Reserve',
      blockType: 'tool-call',
      display: 'description',
      description: 'Reserving a stand',
    });
    const [call] = find(first.events, 'tool-request').toolCalls;
    expect(call).toMatchObject({
      toolName: 'reserve-stand',
      args: { day: 'monday', hours: 1 },
      source: 'block',
      outputVariable: 'BOOKING',
      blockIndex: 0,
    });
    const second = await setting.api.trigger(sessionId, {
      executionId: find(first.events, 'start').executionId,
      toolResults: [{ toolCallId: call.toolCallId, result: 'stand-9' }],
    });
    expect(grammarMistakes(second.events)).toEqual([]);
    expect(shapeOf(second.events)).toEqual([
      'start',
      'block-start',
      'block-end',
      'block-start',
      'text-start',
      'text-delta',
      'text-end',
      'block-end',
      'finish',
    ]);
    expect(second.events.filter((event) => event.type === 'block-start').map((event) => event.blockName)).toEqual([
      'Reserve',
      'Confirm',
    ]);
    expect((await setting.api.get(`/api/agent-sessions/${sessionId}`)).json.variables).toEqual({
      BOOKING: 'stand-9',
    });
  });

  test('[sse.display.tools] a hidden tool shows up in the request alone, a titled one without its arguments', async () => {
    const quiet = shopDesk('anthropic/claude-sonnet-4-5');
    const protocol = quiet.protocol
      .replace(
        'description: Looks up an order by its number.',
        'description: Looks up an order by its number.\n    display: hidden',
      )
      .replace('display: stream', 'display: title\n    title: Choosing a slot');
    const quietAgent = await setting.api.createAgent({ ...quiet, protocol });
    const calls = [
      { name: 'find-order', arguments: { orderNo: 'C-1' } },
      { name: 'pick-slot', arguments: { from: 'monday' } },
    ];
    setting.models.onMessage('quietly', { toolCalls: calls });
    const leg = await setting.api.trigger(await setting.api.createSession(quietAgent), say('quietly'), v4);
    expect(grammarMistakes(leg.events)).toEqual([]);
    const announced = leg.events.filter((event) => event.type.startsWith('tool-input'));
    expect(typesOf(announced)).toEqual(['tool-input-start', 'tool-input-end', 'tool-input-available']);
    expect(announced[0]).toMatchObject({ toolName: 'pick-slot', title: 'Choosing a slot', display: 'title' });
    expect(announced[2]).toMatchObject({ input: {} });
    expect(find(leg.events, 'tool-request').toolCalls.map((call: { args: object }) => call.args)).toEqual([
      { orderNo: 'C-1' },
      { from: 'monday' },
    ]);
  });
});

describe('content', () => {
  test('[sse.example.object] structured output streams as text with a response type', async () => {
    setting.models.onMessage('What does this cost: new chain', { content: { task: 'new chain', price: 39.5 } });
    const sessionId = await setting.api.createSession(agentId);
    const leg = await setting.api.trigger(sessionId, { triggerName: 'request-quote', input: { TASK: 'new chain' } });
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(find(leg.events, 'text-start').responseType).toBe('RepairQuote');
    expect(JSON.parse(textOf(leg.events))).toEqual({ task: 'new chain', price: 39.5 });
    const state = (await setting.api.get(`/api/agent-sessions/${sessionId}`)).json;
    expect(state.variables.QUOTE).toEqual({ task: 'new chain', price: 39.5 });
    expect(state.messages.at(-1).parts).toContainEqual(
      expect.objectContaining({
        type: 'object',
        visible: true,
        object: expect.objectContaining({ typeName: 'RepairQuote' }),
      }),
    );
  });

  test('[sse.resource] a resource write is announced with its value', async () => {
    const sessionId = await setting.api.createSession(agentId);
    const leg = await setting.api.trigger(sessionId, { triggerName: 'note-topic', input: { TOPIC: 'brakes' } });
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(find(leg.events, 'resource-update')).toEqual({
      type: 'resource-update',
      name: 'LAST_TOPIC',
      value: 'brakes',
    });
    expect((await setting.api.get(`/api/agent-sessions/${sessionId}`)).json.resources).toEqual({
      LAST_TOPIC: 'brakes',
    });
  });
});
