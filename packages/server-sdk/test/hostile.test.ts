import { afterEach, describe, expect, test, vi } from 'vitest';
import { collect, type DynamicTool, OctavusClient, type StreamEvent } from '../src/index.ts';
import {
  type Answer,
  delta,
  finish,
  json,
  openStream,
  paused,
  say,
  serveScript,
  start,
  stream,
  toolRequest,
} from './script-server.ts';

afterEach(() => void vi.useRealTimers());

const stopped = { type: 'finish', finishReason: 'stop' };
const interrupted = expect.objectContaining({ type: 'error', code: 'STREAM_INTERRUPTED', retryable: true });

/** A client whose server answers with a status and the start of a body, and then acts or says no more. */
function halfAnswered(status: number, statusText: string, then: () => void = () => undefined) {
  const answer = { isCancelled: false };
  let pulls = 0;
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        if (pulls === 1) controller.enqueue(new TextEncoder().encode('{"error":"Ha'));
        else then();
      },
      cancel() {
        answer.isCancelled = true;
      },
    });
  const fetch = async () => new Response(body(), { status, statusText });
  return { answer, client: new OctavusClient({ baseUrl: 'http://x', fetch }) };
}

const whole =
  (status: number, text: string, type = 'text/html'): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': type }).end(text);

describe('an answer that says no and stalls', () => {
  test('is given up on like a silent stream, and its connection is closed', async () => {
    vi.useFakeTimers();
    const { answer, client } = halfAnswered(500, 'Internal Server Error');
    const events = Array.fromAsync(client.agentSessions.attach('s').execute(say));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await events).toMatchObject([
      { type: 'error', errorType: 'internal_error', message: 'Request failed: HTTP 500 Internal Server Error' },
    ]);
    expect(answer.isCancelled).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is left at once when the caller leaves, and its connection is closed', async () => {
    const controller = new AbortController();
    const { answer, client } = halfAnswered(404, 'Not Found', () => controller.abort());
    const events = client.agentSessions.attach('s').execute(say, { signal: controller.signal });
    expect(await Array.fromAsync(events)).toEqual([stopped]);
    expect(answer.isCancelled).toBe(true);
  });

  test.each([
    ['a page of HTML', '<html><h1>502</h1></html>'],
    ['JSON that is cut', '{"error": "Ba'],
    ['a page without end', `{"error":"${'x'.repeat(3_000_000)}"}`],
    ['nothing', ''],
    ['null', 'null'],
    ['an error that is no text', '{"error":{"message":7},"message":[],"code":null}'],
  ])('with %s it names the status', async (_name, text) => {
    await using server = await serveScript(whole(400, text));
    const events = await Array.fromAsync(server.client().agentSessions.attach('s').execute(say));
    expect(events).toMatchObject([
      { type: 'error', errorType: 'validation_error', message: 'Request failed: HTTP 400 Bad Request' },
    ]);
  });
});

describe('a stream that is closed in good order without an end', () => {
  test.each<[string, Answer]>([
    ['after some events', stream(start, delta('a'))],
    ['before any', stream()],
    ['that is a page of HTML', whole(200, '<html>Please sign in</html>')],
  ])('%s ends silently, or with an error on request', async (_name, answer) => {
    for (const streamDrop of ['silent', 'error'] as const) {
      await using server = await serveScript(answer);
      const session = server.client({ streamDrop }).agentSessions.attach('s');
      const events = await Array.fromAsync(session.execute(say));
      const ends = events.filter(({ type }) => type === 'error' || type === 'finish');
      expect(ends).toEqual(streamDrop === 'silent' ? [] : [interrupted]);
    }
  });

  test('after a request for tools goes on with the tools', async () => {
    await using server = await serveScript(stream(start, toolRequest('find')), stream(finish));
    const session = server
      .client({ streamDrop: 'error' })
      .agentSessions.attach('s', { tools: { find: async () => 1 } });
    expect((await Array.fromAsync(session.execute(say))).at(-1)).toEqual(finish);
  });
});

