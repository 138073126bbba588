import { describe, expect, test } from 'vitest';
import { Resource, type ToolHandlers, type ToolResult } from '../src/index.ts';
import {
  type Answer,
  delta,
  finish,
  json,
  paused,
  say,
  serveScript,
  start,
  stream,
  toolRequest,
} from './script-server.ts';

async function run(answers: readonly Answer[], options: object = {}, request: object = say) {
  await using server = await serveScript(...answers);
  const session = server.client().agentSessions.attach('s1', options);
  const events = await Array.fromAsync(session.execute(request as typeof say));
  return { events, requests: server.requests };
}

describe('one leg', () => {
  test('events are forwarded unchanged and in order, usage after finish too', async () => {
    const sent = [start, delta('a'), { type: 'text-delta', id: 't1', delta: 'b', later: 1 }, finish];
    const usage = {
      type: 'usage',
      cost: { currency: 'usd', bandwidthFee: 0, providerFee: 1, totalFee: 1, byok: false },
      tokens: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    };
    const { events, requests } = await run([stream(...sent, usage)]);
    expect(events).toEqual([...sent, usage]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/api/agent-sessions/s1/trigger' });
  });

  test('what is no event is skipped', async () => {
    const { events } = await run([
      (response) =>
        void response
          .writeHead(200)
          .end(
            'data: {oops\n\ndata: {"type":"dance"}\n\n: hi\n\ndata: 7\n\ndata:{"type":"finish","finishReason":"stop"}',
          ),
    ]);
    expect(events).toEqual([finish]);
  });

  test('a stream cut into single bytes gives the same events', async () => {
    const { events } = await run([
      async (response) => {
        response.writeHead(200);
        for (const byte of Buffer.from(
          `data: ${JSON.stringify(delta('Grüße 🌿'))}\r\n\r\ndata: ${JSON.stringify(finish)}`,
        )) {
          await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
        }
        response.end();
      },
    ]);
    expect(events).toEqual([delta('Grüße 🌿'), finish]);
  });

  test('a finish of tool-calls without any call is an end like others', async () => {
    const { events } = await run([stream(start, paused)]);
    expect(events).toEqual([start, paused]);
  });

  test('resource updates reach their resource and the caller', async () => {
    const seen: unknown[] = [];
    class Notes extends Resource {
      readonly name = 'NOTES';
      onUpdate(value: unknown): void {
        seen.push(value);
      }
    }
    const update = { type: 'resource-update', name: 'NOTES', value: 'x' };
    const other = { type: 'resource-update', name: 'OTHER', value: 'y' };
    const { events } = await run([stream(start, update, other, finish)], { resources: [new Notes()] });
    expect(events).toEqual([start, update, other, finish]);
    expect(seen).toEqual(['x']);
  });
});

describe('requests', () => {
  test('known keys are sent, others and undefined ones are not', async () => {
    const request = {
      ...say,
      sessionId: 'mine',
      executionId: 'no',
      sender: { name: 'Ada' },
      rollbackAfterMessageId: null,
    };
    const { requests } = await run([stream(finish)], {}, request);
    expect(requests[0]?.body).toEqual({
      triggerName: 'user-message',
      input: { USER_MESSAGE: 'hi' },
      sender: { name: 'Ada' },
      rollbackAfterMessageId: null,
    });
    expect(requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer oct_sk_test',
      'x-octavus-sdk-version': '4',
    });
  });

  test('a request without a type is a trigger', async () => {
    const { requests } = await run([stream(finish)], {}, { triggerName: 'wave' });
    expect(requests[0]?.body).toEqual({ triggerName: 'wave' });
  });

  test('nothing is sent before the first event is asked for', async () => {
    await using server = await serveScript(stream(finish));
    const events = server.client().agentSessions.attach('s1').execute(say);
    expect(server.requests).toHaveLength(0);
    await events.next();
    expect(server.requests).toHaveLength(1);
    await events.return(undefined);
  });

  test('trigger() is execute() of a trigger', async () => {
    await using server = await serveScript(stream(finish));
    await Array.fromAsync(server.client().agentSessions.attach('s 1/2').trigger('wave', { A: 1 }));
    expect(server.requests[0]).toMatchObject({
      path: '/api/agent-sessions/s%201%2F2/trigger',
      body: { triggerName: 'wave', input: { A: 1 } },
    });
  });

  test('a continuation sends its results, and no trigger', async () => {
    const toolResults = [{ toolCallId: 'c', result: 1 }];
    const { requests } = await run(
      [stream(start, toolRequest('find'), paused), stream(start, finish)],
      { tools: { find: async () => 2 } },
      { type: 'continue', executionId: 'exec_0', toolResults },
    );
    expect(requests.map(({ body }) => body)).toEqual([
      { executionId: 'exec_0', toolResults },
      { executionId: 'exec_1', toolResults: [{ toolCallId: 'call_find', toolName: 'find', result: 2 }] },
    ]);
  });
});

