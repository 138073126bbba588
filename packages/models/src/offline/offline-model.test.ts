import type { ModelRequest, ModelStreamPart, ModelTool, ModelToolResultPart } from '@octavus/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonSchema, message } from '../../test/json-schemas.ts';
import { aRequest, callsOf, collect, ordersTool, reasoningOf, textOf, weatherTool } from '../../test/requests.ts';
import { OfflineModel } from './offline-model.ts';

const live = (): AbortSignal => new AbortController().signal;
const answer = (request: ModelRequest): Promise<ModelStreamPart[]> =>
  collect(new OfflineModel('instant', 'human').stream(request, live()));
const saying = (text: string, overrides: Partial<ModelRequest> = {}): ModelRequest =>
  aRequest({ messages: [{ role: 'user', content: [{ type: 'text', text }] }], ...overrides });

/** The request after `question`, a call of each result's tool, and the results. */
function after(
  question: string,
  results: readonly ModelToolResultPart[],
  overrides: Partial<ModelRequest> = {},
): ModelRequest {
  const calls = results.map(({ toolCallId, toolName }) => ({
    type: 'tool-call' as const,
    toolCallId,
    toolName,
    input: {},
  }));
  return aRequest({
    messages: [
      { role: 'user', content: [{ type: 'text', text: question }] },
      { role: 'assistant', content: calls },
      { role: 'tool', content: results },
    ],
    tools: [weatherTool, ordersTool],
    ...overrides,
  });
}

const weatherResult: ModelToolResultPart = {
  type: 'tool-result',
  toolCallId: 'c1',
  toolName: 'get-weather',
  output: { kind: 'result', value: { sky: 'sunny', temperature: 21 } },
};

describe('text', () => {
  test('it says what it is, what it was told and what it was asked', async () => {
    const text = textOf(await answer(saying('How are you?', { system: ['You are Ada, a guide. Be kind.'] })));
    expect(text).toContain('rule-based, no neural network');
    expect(text).toContain('You are Ada, a guide.');
    expect(text).not.toContain('Be kind');
    expect(text).toContain('How are you?');
  });

  test('it comes word by word, counted by length', async () => {
    const parts = await answer(saying('Hi'));
    const deltas = parts.filter(({ type }) => type === 'text-delta');
    expect(deltas.length).toBeGreaterThan(10);
    expect(parts.at(-1)).toMatchObject({
      type: 'finish',
      reason: 'stop',
      usage: { outputTokens: Math.ceil(textOf(parts).length / 4), inputTokens: expect.any(Number) },
      modelId: 'offline/instant',
    });
  });

  test('an output limit cuts it', async () => {
    const parts = await answer(saying('Hi', { settings: { speed: 'standard', cache: 'auto', maxOutputTokens: 5 } }));
    expect(textOf(parts)).toHaveLength(20);
    expect(parts.at(-1)).toMatchObject({ reason: 'length' });
  });

  test('no message, no system prompt and attached files are no trouble', async () => {
    expect(textOf(await answer(aRequest({ messages: [], system: [] })))).toContain('offline model');
    const file = { type: 'file', mediaType: 'image/png', data: { bytes: new Uint8Array(3) } } as const;
    expect(textOf(await answer(aRequest({ messages: [{ role: 'user', content: [file] }] })))).toContain(
      'attached a file',
    );
  });
});

const stockTool = aTool(
  'check-stock',
  'Tells how many pieces of a product are left in the shop today.',
  'product',
  'Name of the product, such as rye bread',
);
const orderTool = aTool('find-order', 'Finds an order.', 'orderNo', 'Number of the order');

/** A tool with one required text. */
function aTool(name: string, description: string, parameter: string, about: string): ModelTool {
  const properties = { [parameter]: { type: 'string', description: about } };
  return {
    name,
    description,
    inputSchema: { type: 'object', properties, required: [parameter] },
    isStrictCapable: true,
  };
}