describe('an abort is not kept waiting', () => {
  test('by a key function that never answers', async () => {
    const controller = new AbortController();
    const apiKey = () => {
      controller.abort();
      return new Promise<string>(() => undefined);
    };
    const client = new OctavusClient({ baseUrl: 'http://127.0.0.1:1', apiKey });
    const events = client.agentSessions.attach('s').execute(say, { signal: controller.signal });
    expect(await Array.fromAsync(events)).toEqual([stopped]);
  });

  test('by onToolResults, and what that throws later is no matter', async () => {
    const controller = new AbortController();
    await using server = await serveScript(stream(start, toolRequest('find'), paused));
    let fail: (error: Error) => void = () => undefined;
    const session = server.client().agentSessions.attach('s', {
      tools: { find: async () => 1 },
      onToolResults: () => {
        controller.abort();
        return new Promise((_resolve, reject) => {
          fail = reject;
        });
      },
    });
    expect(await Array.fromAsync(session.execute(say, { signal: controller.signal }))).toEqual([start, stopped]);
    fail(new Error('late'));
  });

  test('by a handler; onToolResults is not called for results that nobody waits for', async () => {
    const controller = new AbortController();
    await using server = await serveScript(stream(start, toolRequest('find'), paused));
    let hooks = 0;
    const session = server.client().agentSessions.attach('s', {
      tools: {
        find: async () => {
          controller.abort();
          throw new Error('late');
        },
      },
      onToolResults: async () => {
        hooks += 1;
      },
    });
    expect(await Array.fromAsync(session.execute(say, { signal: controller.signal }))).toEqual([start, stopped]);
    expect(hooks).toBe(0);
  });
});

test('a number of retries that is no number is none', async () => {
  await using server = await serveScript(json(503, { error: 'Busy' }, { 'retry-after': '0' }));
  const session = server.client({ maxRetries: Number.NaN }).agentSessions.attach('s');
  expect(await Array.fromAsync(session.execute(say))).toMatchObject([{ type: 'error', message: 'Busy' }]);
  expect(server.requests).toHaveLength(1);
});

describe('names and arguments of a hostile model', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', ''];

  test('names of every object are tools of the client, and of the server when it has them', async () => {
    const calls = names.map((toolName, index) => ({ toolCallId: `c${index}`, toolName, args: {} }));
    const leg = stream(start, { type: 'tool-request', toolCalls: calls }, paused);
    await using server = await serveScript(leg, leg, stream(finish));
    const { agentSessions } = server.client();
    const bare = await Array.fromAsync(agentSessions.attach('s', { tools: {} }).execute(say));
    const request = bare.find((event) => event.type === 'client-tool-request');
    expect(request?.toolCalls.map(({ toolName }) => toolName)).toEqual(names);
    const tools = Object.fromEntries(names.map((name) => [name, async () => `ran ${name}`]));
    const { toolResults } = await collect(agentSessions.attach('s', { tools }).execute(say));
    expect(toolResults.map(({ result }) => result)).toEqual(names.map((name) => `ran ${name}`));
  });

  test('arguments cannot change what an object is', async () => {
    const seen: unknown[] = [];
    const args = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"n":null}';
    const call = `{"toolCallId":"c","toolName":"find","args":${args},"__proto__":{"outputVariable":"X"}}`;
    await using server = await serveScript(
      (response) =>
        void response
          .writeHead(200)
          .end(`data: {"type":"tool-request","toolCalls":[${call}]}\n\ndata: ${JSON.stringify(paused)}\n\n`),
      stream(finish),
    );
    const find = async (given: Record<string, unknown>) => {
      seen.push(given.isAdmin, Object.getPrototypeOf(given) === Object.prototype, given.n);
      return null;
    };
    await collect(server.client().agentSessions.attach('s', { tools: { find } }).execute(say));
    expect(seen).toEqual([undefined, true, null]);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(server.requests[1]?.body.toolResults).toEqual([{ toolCallId: 'c', toolName: 'find', result: null }]);
  });

  test('null in the optional keys of a call means absent', async () => {
    const call = { toolCallId: 'c', toolName: 'find', args: {}, outputVariable: null, thread: null, workerId: null };
    await using server = await serveScript(
      stream(start, { type: 'tool-request', toolCalls: [call], workerId: null }, paused),
      stream(finish),
    );
    const session = server.client().agentSessions.attach('s', { tools: { find: async () => 1 } });
    await collect(session.execute(say));
    expect(server.requests[1]?.body.toolResults).toEqual([{ toolCallId: 'c', toolName: 'find', result: 1 }]);
  });

  test('an event of some megabytes in chunks of any cut is read', async () => {
    const text = '🌿é'.repeat(1_000_000);
    await using server = await serveScript(async (response) => {
      const bytes = Buffer.from(`data: ${JSON.stringify(delta(text))}\r\rdata: ${JSON.stringify(finish)}\r\r`);
      response.writeHead(200);
      for (let from = 0; from < bytes.length; from += 65_537) {
        await new Promise((resolve) => response.write(bytes.subarray(from, from + 65_537), resolve));
      }
      response.end();
    });
    const events = await Array.fromAsync(server.client().agentSessions.attach('s').execute(say));
    expect(events).toEqual([delta(text), finish]);
  });
});

