import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createInlineMcpServer, WorkerError, type WorkerExecuteOptions } from '../src/index.ts';
import {
  type Answer,
  brokenStream,
  finish,
  openStream,
  paused,
  serveScript,
  start,
  stream,
  toolRequest,
} from './script-server.ts';

const result = (fields: object) => ({ type: 'worker-result', workerId: 'exec_1', ...fields });
const cost = { currency: 'usd', bandwidthFee: 0, providerFee: 1, totalFee: 1, byok: false };
const tokens = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const failed = {
  type: 'error',
  errorType: 'provider_error',
  message: 'Down',
  source: 'provider',
  retryable: true,
  code: 'X',
};

async function generate(script: readonly Answer[], options?: WorkerExecuteOptions) {
  await using server = await serveScript(...script);
  const outcome = await server
    .client()
    .workers.generate('a 1', { PLANT: 'fern' }, options)
    .then(
      (value) => ({ value, error: undefined }),
      (error: WorkerError) => ({ value: undefined, error }),
    );
  return { ...outcome, requests: server.requests };
}

describe('generate', () => {
  test('gives the output, the session and what it cost', async () => {
    const { value, requests } = await generate([
      stream(
        start,
        result({ output: { a: 1 } }),
        // Of a worker that this one called.
        { type: 'worker-result', workerId: 'w2', output: 'inner' },
        finish,
        {
          type: 'usage',
          cost,
          tokens,
        },
      ),
    ]);
    expect(value).toEqual({ output: { a: 1 }, sessionId: 'exec_1', cost, tokens });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/agents/a%201/execute',
      body: { type: 'start', input: { PLANT: 'fern' } },
    });
  });

  test('runs tools between its legs', async () => {
    const { value, requests } = await generate(
      [stream(start, toolRequest('find'), paused), stream(start, result({ output: 1 }), finish)],
      { tools: { find: async () => 'found' }, dynamicToolSchemas: [] },
    );
    expect(value?.output).toBe(1);
    expect(requests.map(({ body }) => body)).toEqual([
      { type: 'start', input: { PLANT: 'fern' }, dynamicToolSchemas: [] },
      {
        type: 'continue',
        executionId: 'exec_1',
        toolResults: [{ toolCallId: 'call_find', toolName: 'find', result: 'found' }],
      },
    ]);
  });

  test.each([
    [
      'an error event',
      [start, failed],
      {
        message: 'Down',
        sessionId: 'exec_1',
        details: { errorType: 'provider_error', source: 'provider', code: 'X', retryable: true },
      },
    ],
    [
      'an error of the result',
      [start, result({ error: 'No luck' }), finish],
      { message: 'No luck', sessionId: 'exec_1', details: undefined },
    ],
    ['both', [start, result({ error: 'No luck' }), failed], { message: 'Down', sessionId: 'exec_1' }],
    ['a result without a start', [result({ error: 'No luck' }), finish], { message: 'No luck', sessionId: 'exec_1' }],
    ['no result', [start, finish], { message: 'The worker ended without a result', details: undefined }],
  ])('%s throws a WorkerError', async (_name, events, expected) => {
    const { error } = await generate([stream(...events)]);
    expect(error).toBeInstanceOf(WorkerError);
    expect(error).toMatchObject({ name: 'WorkerError', ...expected });
  });

  test('tools without a handler are named', async () => {
    const { error } = await generate([stream(start, toolRequest('pick', 'find', 'order'), paused)], {
      tools: { find: async () => 1 },
    });
    expect(error).toBeInstanceOf(WorkerError);
    expect(error).toMatchObject({
      message: 'The worker asked for tools that have no handler in "tools": "pick", "order"',
      sessionId: 'exec_1',
      details: undefined,
    });
  });

  test('a stream that broke off says so', async () => {
    const { error } = await generate([brokenStream(start)]);
    expect(error?.details).toEqual({
      errorType: 'internal_error',
      source: 'client',
      code: 'STREAM_INTERRUPTED',
      retryable: true,
    });
  });

  test('the signal and the deadline reject with their own errors', async () => {
    expect(await generate([], { signal: AbortSignal.abort() })).toMatchObject({ error: { name: 'AbortError' } });
    expect(await generate([openStream(start)], { timeoutMs: 30 })).toMatchObject({ error: { name: 'TimeoutError' } });
  });
});

describe('execute', () => {
  test('tools of the caller end the stream; continue goes on', async () => {
    await using server = await serveScript(stream(start, toolRequest('pick'), paused), stream(start, finish));
    const { workers } = server.client();
    const events = await Array.fromAsync(workers.execute('a1', {}));
    expect(events.map(({ type }) => type)).toEqual(['start', 'client-tool-request', 'finish']);
    const toolResults = [{ toolCallId: 'call_pick', result: 1 }];
    expect(await Array.fromAsync(workers.continue('a1', 'exec_1', toolResults))).toEqual([start, finish]);
    expect(server.requests[1]?.body).toEqual({ type: 'continue', executionId: 'exec_1', toolResults });
  });

  test('a request for tools without an execution id is an error, not a second start', async () => {
    await using server = await serveScript(
      stream({ type: 'start' }, toolRequest('find'), { type: 'finish', finishReason: 'tool-calls' }),
    );
    let calls = 0;
    const events = await Array.fromAsync(
      server.client().workers.execute('a1', {}, { tools: { find: async () => ++calls } }),
    );
    expect(events.at(-1)).toMatchObject({ type: 'error', errorType: 'internal_error' });
    expect([calls, server.requests.length]).toEqual([0, 1]);
  });

  test('inline MCP tools are announced beside given schemas, and may not share a name', async () => {
    const server = createInlineMcpServer('w', {
      tools: { a: { description: 'A', parameters: z.object({}), handler: async () => 'ran' } },
    });
    const [schema] = server.toolSchemas();
    await using stand = await serveScript(stream(start, toolRequest('w__a'), paused), stream(finish));
    const { workers } = stand.client();
    const options = { mcpServers: [server], dynamicToolSchemas: [{ name: 'x', description: '', inputSchema: {} }] };
    const events = await Array.fromAsync(workers.execute('a1', {}, options));
    expect(events[1]).toMatchObject({ output: 'ran' });
    expect(stand.requests[0]?.body.dynamicToolSchemas).toEqual([...options.dynamicToolSchemas, schema]);
    const clash = workers.execute('a1', {}, { mcpServers: [server], dynamicToolSchemas: [schema!] });
    await expect(clash.next()).rejects.toThrow('already in dynamicToolSchemas');
  });
});
