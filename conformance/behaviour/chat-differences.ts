import type { ServerResponse } from 'node:http';
import { json, raw, type ScriptedAnswer, stream } from '../support/scripted-server.ts';
import { type ChatDifference, type ChatSetting, errorOf, hello, partsOf, sendAndWait } from './chat-scenario.ts';

const start = { type: 'start', messageId: 'm1', executionId: 'exec_1' };
const block = { type: 'block-start', blockId: 'b1', blockName: 'Answer', blockType: 'next-message', display: 'stream' };
const finish = { type: 'finish', finishReason: 'stop', executionId: 'exec_1' };
const paused = { type: 'finish', finishReason: 'client-tool-calls', executionId: 'exec_1' };
const text = (id: string, ...deltas: readonly string[]) => [
  { type: 'text-start', id },
  ...deltas.map((delta) => ({ type: 'text-delta', id, delta })),
];
const ask = (...names: readonly string[]) => ({
  type: 'client-tool-request',
  executionId: 'exec_1',
  toolCalls: names.map((name) => ({ toolCallId: `call-${name}`, toolName: name, args: {} })),
});
const calls = (...names: readonly string[]) =>
  names.flatMap((name) => [
    { type: 'tool-input-start', toolCallId: `call-${name}`, toolName: name },
    { type: 'tool-input-available', toolCallId: `call-${name}`, toolName: name, input: {} },
  ]);

/** A stream that stays open after these events. */
const open =
  (...events: readonly object[]): ScriptedAnswer =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  };

type Parts = readonly { readonly type: string; readonly status?: string; readonly text?: string }[] | undefined;
const brief = (parts: Parts) =>
  parts?.map(({ type, status, text: said }) => [type, status, said].filter((it) => it !== undefined).join(' '));
