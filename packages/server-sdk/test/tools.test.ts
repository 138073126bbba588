import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createInlineMcpServer,
  type DynamicTool,
  defineInlineMcpTool,
  defineTool,
  enforceToolResultsSize,
  type SessionAttachOptions,
  type ToolProvider,
  type ToolResult,
} from '../src/index.ts';
import { finish, paused, say, serveScript, start, stream, toolRequest } from './script-server.ts';

const dynamic = (name: string, answer: unknown): DynamicTool => ({
  schema: { name, description: name, inputSchema: { type: 'object' } },
  handler: async () => answer,
});
const weather = createInlineMcpServer('weather', {
  tools: {
    today: defineInlineMcpTool({
      description: 'Weather of today',
      parameters: z.object({ city: z.string(), days: z.coerce.number().default(1) }),
      output: z.object({ degrees: z.number().default(20) }),
      handler: async ({ city, days }) => ({ degrees: city === 'Oslo' ? -days : (undefined as never) }),
    }),
  },
});
const context = { toolCallId: 'c', toolName: 'weather__today', signal: new AbortController().signal };

/** What a session with these options sends and answers when the model calls each tool in turn. */
async function calls(options: SessionAttachOptions, ...steps: readonly (string | DynamicTool[] | ToolProvider)[]) {
  const names = steps.filter((step) => typeof step === 'string');
  await using server = await serveScript(
    ...names.flatMap((name) => [stream(start, toolRequest(name), paused), stream(finish)]),
  );
  const session = server.client().agentSessions.attach('s', options);
  const outputs: unknown[] = [];
  for (const step of steps) {
    if (typeof step !== 'string') session.setDynamicTools(step);
    else {
      for await (const event of session.execute(say)) {
        if (event.type === 'tool-output-available') outputs.push(event.output);
        if (event.type === 'client-tool-request') outputs.push('client');
      }
    }
  }
  const schemas = server.requests.map(({ body }) => body.dynamicToolSchemas?.map(({ name }: { name: string }) => name));
  return { outputs, schemas };
}

describe('dynamic tools', () => {
  test('overlay the others until they are dropped', async () => {
    const tools = { find: async () => 'base' };
    const { outputs, schemas } = await calls({ tools }, 'find', [dynamic('find', 'dynamic')], 'find', [], 'find');
    expect(outputs).toEqual(['base', 'dynamic', 'base']);
    expect(schemas).toEqual([undefined, undefined, ['find'], ['find'], [], []]);
  });

  test('a provider gives the tools that have a schema and a handler', async () => {
    const { schema, handler } = dynamic('a', 1);
    const provider: ToolProvider = {
      toolSchemas: () => [schema, { ...schema, name: 'toString' }],
      toolHandlers: () => ({ a: handler, b: handler }),
    };
    const { outputs, schemas } = await calls({}, provider, 'a', 'b');
    expect(outputs).toEqual([1, 'client']);
    expect(schemas[0]).toEqual(['a']);
  });

  test('one of the name of an inline MCP tool replaces its schema', async () => {
    const name = 'weather__today';
    const { outputs, schemas } = await calls({ mcpServers: [weather] }, [dynamic(name, 'mine'), dynamic('a', 1)], name);
    expect(outputs).toEqual(['mine']);
    expect(schemas[0]).toEqual([name, 'a']);
  });
});

