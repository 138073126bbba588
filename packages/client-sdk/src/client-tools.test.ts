import type { StreamEvent } from '@octavus/core';
import { describe, expect, test, vi } from 'vitest';
import { call, event, finish, start, text } from '../test/events.ts';
import { scriptedTransport } from '../test/scripted-transport.ts';
import { type ClientToolHandler, OctavusChat, type OctavusChatOptions } from './index.ts';

async function pausedChat(
  clientTools: Record<string, ClientToolHandler>,
  calls: readonly { id: string; name: string; [field: string]: unknown }[],
  options: Partial<OctavusChatOptions> = {},
) {
  const transport = scriptedTransport();
  const onFinish = vi.fn();
  const chat = new OctavusChat({ transport, clientTools, onFinish, ...options });
  const sent = chat.send('go');
  const first = transport.last;
  await first.send(start(), ...calls.flatMap(({ id, name }) => call(id, name)), request(calls));
  return { chat, transport, sent, first, onFinish };
}

const request = (calls: readonly { id: string; name: string; [field: string]: unknown }[], fields = {}): StreamEvent =>
  event('client-tool-request', {
    executionId: 'exec_1',
    toolCalls: calls.map(({ id, name, ...rest }) => ({ toolCallId: id, toolName: name, args: { of: id }, ...rest })),
    ...fields,
  });

const pause = finish('client-tool-calls');
const parts = (chat: OctavusChat) =>
  chat.messages.at(-1)?.parts.map((part) => (part.type === 'tool-call' ? [part.toolName, part.status] : part.type));
const results = (transport: ReturnType<typeof scriptedTransport>) => transport.last.call[2] as object[];

/** A handler that a test lets go. */
function heldTool() {
  const held = { resolve: (_result?: unknown) => {}, signal: undefined as AbortSignal | undefined };
  const handler: ClientToolHandler = (_args, { signal }) => {
    held.signal = signal;
    return new Promise((resolve) => {
      held.resolve = resolve;
    });
  };
  return { held, handler };
}