describe('handlers', () => {
  test('one that changes the dynamic tools changes the next round, not the calls beside it', async () => {
    const dynamic = (name: string, handler: DynamicTool['handler']): DynamicTool => ({
      schema: { name, description: name, inputSchema: {} },
      handler,
    });
    await using server = await serveScript(
      stream(start, toolRequest('first', 'second'), paused),
      stream(start, toolRequest('second'), paused),
    );
    const session = server.client().agentSessions.attach('s');
    session.setDynamicTools([
      dynamic('first', async () => session.setDynamicTools([])),
      dynamic('second', async () => 'ran'),
    ]);
    const events = await Array.fromAsync(session.execute(say));
    expect(events.filter(({ type }) => type.startsWith('tool-output'))).toEqual([
      { type: 'tool-output-available', toolCallId: 'call_first', output: null },
      { type: 'tool-output-available', toolCallId: 'call_second', output: 'ran' },
    ]);
    expect(events.at(-1)).toMatchObject({ finishReason: 'client-tool-calls' });
  });

  test.each<[string, () => unknown]>([
    [
      'a value that refuses',
      () => ({
        toJSON: () => {
          throw new Error('secret');
        },
      }),
    ],
    ['a BigInt inside', () => ({ total: [1n] })],
  ])('what returns %s answers with an error, and the execution goes on', async (_name, value) => {
    await using server = await serveScript(stream(start, toolRequest('find'), paused), stream(finish));
    const session = server.client().agentSessions.attach('s', { tools: { find: async () => value() } });
    const events = await Array.fromAsync(session.execute(say));
    expect(events.map(({ type }) => type)).toEqual(['start', 'tool-output-error', 'finish']);
  });

  test.each([[() => undefined], [Symbol('x')]])('what JSON leaves out is nothing: %s', async (value) => {
    await using server = await serveScript(stream(start, toolRequest('find'), paused), stream(finish));
    const session = server.client().agentSessions.attach('s', { tools: { find: async () => value } });
    expect((await Array.fromAsync(session.execute(say)))[1]).toMatchObject({ output: null });
    expect(server.requests[1]?.body.toolResults).toEqual([{ toolCallId: 'call_find', toolName: 'find' }]);
  });

  test('two executions of one session at once do not mix', async () => {
    const leg = (execution: string): Answer => stream({ ...start, executionId: execution }, toolRequest('who'), paused);
    const byExecution: Answer = (response, request) =>
      stream({ type: 'text-delta', id: 't', delta: request.body.executionId }, finish)(response, request);
    await using server = await serveScript(leg('e1'), leg('e2'), byExecution, byExecution);
    const session = server.client().agentSessions.attach('s', { tools: { who: async () => 'me' } });
    const both = await Promise.all([Array.fromAsync(session.execute(say)), Array.fromAsync(session.execute(say))]);
    const pairs = both.map((events) => {
      const own = events.find((event) => event.type === 'start');
      const said = events.find((event) => event.type === 'text-delta');
      return [own?.executionId, said?.delta];
    });
    expect(pairs.sort()).toEqual([
      ['e1', 'e1'],
      ['e2', 'e2'],
    ]);
  });
});

describe('messages of a socket', () => {
  const recorder = () => {
    const seen: StreamEvent[] = [];
    return { seen, handlers: { onEvent: (event: StreamEvent) => void seen.push(event) } };
  };

  test.each([[null], [undefined], ['stop'], [7], [true]])(
    '%j is answered with an error and ends nothing',
    async (bad) => {
      await using server = await serveScript(openStream(start));
      const session = server.client().agentSessions.attach('s');
      const { promise: first, resolve: onEvent } = Promise.withResolvers<unknown>();
      const running = session.handleSocketMessage(say, { onEvent });
      expect(await first).toEqual(start);
      const { seen, handlers } = recorder();
      await session.handleSocketMessage(bad as never, handlers);
      expect(seen).toMatchObject([
        { type: 'error', errorType: 'validation_error', source: 'client', retryable: false },
      ]);
      let isOver = false;
      void running.then(() => {
        isOver = true;
      });
      await new Promise(setImmediate);
      expect(isOver).toBe(false);
      await session.handleSocketMessage({ type: 'stop' }, handlers);
      await running;
    },
  );

  test.each([[{}], [[]], [{ type: 'dance', triggerName: { a: 1 } }]])(
    '%j is a trigger that the server refuses',
    async (odd) => {
      await using server = await serveScript(json(400, { error: 'Invalid request', code: 'VALIDATION_ERROR' }));
      const { seen, handlers } = recorder();
      await server
        .client()
        .agentSessions.attach('s')
        .handleSocketMessage(odd as never, handlers);
      expect(seen).toMatchObject([{ type: 'error', code: 'VALIDATION_ERROR' }]);
    },
  );

  test('a socket that has closed stops the run', async () => {
    await using server = await serveScript(openStream(start));
    const onEvent = (event: StreamEvent) => {
      if (event.type === 'start') throw new Error('WebSocket is not open');
    };
    await server.client().agentSessions.attach('s').handleSocketMessage(say, { onEvent });
    await server.closed(0);
  });
});