describe('inline MCP servers', () => {
  test('have wire names and JSON Schemas in which defaults are optional', () => {
    expect(weather.toolSchemas()).toMatchObject([
      {
        name: 'weather__today',
        description: 'Weather of today',
        inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        outputSchema: { type: 'object' },
      },
    ]);
    expect(
      createInlineMcpServer('x', {
        tools: { a: { description: '', parameters: z.object({}), handler: async () => 1 } },
      }).toolSchemas()[0],
    ).not.toHaveProperty('outputSchema');
  });

  test('give handlers checked, coerced and completed arguments, and check the output', async () => {
    const today = weather.toolHandlers().weather__today!;
    expect(await today({ city: 'Oslo', days: '3' }, context)).toEqual({ degrees: -3 });
    expect(await today({ city: 'Rome' }, context)).toEqual({ degrees: 20 });
    await expect(today({ city: 7, days: 'x' }, context)).rejects.toThrow(
      /^Invalid arguments for "weather__today": city: .+; days: .+$/,
    );
    await expect(today(undefined as never, context)).rejects.toThrow(
      'Invalid arguments for "weather__today": <root>: ',
    );
  });

  test('refuse names of another form and clashes', async () => {
    const tool = { description: '', parameters: z.object({}), handler: async () => 1 };
    expect(() => createInlineMcpServer('Weather', { tools: {} })).toThrow('Invalid namespace "Weather"');
    expect(() => createInlineMcpServer('w', { tools: { Ä: tool } })).toThrow('Invalid tool name "Ä"');
    await expect(calls({ mcpServers: [weather, weather] })).rejects.toThrow('share the namespace "weather"');
    await expect(calls({ mcpServers: [weather], tools: { weather__today: async () => 1 } })).rejects.toThrow(
      'already there',
    );
  });

  test('are called by the loop, and announced with every request', async () => {
    const other = createInlineMcpServer('other', { tools: {} });
    const { outputs, schemas } = await calls(
      { mcpServers: [weather, other], tools: { plain: async () => 'plain' } },
      'plain',
    );
    expect(outputs).toEqual(['plain']);
    expect(schemas).toEqual([['weather__today'], ['weather__today']]);
  });
});

test('a defined tool checks its arguments', async () => {
  const find = defineTool({
    parameters: z.object({ order: z.string().trim(), limit: z.number().default(5) }),
    handler: ({ order, limit }, { toolCallId }) => [order, limit, toolCallId],
  });
  const called = { ...context, toolName: 'find' };
  expect(await find({ order: ' A ' }, called)).toEqual(['A', 5, 'c']);
  await expect(find({}, called)).rejects.toThrow('Invalid arguments for "find": order: ');
  const options: SessionAttachOptions = { tools: { find } };
  expect(options.tools?.find).toBe(find);
});