describe('server tools', () => {
  test('run at once, answer in the order of the request, and continue the execution', async () => {
    const order: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tools: ToolHandlers = {
      slow: async (args) => {
        await gate;
        order.push('slow');
        return args;
      },
      fast: async () => {
        order.push('fast');
        release();
        return { ok: true };
      },
    };
    const { events, requests } = await run(
      [stream(start, toolRequest('slow', 'fast'), paused), stream(start, delta('done'), finish)],
      { tools },
    );
    expect(order).toEqual(['fast', 'slow']);
    expect(events).toEqual([
      start,
      { type: 'tool-output-available', toolCallId: 'call_slow', output: { of: 'slow' } },
      { type: 'tool-output-available', toolCallId: 'call_fast', output: { ok: true } },
      start,
      delta('done'),
      finish,
    ]);
    expect(requests[1]?.body).toEqual({
      triggerName: 'user-message',
      input: { USER_MESSAGE: 'hi' },
      executionId: 'exec_1',
      toolResults: [
        { toolCallId: 'call_slow', toolName: 'slow', result: { of: 'slow' } },
        { toolCallId: 'call_fast', toolName: 'fast', result: { ok: true } },
      ],
    });
  });

  test.each([
    ['an Error', async () => Promise.reject(new Error('No such order')), 'No such order'],
    ['an Error without a message', async () => Promise.reject(new Error('')), 'Tool execution failed'],
    ['something else', async () => Promise.reject('oops'), 'Tool execution failed'],
    [
      'an Error at once',
      () => {
        throw new Error('sync');
      },
      'sync',
    ],
  ])('a tool that throws %s answers with an error', async (_name, find, error) => {
    const { events, requests } = await run([stream(start, toolRequest('find'), paused), stream(finish)], {
      tools: { find },
    });
    expect(events[1]).toEqual({ type: 'tool-output-error', toolCallId: 'call_find', error });
    expect(requests[1]?.body.toolResults).toEqual([{ toolCallId: 'call_find', toolName: 'find', error }]);
  });

  test('a tool that returns nothing has the output null and no result', async () => {
    const tools = { find: async () => undefined };
    const { events, requests } = await run([stream(start, toolRequest('find'), paused), stream(finish)], { tools });
    expect(events[1]).toEqual({ type: 'tool-output-available', toolCallId: 'call_find', output: null });
    expect(requests[1]?.body.toolResults).toEqual([{ toolCallId: 'call_find', toolName: 'find' }]);
  });

  test('a result that JSON cannot carry is an error of the tool', async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const tools = { find: async () => loop, count: async () => 1n };
    const { events, requests } = await run([stream(start, toolRequest('find', 'count'), paused), stream(finish)], {
      tools,
    });
    expect(events.slice(1, 3).map(({ type }) => type)).toEqual(['tool-output-error', 'tool-output-error']);
    expect(requests[1]?.body.toolResults[1].error).toContain('"count" returned a value that JSON cannot carry');
  });

  test('fields of the call come back with its result, and the handler knows the call', async () => {
    let context: unknown;
    const find = async (_args: unknown, given: unknown) => {
      context = given;
      return 1;
    };
    const call = { toolName: 'find', outputVariable: 'ORDER', blockIndex: 2, thread: 'side', workerId: 'w1' };
    const { events, requests } = await run([stream(start, toolRequest(call), paused), stream(finish)], {
      tools: { find },
    });
    expect(context).toEqual({
      toolCallId: 'call_x',
      toolName: 'find',
      thread: 'side',
      workerId: 'w1',
      signal: expect.any(AbortSignal),
    });
    expect(events[1]).toEqual({ type: 'tool-output-available', toolCallId: 'call_x', workerId: 'w1', output: 1 });
    expect(requests[1]?.body.toolResults).toEqual([{ toolCallId: 'call_x', result: 1, ...call }]);
  });

  test('a tool that is called like a function of every object is no tool of the server', async () => {
    const { events, requests } = await run([stream(start, toolRequest('constructor', 'toString'), paused)], {
      tools: {},
    });
    expect(events.map(({ type }) => type)).toEqual(['start', 'client-tool-request', 'finish']);
    expect(requests).toHaveLength(1);
  });

  test('an own tool of such a name is one', async () => {
    const tools = { constructor: async () => 'ours' };
    const { events } = await run([stream(start, toolRequest('constructor'), paused), stream(finish)], { tools });
    expect(events[1]).toMatchObject({ output: 'ours' });
  });

  test('several requests of a leg are one, each call once', async () => {
    const { requests } = await run([stream(start, toolRequest('a'), toolRequest('a', 'b'), paused), stream(finish)], {
      tools: { a: async () => 1, b: async () => 2 },
    });
    expect(requests[1]?.body.toolResults.map((result: ToolResult) => result.toolCallId)).toEqual(['call_a', 'call_b']);
  });

  test.each([
    ['an error', { type: 'error', errorType: 'internal_error', message: 'm', retryable: false, source: 'platform' }],
    ['a finish of another reason', finish],
  ])('no tool runs after %s', async (_name, end) => {
    let calls = 0;
    const tools = { find: async () => ++calls };
    const { events, requests } = await run([stream(start, toolRequest('find'), end)], { tools });
    expect(events).toEqual([start, end]);
    expect([calls, requests.length]).toEqual([0, 1]);
  });

  test('the execution id is the latest that a start named', async () => {
    const second = { ...start, executionId: 'exec_2' };
    const { requests } = await run(
      [
        stream(start, { type: 'start' }, toolRequest('a'), paused),
        stream(second, toolRequest('a'), paused),
        stream(finish),
      ],
      { tools: { a: async () => 1 } },
    );
    expect(requests.slice(1).map(({ body }) => body.executionId)).toEqual(['exec_1', 'exec_2']);
  });
});