describe('tools', () => {
  const tools = [weatherTool, ordersTool];

  test('a message that asks for what a tool does calls it with what was said', async () => {
    const parts = await answer(saying('What is the weather like in Lisbon, in imperial units?', { tools }));
    expect(callsOf(parts)).toEqual([{ toolName: 'get-weather', input: { city: 'Lisbon', units: 'imperial' } }]);
    expect(parts.filter(({ type }) => type === 'tool-input-delta').length).toBeGreaterThan(1);
    expect(parts.at(-1)).toMatchObject({ reason: 'tool-calls' });
  });

  test('a message that asks for both calls both', async () => {
    const parts = await answer(saying('Search the orders of jane@example.com and get the weather in Porto', { tools }));
    expect(callsOf(parts)).toEqual([
      { toolName: 'search-orders', input: { email: 'jane@example.com' } },
      { toolName: 'get-weather', input: { city: 'Porto' } },
    ]);
  });

  test.each([
    ['How many rye bread are left in stock today?', stockTool, { product: 'rye bread' }],
    ['Look up order number 2041', orderTool, { orderNo: '2041' }],
    ['where is my order LK-2041?', orderTool, { orderNo: 'LK-2041' }],
  ])('%j fills the argument with what it is about', async (text, tool, input) => {
    expect(callsOf(await answer(saying(text, { tools: [tool] })))).toEqual([{ toolName: tool.name, input }]);
  });

  test.each(['Hello!', 'Tell me a joke', 'What can you get me?', 'I am in the city', ''])(
    '%j calls none',
    async (text) => {
      expect(callsOf(await answer(saying(text, { tools })))).toEqual([]);
    },
  );

  test('withheld tools are not called', async () => {
    expect(callsOf(await answer(saying('weather in Lisbon', { tools, toolChoice: 'none' })))).toEqual([]);
  });

  test('results are summed up, a failure is told', async () => {
    const failed: ModelToolResultPart = {
      type: 'tool-result',
      toolCallId: 'c2',
      toolName: 'search-orders',
      output: { kind: 'error', message: 'the shop is closed' },
    };
    const parts = await answer(after('Weather in Lisbon and the orders?', [weatherResult, failed]));
    expect(callsOf(parts)).toEqual([]);
    expect(textOf(parts)).toContain('get-weather returned sky: sunny, temperature: 21');
    expect(textOf(parts)).toContain('search-orders failed: the shop is closed');
  });

  test('a tool that has answered is not called again, one that has not is', async () => {
    expect(callsOf(await answer(after('weather in Lisbon', [weatherResult])))).toEqual([]);
    const parts = await answer(after('weather in Lisbon, and search the orders of a@b.co', [weatherResult]));
    expect(callsOf(parts)).toEqual([{ toolName: 'search-orders', input: { email: 'a@b.co' } }]);
  });

  test('the next question starts anew', async () => {
    const { messages } = after('weather in Lisbon', [weatherResult]);
    const again = [
      ...messages,
      { role: 'user', content: [{ type: 'text', text: 'And the weather in Rome?' }] } as const,
    ];
    expect(callsOf(await answer(aRequest({ messages: again, tools })))).toEqual([
      { toolName: 'get-weather', input: { city: 'Rome' } },
    ]);
  });
});

describe('structured output', () => {
  const responseFormat = {
    name: 'Place',
    isStrictCapable: true,
    schema: {
      type: 'object',
      properties: { city: { type: 'string' }, sky: { enum: ['cloudy', 'sunny'] } },
      required: ['city', 'sky'],
    },
  };

  test('the answer is JSON, out of the question and of what tools returned', async () => {
    const parts = await answer(after('The weather in Lisbon?', [weatherResult], { responseFormat }));
    expect(JSON.parse(textOf(parts))).toEqual({ city: 'Lisbon', sky: 'sunny' });
  });

  test('a tool that is asked for comes first', async () => {
    const parts = await answer(saying('The weather in Lisbon?', { responseFormat, tools: [weatherTool] }));
    expect(callsOf(parts)).toHaveLength(1);
    expect(textOf(parts)).toBe('');
  });
});

test.each([
  ['low', true],
  ['off', false],
  [undefined, false],
] as const)('[rt.thinking.offline] thinking %s: a thought first is %s', async (thinking, isThere) => {
  const parts = await answer(
    saying('weather in Rome', { tools: [weatherTool], settings: { speed: 'standard', cache: 'auto', thinking } }),
  );
  expect(reasoningOf(parts) !== '').toBe(isThere);
  expect(parts[0]?.type).toBe(isThere ? 'reasoning-start' : 'tool-input-start');
});

test('the same request gets the same answer, but for the ids of calls', async () => {
  const withoutIds = (parts: readonly ModelStreamPart[]): string =>
    JSON.stringify(parts).replaceAll(/call_[0-9a-f]{32}/g, 'call');
  await fc.assert(
    fc.asyncProperty(message, jsonSchema, fc.boolean(), async (text, schema, isStructured) => {
      const tool = {
        ...weatherTool,
        inputSchema: { type: 'object', properties: { city: schema }, required: ['city'] },
      };
      const format = isStructured ? { name: 'X', schema, isStrictCapable: false } : undefined;
      const request = saying(`${text} weather`, { tools: [tool, ordersTool], responseFormat: format });
      expect(withoutIds(await answer(request))).toBe(withoutIds(await answer(request)));
    }),
    { numRuns: 50 },
  );
});

describe('pace', () => {
  test('ids that end in instant come at once, others a piece at a time', async () => {
    const count = async (id: string, pace: 'human' | 'instant'): Promise<number> => {
      let batches = 0;
      for await (const _ of new OfflineModel(id, pace).stream(saying('Hi'), live())) batches++;
      return batches;
    };
    expect(await count('instant', 'human')).toBe(1);
    expect(await count('guide-instant', 'human')).toBe(1);
    expect(await count('default', 'instant')).toBe(1);
    expect(await count('default', 'human')).toBeGreaterThan(10);
  });

  test('an abort in a pause ends it at once, without finish', async () => {
    const controller = new AbortController();
    const parts: ModelStreamPart[] = [];
    for await (const batch of new OfflineModel('default', 'human').stream(saying('Hi'), controller.signal)) {
      parts.push(...batch);
      controller.abort();
    }
    expect(parts.map(({ type }) => type)).toEqual(['text-start', 'text-delta']);
    expect(await collect(new OfflineModel('default', 'human').stream(saying('Hi'), AbortSignal.abort()))).toEqual([]);
  });
});