describe('automatic tools', () => {
  test('run in order, and their results go on in the same message', async () => {
    const order: unknown[] = [];
    const tool: ClientToolHandler = async (args, { toolCallId, toolName, addFile }) => {
      order.push([toolName, toolCallId, args]);
      addFile({ id: 'f1', mediaType: 'text/plain', url: 'https://files.example/f1' });
      return { ok: true };
    };
    const calls = [
      { id: 'c1', name: 'first', outputVariable: 'OUT', blockIndex: 2 },
      { id: 'c2', name: 'second', thread: 'notes', workerId: 'w1' },
    ];
    const { chat, transport, first } = await pausedChat({ first: tool, second: tool }, calls);
    expect(transport.feeds).toHaveLength(1);
    await first.send(pause);
    expect(order).toEqual([
      ['first', 'c1', { of: 'c1' }],
      ['second', 'c2', { of: 'c2' }],
    ]);
    expect(transport.last.call[0]).toBe('continue');
    expect(transport.last.call[1]).toBe('exec_1');
    const files = [{ id: 'f1', mediaType: 'text/plain', url: 'https://files.example/f1' }];
    expect(results(transport)).toEqual([
      { toolCallId: 'c1', toolName: 'first', result: { ok: true }, files, outputVariable: 'OUT', blockIndex: 2 },
      { toolCallId: 'c2', toolName: 'second', result: { ok: true }, files, thread: 'notes', workerId: 'w1' },
    ]);
    await transport.last.send(start(), ...text('Done'), finish());
    expect(chat.messages).toHaveLength(1);
    expect(parts(chat)).toEqual([['first', 'done'], ['second', 'done'], 'text']);
    expect(chat.status).toBe('idle');
  });

  test('send resolves with its own stream; onFinish comes with the end of the turn', async () => {
    const { transport, sent, first, onFinish } = await pausedChat({ go: async () => 1 }, [{ id: 'c1', name: 'go' }]);
    await first.send(pause);
    await first.end();
    await sent;
    expect(onFinish).not.toHaveBeenCalled();
    await transport.last.send(finish());
    expect(onFinish).toHaveBeenCalledOnce();
  });

  test('results wait for the end of the leg', async () => {
    const { chat, transport, first } = await pausedChat({ go: async () => 1 }, [{ id: 'c1', name: 'go' }]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(parts(chat)).toEqual([['go', 'done']]);
    expect(transport.feeds).toHaveLength(1);
    await first.send(pause);
    expect(transport.feeds).toHaveLength(2);
  });

  test('that throw, or do not exist, give an error', async () => {
    const failing =
      (thrown: unknown): ClientToolHandler =>
      () =>
        Promise.reject(thrown);
    const tools = { a: failing(new Error('Broken')), b: failing('text'), c: failing(new Error('')) };
    const names = ['a', 'b', 'c', 'missing', 'constructor', '__proto__'];
    const { transport, first, chat } = await pausedChat(
      tools,
      names.map((name) => ({ id: `id-${name}`, name })),
    );
    await first.send(pause);
    expect(results(transport)).toMatchObject([
      { error: 'Broken' },
      { error: 'Tool execution failed' },
      { error: 'Tool execution failed' },
      { error: 'No client handler for tool: missing' },
      { error: 'No client handler for tool: constructor' },
      { error: 'No client handler for tool: __proto__' },
    ]);
    expect(parts(chat)?.every((part) => part[1] === 'error')).toBe(true);
  });

  test('results of the server come first', async () => {
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, clientTools: { go: async () => 1 } });
    void chat.send('go');
    const serverToolResults = [{ toolCallId: 's1', toolName: 'find', result: 2 }];
    await transport.last.send(start(), request([{ id: 'c1', name: 'go' }], { serverToolResults }), pause);
    expect(results(transport)).toMatchObject([{ toolCallId: 's1' }, { toolCallId: 'c1' }]);
  });

  test('several rounds stay one message', async () => {
    const { chat, transport, first } = await pausedChat({ go: async () => 1 }, [{ id: 'c1', name: 'go' }]);
    await first.send(pause);
    await transport.last.send(start(), ...call('c2', 'go'), request([{ id: 'c2', name: 'go' }]));
    expect(transport.feeds).toHaveLength(2);
    await transport.last.send(pause);
    expect(transport.feeds).toHaveLength(3);
    await transport.last.send(...text('Done'), finish());
    expect(chat.messages).toHaveLength(1);
    expect(parts(chat)).toEqual([['go', 'done'], ['go', 'done'], 'text']);
  });

  test('stopping while one runs is quiet, and its late result goes nowhere', async () => {
    const { held, handler } = heldTool();
    const { chat, transport, first } = await pausedChat({ go: handler }, [{ id: 'c1', name: 'go' }]);
    await first.send(pause);
    chat.stop();
    expect(held.signal?.aborted).toBe(true);
    expect(chat.status).toBe('idle');
    expect(parts(chat)).toEqual([['go', 'cancelled']]);
    void chat.send('again');
    held.resolve('late');
    await transport.last.send(start(), ...call('c1', 'go'));
    expect(parts(chat)).toEqual([['go', 'running']]);
    expect(transport.feeds).toHaveLength(2);
  });

  test('a continuation that fails finishes the message', async () => {
    const { chat, transport, first } = await pausedChat({ go: async () => 1 }, [{ id: 'c1', name: 'go' }]);
    await first.send(pause);
    await transport.last.send(...text('Half').slice(0, 2));
    await transport.last.fail(new Error('gone'));
    expect(chat.status).toBe('error');
    expect(chat.messages.at(-1)).toMatchObject({ status: 'done', parts: [{ status: 'done' }, { status: 'done' }] });
  });

  test('a tool called inside a worker updates its part there', async () => {
    const transport = scriptedTransport();
    const chat = new OctavusChat({ transport, clientTools: { ask: async () => 'yes' } });
    void chat.send('go');
    const worker = event('worker-start', { workerId: 'w1', workerSlug: 'writer' });
    const inside = call('c1', 'ask', {}, 'w1');
    await transport.last.send(start(), worker, ...inside, request([{ id: 'c1', name: 'ask' }]), pause);
    expect(chat.messages[0]?.parts).toMatchObject([{ type: 'worker', parts: [{ status: 'done', result: 'yes' }] }]);
  });
});