describe('client tools', () => {
  const find = async () => 'found';

  test('are handed to the caller with what the server tools answered', async () => {
    const { events, requests } = await run([stream(start, toolRequest('pick', 'find'), paused)], { tools: { find } });
    const answered = { toolCallId: 'call_find', toolName: 'find', result: 'found' };
    expect(events.slice(1)).toEqual([
      { type: 'tool-output-available', toolCallId: 'call_find', output: 'found' },
      {
        type: 'client-tool-request',
        executionId: 'exec_1',
        toolCalls: [{ toolCallId: 'call_pick', toolName: 'pick', args: { of: 'pick' } }],
        serverToolResults: [answered],
      },
      { type: 'finish', finishReason: 'client-tool-calls', executionId: 'exec_1' },
    ]);
    expect(requests).toHaveLength(1);
  });

  test('alone come without results of the server', async () => {
    const { events } = await run([stream(start, toolRequest('pick'), paused)]);
    expect(events[1]).not.toHaveProperty('serverToolResults');
  });

  test('cannot be asked for without an execution id', async () => {
    const { events } = await run([
      stream({ type: 'start' }, toolRequest('pick'), { type: 'finish', finishReason: 'tool-calls' }),
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'error', errorType: 'internal_error' });
  });

  test('are answered with an error when no client could run them', async () => {
    const { events, requests } = await run(
      [stream(start, toolRequest('pick', 'find'), paused), stream(start, finish)],
      { tools: { find }, rejectClientToolCalls: true },
    );
    expect(events.map(({ type }) => type)).toEqual([
      'start',
      'tool-output-error',
      'tool-output-available',
      'start',
      'finish',
    ]);
    expect(requests[1]?.body.toolResults[0]).toMatchObject({
      toolCallId: 'call_pick',
      error: expect.stringContaining('"pick"'),
    });
  });
});

describe('callbacks', () => {
  const legs = () => [stream(start, toolRequest('find'), paused), stream(finish)];

  test('onToolResults may change results before anybody sees them', async () => {
    const onToolResults = async (results: ToolResult[]) => {
      results[0]!.result = 'changed';
    };
    const { events, requests } = await run(legs(), { tools: { find: async () => 1 }, onToolResults });
    expect(events[1]).toMatchObject({ output: 'changed' });
    expect(requests[1]?.body.toolResults[0].result).toBe('changed');
  });

  test('what a callback throws reaches onCallbackError and nothing else', async () => {
    class Broken extends Resource {
      readonly name: string;
      readonly onUpdate: () => Promise<void>;
      constructor(name: string, onUpdate: () => Promise<void>) {
        super();
        this.name = name;
        this.onUpdate = onUpdate;
      }
    }
    const updates = ['A', 'B'].map((name) => ({ type: 'resource-update', name, value: 1 }));
    await using server = await serveScript(stream(start, ...updates, finish), stream(start, ...updates, finish));
    const seen: unknown[] = [];
    const resources = [
      new Broken('A', () => {
        throw new Error('sync');
      }),
      new Broken('B', () => Promise.reject(new Error('async'))),
    ];
    const onCallbackError = (error: unknown, { callback }: { callback: string }) =>
      void seen.push([(error as Error).message, callback]);
    for (const config of [{ onCallbackError }, {}]) {
      const events = await Array.fromAsync(server.client(config).agentSessions.attach('s', { resources }).execute(say));
      expect(events).toEqual([start, ...updates, finish]);
    }
    expect(seen).toEqual([
      ['sync', 'Resource.onUpdate'],
      ['async', 'Resource.onUpdate'],
    ]);
  });
});

describe('failures of a request', () => {
  test.each([
    ['flat', { error: 'No such session', code: 'NOT_FOUND' }, 'No such session', 'NOT_FOUND'],
    ['nested', { error: { message: 'No such session', code: 'NOT_FOUND' } }, 'No such session', 'NOT_FOUND'],
    ['with a message', { message: 'Gone' }, 'Gone', undefined],
    ['of another kind', [1], 'Request failed: HTTP 404 Not Found', undefined],
  ])('an error answer that is %s becomes an error event', async (_name, body, message, code) => {
    const { events } = await run([json(404, body)]);
    expect(events).toMatchObject([
      { type: 'error', errorType: 'not_found_error', message, source: 'platform', retryable: false },
    ]);
    expect(events[0]).toHaveProperty('code', code);
  });

  test('a 2xx answer without a body is an internal error', async () => {
    const { events } = await run([(response) => void response.writeHead(204).end()]);
    expect(events).toMatchObject([{ type: 'error', errorType: 'internal_error' }]);
  });
});
