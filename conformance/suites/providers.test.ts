import { describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { grammarMistakes } from '../support/grammar.ts';
import { find, shapeOf, textOf } from '../support/leg.ts';
import { wireFormats } from '../support/providers.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
const say = (text: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: text } });

async function sessionOn(model: string, settings?: Record<string, string>): Promise<string> {
  return setting.api.createSession(await setting.api.createAgent(shopDesk(model, settings)));
}

describe.each(wireFormats)('$provider', ({ provider, model, reasoningModel }) => {
  test('[sse.example.reply] [sse.grammar] a reply in many pieces arrives whole', async () => {
    const content = `The ${provider} answer: ${'spokes and hubs, '.repeat(40)}done. 🚲`;
    setting.models.onMessage(`long answer from ${provider}`, { content }, { chunkSize: 7 });
    const leg = await setting.api.trigger(await sessionOn(model), say(`long answer from ${provider}`));
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(textOf(leg.events)).toBe(content);
    expect(leg.events.filter((event) => event.type === 'text-delta').length).toBeGreaterThan(20);
  });

  test('[sse.example.reasoning] reasoning comes before the text', async () => {
    const question = `reason with ${provider}`;
    setting.models.onMessage(question, { content: 'True it again.', reasoning: 'The rim is bent, so truing helps.' });
    const leg = await setting.api.trigger(await sessionOn(reasoningModel, { thinking: 'low' }), say(question));
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(shapeOf(leg.events)).toEqual([
      'start',
      'block-start',
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
      'text-start',
      'text-delta',
      'text-end',
      'block-end',
      'finish',
    ]);
    const reasoning = leg.events.flatMap((event) => (event.type === 'reasoning-delta' ? [event.delta] : [])).join('');
    expect(reasoning).toBe('The rim is bent, so truing helps.');
  });

  test('[sse.pause] [http.ids] two tools of one step are one request, and their results reach the model', async () => {
    const question = `two tools with ${provider}`;
    const calls = [
      { name: 'find-order', arguments: { orderNo: `${provider}-1` } },
      { name: 'pick-slot', arguments: { from: 'monday' } },
    ];
    setting.models.on({ userMessage: question, hasToolResult: false }, { toolCalls: calls });
    setting.models.on({ userMessage: question, hasToolResult: true }, { content: 'Both done.' });
    const sessionId = await sessionOn(model);
    const first = await setting.api.trigger(sessionId, say(question));
    expect(grammarMistakes(first.events)).toEqual([]);
    const { toolCalls } = find(first.events, 'tool-request');
    expect(toolCalls.map((call: { toolName: string; args: object }) => [call.toolName, call.args])).toEqual(
      calls.map((call) => [call.name, call.arguments]),
    );
    for (const call of toolCalls) expect(call.toolCallId).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(new Set(toolCalls.map((call: { toolCallId: string }) => call.toolCallId)).size).toBe(2);
    const second = await setting.api.trigger(sessionId, {
      executionId: find(first.events, 'start').executionId,
      toolResults: [
        { toolCallId: toolCalls[0].toolCallId, result: { eta: 'Friday' } },
        { toolCallId: toolCalls[1].toolCallId, error: 'The calendar is closed' },
      ],
    });
    expect(textOf(second.events)).toBe('Both done.');
    const sent = JSON.stringify(setting.models.getLastRequest()?.body);
    expect(sent).toContain('Friday');
    expect(sent).toContain('The calendar is closed');
  });

  test('[sse.example.object] a typed answer is parsed', async () => {
    const quote = { task: provider, price: 12, parts: ['pads'] };
    setting.models.onMessage(`What does this cost: brakes by ${provider}`, { content: quote });
    const sessionId = await sessionOn(model);
    const leg = await setting.api.trigger(sessionId, {
      triggerName: 'request-quote',
      input: { TASK: `brakes by ${provider}` },
    });
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(find(leg.events, 'text-start').responseType).toBe('RepairQuote');
    expect((await setting.api.get(`/api/agent-sessions/${sessionId}`)).json.variables.QUOTE).toEqual(quote);
  });

  test('[sse.example.reply] the next turn sends the whole conversation and the system prompt', async () => {
    setting.models.onMessage(`turn one on ${provider}`, { content: 'Answer one.' });
    setting.models.onMessage(`turn two on ${provider}`, { content: 'Answer two.' });
    const sessionId = await sessionOn(model);
    await setting.api.trigger(sessionId, say(`turn one on ${provider}`));
    await setting.api.trigger(sessionId, say(`turn two on ${provider}`));
    const sent = JSON.stringify(setting.models.getLastRequest()?.body);
    for (const text of [
      'the bicycle shop Freewheel',
      `turn one on ${provider}`,
      'Answer one.',
      `turn two on ${provider}`,
    ])
      expect(sent).toContain(text);
  });
});

// The stand-in marks the ends of the OpenAI Responses wire in a way that OpenAI does not, so that format is left out.
test.each([
  ['anthropic/claude-sonnet-4-5', 'max_tokens', 'length'],
  ['anthropic/claude-sonnet-4-5', 'refusal', 'content-filter'],
  ['google/gemini-2.5-flash', 'MAX_TOKENS', 'length'],
  ['google/gemini-2.5-flash', 'SAFETY', 'content-filter'],
])('[sse.finish.reasons] %s that ends by %s finishes with %s', async (model, finishReason, reported) => {
  setting.models.onMessage(`end by ${finishReason}`, { content: 'As far as', finishReason });
  const leg = await setting.api.trigger(await sessionOn(model), say(`end by ${finishReason}`));
  expect(grammarMistakes(leg.events)).toEqual([]);
  expect(find(leg.events, 'finish').finishReason).toBe(reported);
});

describe('offline', () => {
  test('[sse.example.reply] [sse.grammar] it answers without a provider', async () => {
    const leg = await setting.api.trigger(await sessionOn('offline/instant'), say('hello'));
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(textOf(leg.events).length).toBeGreaterThan(10);
  });

  test('[sse.pause] it calls a tool that the message asks for and reports the result', async () => {
    const sessionId = await sessionOn('offline/instant');
    const first = await setting.api.trigger(sessionId, say('Please look up the order with number "A-17".'));
    expect(grammarMistakes(first.events)).toEqual([]);
    const [call] = find(first.events, 'tool-request').toolCalls;
    expect(call).toMatchObject({ toolName: 'find-order', args: { orderNo: 'A-17' } });
    const second = await setting.api.trigger(sessionId, {
      executionId: find(first.events, 'start').executionId,
      toolResults: [{ toolCallId: call.toolCallId, result: { eta: 'Friday' } }],
    });
    expect(textOf(second.events)).toContain('Friday');
  });

  test('[sse.example.object] [sse.example.reasoning] it fills a type and reasons when asked to', async () => {
    const sessionId = await sessionOn('offline/instant', { thinking: 'low' });
    const leg = await setting.api.trigger(sessionId, { triggerName: 'request-quote', input: { TASK: 'new saddle' } });
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(shapeOf(leg.events)).toContain('reasoning-delta');
    expect(JSON.parse(textOf(leg.events))).toMatchObject({ task: expect.any(String), price: expect.any(Number) });
  });
});