describe('results that are too big', () => {
  const result = (size: number, extra: Partial<ToolResult> = {}): ToolResult => ({
    toolCallId: `c${size}`,
    toolName: 't',
    result: 'x'.repeat(size),
    ...extra,
  });

  test('small ones stay the same objects', () => {
    const results = [result(10)];
    expect(enforceToolResultsSize(results, 1000)).toEqual({ results, truncations: [], overflow: false });
    expect(enforceToolResultsSize(results, 1000).results).toBe(results);
    expect(enforceToolResultsSize(undefined, 1).results).toBeUndefined();
    expect(enforceToolResultsSize([], 1)).toEqual({ results: [], truncations: [], overflow: false });
  });

  test('the longest is cut first, to its start and end, and the given list stays', () => {
    const results = [result(50_000), result(90_000), result(20_000, { result: undefined, error: 'e'.repeat(20_000) })];
    const { results: kept, truncations, overflow } = enforceToolResultsSize(results, 100_000);
    expect(overflow).toBe(false);
    expect(truncations).toEqual([
      {
        toolCallId: 'c90000',
        toolName: 't',
        originalBytes: 90_002,
        keptBytes: expect.any(Number),
        variableCapture: false,
      },
    ]);
    expect(kept?.[1]?.result).toMatch(
      /^The result of 90002 bytes is too big and was cut\..*\n\n"x{9830}\n… 73618 characters removed …\nx{6552}"$/s,
    );
    expect(results[1]?.result).toHaveLength(90_000);
    expect(kept?.[0]).toBe(results[0]);
  });

  test('one for a variable becomes an error; errors are cut as errors', () => {
    const forVariable = result(90_000, { outputVariable: 'ORDER' });
    const failed = result(1, { result: undefined, error: 'e'.repeat(80_000) });
    const { results, truncations } = enforceToolResultsSize([forVariable, failed], 30_000);
    expect(results?.[0]).toEqual({
      toolCallId: 'c90000',
      toolName: 't',
      outputVariable: 'ORDER',
      error: expect.stringContaining('ORDER'),
    });
    expect(results?.[1]?.error).toContain('characters removed');
    expect(truncations.map(({ variableCapture }) => variableCapture)).toEqual([true, false]);
  });

  test('results of 16 KiB and less are not cut, so many of them may overflow', () => {
    const results = Array.from({ length: 10 }, (_, index) => result(16_000 + index));
    expect(enforceToolResultsSize(results, 50_000)).toEqual({ results, truncations: [], overflow: true });
  });

  test('size is measured in bytes', () => {
    const wide = { toolCallId: 'c', result: '€'.repeat(10_000) };
    expect(enforceToolResultsSize([wide], 20_000)).toMatchObject({
      truncations: [{ originalBytes: 30_002 }],
      overflow: true,
    });
  });

  const bigTool = (size: number) => ({ find: async () => 'x'.repeat(size) });
  const leg = () => stream(start, toolRequest('find'), paused);

  test('the loop sends the cut result and reports it', async () => {
    await using server = await serveScript(leg(), stream(finish));
    const seen: unknown[] = [];
    const session = server.client({ maxContinuationBytes: 100_000 }).agentSessions.attach('s', {
      tools: bigTool(200_000),
      onToolResultTruncated: (truncation) => seen.push(truncation.toolCallId),
    });
    const events = await Array.fromAsync(session.execute(say));
    expect(events.at(-1)).toEqual(finish);
    expect(JSON.stringify(server.requests[1]?.body).length).toBeLessThan(50_000);
    expect(seen).toEqual(['call_find']);
  });

  test('what cannot be cut enough is not sent at all', async () => {
    await using server = await serveScript(leg());
    const session = server
      .client({ maxContinuationBytes: 20_000 })
      .agentSessions.attach('s', { tools: bigTool(15_000) });
    const events = await Array.fromAsync(session.execute(say));
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      errorType: 'unknown_error',
      message: expect.stringContaining('20000 bytes'),
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [100_000, 49_000, 0],
    [100_000, 51_000, 1],
    [1_000_000, 737_000, 0],
    [1_000_000, 738_000, 1],
  ])('of %i bytes a reserve is left, half at most: a result of %i is cut %i times', async (limit, size, cuts) => {
    await using server = await serveScript(leg(), stream(finish));
    let seen = 0;
    const session = server.client({ maxContinuationBytes: limit }).agentSessions.attach('s', {
      tools: bigTool(size),
      onToolResultTruncated: () => {
        seen += 1;
      },
    });
    await Array.fromAsync(session.execute(say));
    expect(seen).toBe(cuts);
    expect(server.requests).toHaveLength(2);
  });

  test('a request that is too big for another reason is not sent either', async () => {
    await using server = await serveScript(leg());
    const session = server.client({ maxContinuationBytes: 5000 }).agentSessions.attach('s', { tools: bigTool(10) });
    const events = await Array.fromAsync(session.execute({ ...say, input: { USER_MESSAGE: 'x'.repeat(5000) } }));
    expect(events.at(-1)).toMatchObject({ type: 'error', retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  test('the smallest that is cut has one byte more than 16 KiB', () => {
    // The quotes of its JSON count.
    expect(enforceToolResultsSize([result(16_382)], 100).truncations).toHaveLength(0);
    expect(enforceToolResultsSize([result(16_383)], 100).truncations).toHaveLength(1);
  });

  test('a first request is never too big for us', async () => {
    await using server = await serveScript(stream(finish));
    const session = server.client({ maxContinuationBytes: 1000 }).agentSessions.attach('s');
    const input = { USER_MESSAGE: 'x'.repeat(5000) };
    expect(await Array.fromAsync(session.execute({ ...say, input }))).toEqual([finish]);
  });
});