describe('interactive tools', () => {
  const choose = [{ id: 'c1', name: 'choose' }];

  test('wait for submit', async () => {
    const { chat, transport, first } = await pausedChat({ choose: 'interactive' }, choose);
    expect(chat.status).toBe('streaming');
    await first.send(pause);
    expect(chat.status).toBe('awaiting-input');
    const pending = chat.pendingClientTools;
    expect(pending).toMatchObject({ choose: [{ toolCallId: 'c1', toolName: 'choose', args: { of: 'c1' } }] });
    expect(chat.pendingClientTools).toBe(pending);
    pending.choose?.[0]?.submit('noon');
    expect(chat.status).toBe('streaming');
    expect(chat.pendingClientTools).toEqual({});
    expect(results(transport)).toMatchObject([{ toolCallId: 'c1', result: 'noon' }]);
    expect(parts(chat)).toEqual([['choose', 'done']]);
  });

  test('only the first answer counts', async () => {
    const { chat, transport, first } = await pausedChat({ choose: 'interactive' }, choose);
    await first.send(pause);
    const tool = chat.pendingClientTools.choose?.[0];
    tool?.submit(1);
    tool?.submit(2);
    tool?.cancel();
    expect(transport.feeds).toHaveLength(2);
    expect(results(transport)).toMatchObject([{ result: 1 }]);
  });

  test.each([
    [undefined, 'User cancelled'],
    ['', 'User cancelled'],
    ['Too late', 'Too late'],
  ])('cancel(%j) tells the agent %j', async (reason, error) => {
    const { chat, transport, first } = await pausedChat({ choose: 'interactive' }, choose);
    await first.send(pause);
    chat.pendingClientTools.choose?.[0]?.cancel(reason);
    expect(results(transport)).toMatchObject([{ error }]);
    expect(parts(chat)).toEqual([['choose', 'error']]);
  });

  test('answered while an automatic one still runs wait for it', async () => {
    const { held, handler } = heldTool();
    const calls = [{ id: 'c2', name: 'slow' }, ...choose];
    const { chat, transport, first } = await pausedChat({ choose: 'interactive', slow: handler }, calls);
    await first.send(pause);
    chat.pendingClientTools.choose?.[0]?.submit('noon');
    await new Promise((resolve) => setImmediate(resolve));
    expect(transport.feeds).toHaveLength(1);
    expect(chat.status).toBe('awaiting-input');
    held.resolve('done');
    await new Promise((resolve) => setImmediate(resolve));
    expect(chat.status).toBe('streaming');
    expect(results(transport)).toMatchObject([{ toolCallId: 'c2' }, { toolCallId: 'c1' }]);
  });

  test('answered before the leg has ended wait for its end', async () => {
    const { chat, transport, first } = await pausedChat({ choose: 'interactive' }, choose);
    chat.pendingClientTools.choose?.[0]?.submit('noon');
    expect(transport.feeds).toHaveLength(1);
    await first.send(pause);
    expect(transport.feeds).toHaveLength(2);
    expect(chat.status).toBe('streaming');
  });

  test('stop forgets them', async () => {
    const onStop = vi.fn();
    const { chat, transport, first } = await pausedChat({ choose: 'interactive' }, choose, { onStop });
    await first.send(pause);
    const tool = chat.pendingClientTools.choose?.[0];
    chat.stop();
    tool?.submit('late');
    expect(onStop).toHaveBeenCalledOnce();
    expect(chat.pendingClientTools).toEqual({});
    expect(transport.feeds).toHaveLength(1);
    expect(parts(chat)).toEqual([['choose', 'cancelled']]);
  });

  test('sending something else cancels them', async () => {
    const { chat, transport, first } = await pausedChat({ choose: 'interactive' }, choose);
    await first.send(pause);
    const tool = chat.pendingClientTools.choose?.[0];
    void chat.send('other');
    tool?.submit('late');
    expect(parts(chat)).toEqual([['choose', 'cancelled']]);
    expect(chat.pendingClientTools).toEqual({});
    expect(transport.last.call).toEqual(['trigger', 'other', undefined]);
    expect(chat.status).toBe('streaming');
  });

  test('with the name of a property of every object are listed like others', async () => {
    const tools = Object.fromEntries([['__proto__', 'interactive' as const]]);
    const { chat } = await pausedChat(tools, [{ id: 'c1', name: '__proto__' }]);
    expect(Object.entries(chat.pendingClientTools)).toMatchObject([['__proto__', [{ toolCallId: 'c1' }]]]);
  });
});

test('a request without an execution is an error of the client', async () => {
  const transport = scriptedTransport();
  const chat = new OctavusChat({ transport, clientTools: { go: async () => 1 } });
  void chat.send('go');
  await transport.last.send(start(), request([{ id: 'c1', name: 'go' }], { executionId: '' }));
  expect(chat.status).toBe('error');
  expect(chat.error).toMatchObject({ errorType: 'internal_error', source: 'client' });
});

test('a request without calls does nothing', async () => {
  const transport = scriptedTransport();
  const chat = new OctavusChat({ transport });
  void chat.send('go');
  await transport.last.send(start(), request([]), ...text('On'), finish());
  expect(chat.status).toBe('idle');
  expect(transport.feeds).toHaveLength(1);
});

test('handlers act as of their latest update', async () => {
  const transport = scriptedTransport();
  const chat = new OctavusChat({ transport, clientTools: { go: async () => 'old' } });
  void chat.send('go');
  chat.updateOptions({ clientTools: { go: async () => 'new' } });
  await transport.last.send(start(), request([{ id: 'c1', name: 'go' }]), pause);
  expect(results(transport)).toMatchObject([{ result: 'new' }]);
});