const state = ({ chat }: ChatSetting) => [
  chat.status,
  ...chat.messages.map(({ role, status, parts }) => `${role} ${status}: ${brief(parts as Parts)?.join(', ')}`),
];
const nextTask = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Where the published chat and ours part, and why. Numbers are those of the specification's quirks. */
export const chatDifferences: readonly ChatDifference[] = [
  {
    name: 'a stream that ends without an ending',
    published: ['streaming', 'assistant streaming: text streaming Half'],
    ours: ['idle', 'assistant done: text done Half'],
    because: 'a lost connection must not leave the chat streaming for ever',
    answers: [stream(start, ...text('t', 'Half'))],
    run: async (setting) => {
      await setting.chat.send('go');
      return state(setting);
    },
  },
  {
    name: 'a refused request',
    published: {
      errorType: 'internal_error',
      message: '{"error":"Slow down","code":"SESSION_BUSY"}',
      source: 'client',
      retryable: false,
    },
    ours: {
      errorType: 'rate_limit_error',
      message: 'Slow down',
      source: 'platform',
      retryable: true,
      retryAfter: 2,
      code: 'SESSION_BUSY',
    },
    because: 'the answer says what is wrong, and when to come back',
    answers: [json(429, { error: 'Slow down', code: 'SESSION_BUSY' }, { 'retry-after': '2' })],
    run: async ({ chat }) => {
      await chat.send('go');
      return errorOf(chat);
    },
  },
  {
    name: 'a turn without parts',
    published: ['idle', 'assistant streaming: '],
    ours: ['idle'],
    because: 'nothing came, so nothing is shown; the published chat shows an empty message that streams for ever',
    answers: [stream(start, block, finish)],
    run: async (setting) => {
      await setting.chat.send('go');
      return state(setting);
    },
  },
  {
    name: 'stop before anything was shown',
    published: ['idle', 'assistant streaming: '],
    ours: ['idle'],
    because: 'nothing came, so nothing is shown (Q5)',
    answers: [open(start, block)],
    run: async (setting) => {
      const sent = setting.chat.send('go');
      await setting.until(({ messages }) => messages.length > 0);
      setting.chat.stop();
      await sent;
      return state(setting);
    },
  },
  {
    name: 'arguments in pieces',
    published: {},
    ours: { a: 1 },
    because: 'a piece of JSON is not JSON; pieces are joined',
    answers: [
      stream(
        start,
        { type: 'tool-input-start', toolCallId: 'c', toolName: 'find' },
        { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{"a":' },
        { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '1}' },
        finish,
      ),
    ],
    run: async ({ chat }) => {
      await chat.send('go');
      return (partsOf(chat)?.[0] as { args?: unknown } | undefined)?.args;
    },
  },
  {
    name: 'objects in a list while they stream',
    published: null,
    ours: [{ price: 25 }],
    because: 'what is open is closed by its real nesting (Q20)',
    answers: [
      open(
        start,
        { type: 'text-start', id: 'o', responseType: 'Quotes' },
        { type: 'text-delta', id: 'o', delta: '[{"price":25' },
      ),
    ],
    run: async ({ chat, until }) => {
      void chat.send('go');
      await until(() => partsOf(chat)?.length === 1);
      await nextTask();
      const partial = (partsOf(chat)?.[0] as { partial?: unknown } | undefined)?.partial;
      chat.stop();
      return partial;
    },
  },
  {
    name: 'a call that nobody answers',
    published: ['idle', 'assistant done: tool-call running'],
    ours: ['idle', 'assistant done: tool-call cancelled'],
    because: 'a finished turn has no call that spins for ever (Q28)',
    answers: [stream(start, ...calls('find'), finish)],
    run: async (setting) => {
      await setting.chat.send('go');
      return state(setting);
    },
  },
  {
    name: 'cancel with an empty reason',
    published: [{ toolCallId: 'call-pick', toolName: 'pick', error: '' }],
    ours: [{ toolCallId: 'call-pick', toolName: 'pick', error: 'User cancelled' }],
    because: 'an empty error counts as a success on the way (Q19)',
    answers: [stream(start, ...calls('pick'), ask('pick'), paused), stream(start, finish)],
    options: { clientTools: { pick: 'interactive' } },
    run: async ({ chat, until, requests }) => {
      void chat.send('go');
      await until(({ status }) => status === 'awaiting-input');
      chat.pendingClientTools.pick?.[0]?.cancel('');
      await until(({ status }) => status === 'idle');
      return (requests[1]?.body as { toolResults?: unknown } | undefined)?.toolResults;
    },
  },
  {
    name: 'a tool with the name of a property of every object',
    published: [{ toolCallId: 'call-toString', toolName: 'toString', result: '[object Undefined]' }],
    ours: [{ toolCallId: 'call-toString', toolName: 'toString', error: 'No client handler for tool: toString' }],
    because: 'tools are looked up among the tools alone',
    answers: [stream(start, ...calls('toString'), ask('toString'), paused), stream(start, finish)],
    options: { clientTools: {} },
    run: async (setting) => {
      await sendAndWait(setting);
      return (setting.requests[1]?.body as { toolResults?: unknown })?.toolResults ?? errorOf(setting.chat);
    },
  },
  {
    name: 'an event with null in an optional field',
    published: ['idle', 'assistant streaming: '],
    ours: ['idle', 'assistant done: text done Hi'],
    because: 'null means absent; the published chat drops the event',
    answers: [
      stream(
        start,
        { type: 'text-start', id: 't', responseType: null },
        { type: 'text-delta', id: 't', delta: 'Hi' },
        finish,
      ),
    ],
    run: async (setting) => {
      await setting.chat.send('go');
      return state(setting);
    },
  },
  {
    name: 'an error of an unknown type',
    published: ['streaming', null],
    ours: ['error', { errorType: 'unknown_error', message: 'New', source: 'platform', retryable: false }],
    because: 'an error nobody knows is still an error (Q24)',
    answers: [
      stream(start, {
        type: 'error',
        errorType: 'brand_new_error',
        message: 'New',
        retryable: false,
        source: 'platform',
      }),
    ],
    run: async ({ chat }) => {
      await chat.send('go');
      return [chat.status, errorOf(chat)];
    },
  },
  {
    name: 'lines that end in CRLF, and a last event without an empty line',
    published: ['streaming', 'assistant streaming: text streaming '],
    ours: ['idle', 'assistant done: text done Hi'],
    because: 'both are event streams',
    answers: [
      raw(
        `data: ${JSON.stringify({ type: 'text-start', id: 't' })}\r\n\r\ndata:${JSON.stringify({ type: 'text-delta', id: 't', delta: 'Hi' })}\r\n\r\ndata: ${JSON.stringify(finish)}`,
      ),
    ],
    run: async (setting) => {
      await setting.chat.send('go');
      return state(setting);
    },
  },
  {
    name: 'a worker inside the answer',
    published: ['idle', 'assistant done: text done Inside'],
    ours: ['idle', 'assistant done: worker done'],
    because: 'workers have parts of their own since 6.x; 2.0 prints what a worker says as the answer of the agent',
    answers: [
      stream(
        start,
        { type: 'worker-start', workerId: 'w', workerSlug: 'writer' },
        ...text('t', 'Inside').map((event) => ({ ...event, workerId: 'w' })),
        { type: 'worker-result', workerId: 'w', output: 1 },
        finish,
      ),
    ],
    run: async (setting) => {
      await setting.chat.send('go');
      return state(setting);
    },
  },
  {
    name: 'a listener that throws',
    published: ['streaming', null],
    ours: ['idle', null],
    because: 'a mistake in the application does not stop the chat (Q2)',
    answers: [stream(start, ...text('t', 'Hi'), finish)],
    run: async (setting) => {
      setting.chat.subscribe(() => {
        if (setting.chat.messages.length > 0) throw new Error('mine');
      });
      await setting.chat.send('go').catch(() => undefined);
      return [setting.chat.status, errorOf(setting.chat)];
    },
  },
  {
    name: 'messages that a listener freezes',
    published: [
      ['error', 'assistant done: text done '],
      {
        errorType: 'internal_error',
        message: "Cannot assign to read only property 'text' of object '#<Object>'",
        source: 'client',
        retryable: false,
      },
    ],
    ours: [['idle', 'assistant done: text done Hello'], null],
    because: 'what was handed out is never changed (Q1)',
    answers: [stream(start, ...text('t', 'Hel', 'lo'), finish)],
    run: async (setting) => {
      setting.chat.subscribe(() => {
        for (const { parts } of setting.chat.messages) parts.forEach(Object.freeze);
      });
      await setting.chat.send('go').catch(() => undefined);
      return [state(setting), errorOf(setting.chat)];
    },
  },
  {
    name: 'a text named FILES',
    published: ['rejected', null],
    ours: ['sent', { FILES: 'text' }],
    because: 'the characters of a text are no files (Q21)',
    answers: [stream(start, finish)],
    options: {
      requestUploadUrls: async (files) => ({
        files: files.map(() => ({ id: 'x', uploadUrl: 'http://127.0.0.1:9/', downloadUrl: 'x' })),
      }),
    },
    run: async ({ chat, requests }) => {
      const outcome = await chat.send('go', { FILES: 'text' }).then(
        () => 'sent',
        () => 'rejected',
      );
      return [outcome, (requests[0]?.body as { input?: unknown } | undefined)?.input];
    },
  },
  {
    name: 'two blocks at once',
    published: null,
    ours: 'notes',
    because: 'the enclosing block is current again when the inner one ends (Q11)',
    answers: [
      stream(
        start,
        { ...block, blockId: 'outer', thread: 'notes' },
        { ...block, blockId: 'inner' },
        { type: 'block-end', blockId: 'inner' },
        ...text('t', 'Back'),
        finish,
      ),
    ],
    run: async ({ chat }) => {
      await chat.send('go');
      return (partsOf(chat)?.[0] as { thread?: string } | undefined)?.thread;
    },
  },
  {
    name: 'a chat over a socket: what is sent before anything runs',
    published: [
      { type: 'trigger', triggerName: 'one', input: { USER_MESSAGE: 'Hello' } },
      { type: 'stop' },
      { type: 'trigger', triggerName: 'two', input: { USER_MESSAGE: 'Hello' } },
    ],
    ours: [
      { type: 'trigger', triggerName: 'one', input: { USER_MESSAGE: 'Hello' } },
      { type: 'trigger', triggerName: 'two', input: { USER_MESSAGE: 'Hello' } },
    ],
    because: 'stop is sent only when something runs (Q7)',
    run: async ({ sdk }) => {
      const sent: unknown[] = [];
      const socket = {
        readyState: 1,
        send: (data: string) => void sent.push(JSON.parse(data)),
        close: () => undefined,
        onmessage: null as ((event: MessageEvent) => void) | null | undefined,
        onclose: undefined,
      };
      const chat = new sdk.OctavusChat({ transport: sdk.createSocketTransport({ connect: async () => socket }) });
      for (const name of ['one', 'two']) {
        const done = chat.send(name, hello);
        while (!sent.some((message) => (message as { triggerName?: string }).triggerName === name)) await nextTask();
        socket.onmessage?.({ data: JSON.stringify(finish) } as MessageEvent);
        await done;
      }
      return sent;
    },
  },
];
