import { setTimeout as delay } from 'node:timers/promises';
import { json, type ScriptedAnswer, stream } from '../support/scripted-server.ts';
import { type ChatDifference, type ChatSetting, type ClientSdk, errorOf, partsOf } from './chat-scenario.ts';

const start = { type: 'start', messageId: 'm1', executionId: 'exec_1' };
const finish = { type: 'finish', finishReason: 'stop', executionId: 'exec_1' };
const paused = { type: 'finish', finishReason: 'client-tool-calls', executionId: 'exec_1' };
const say = (text: string) => [
  { type: 'text-start', id: text },
  { type: 'text-delta', id: text, delta: text },
  { type: 'text-end', id: text },
];
const call = (name: string) => [
  { type: 'tool-input-start', toolCallId: `call-${name}`, toolName: name },
  { type: 'tool-input-available', toolCallId: `call-${name}`, toolName: name, input: {} },
];
const ask = (...names: readonly string[]) => [
  ...names.flatMap(call),
  {
    type: 'client-tool-request',
    executionId: 'exec_1',
    toolCalls: names.map((name) => ({ toolCallId: `call-${name}`, toolName: name, args: {} })),
  },
];
const written = (...events: readonly object[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

/** A stream that stays open after these events. */
const open =
  (...events: readonly object[]): ScriptedAnswer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(written(...events));
  };

/** Lets the stream of `inTwoParts` that was opened last go on. */
let goOn: () => void = () => undefined;

/** A stream whose second part comes after `goOn`. */
const inTwoParts =
  (first: readonly object[], second: readonly object[]): ScriptedAnswer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(written(...first));
    goOn = () => response.end(written(...second));
  };

type Parts = readonly { readonly type: string; readonly status?: string; readonly text?: string }[];
const brief = (parts: Parts) =>
  parts.map(({ type, status, text = '' }) => `${type} ${status} ${text}`.trim()).join(', ');

/** Status, error, messages in short, and how many requests were made. */
const outline = ({ chat, requests }: Pick<ChatSetting, 'chat' | 'requests'>) => [
  chat.status,
  ...(chat.error ? [chat.error.errorType] : []),
  ...chat.messages.map(({ status, parts }) => `${status}: ${brief(parts as Parts)}`),
  `${requests.length} requests`,
];

/** Long enough for what must not happen to happen: nothing announces it. */
/** Waits by turns of the event loop: a machine that is held up has not read yet what has arrived. */
const settle = async () => {
  for (let turn = 0; turn < 80; turn += 1) await delay(1);
};
const until = async (passes: () => boolean) => {
  while (!passes()) await delay(1);
};

type Tools = NonNullable<ConstructorParameters<ClientSdk['OctavusChat']>[0]['clientTools']>;

/** A chat with tools of its own, and what it shows. */
function chatWith({ sdk, url, requests }: ChatSetting, clientTools: Tools) {
  const transport = sdk.createHttpTransport({
    request: (body, options) =>
      fetch(url, { method: 'POST', body: JSON.stringify(body), signal: options?.signal ?? null }),
  });
  const chat = new sdk.OctavusChat({ transport, clientTools });
  return { chat, look: () => outline({ chat, requests }) };
}

/** A tool that the test answers. */
function heldTool() {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const called = Promise.withResolvers<void>();
  const handler = () => {
    called.resolve();
    return promise;
  };
  return { handler, answer: resolve, isCalled: called.promise };
}

const resultsOf = ({ requests }: ChatSetting) =>
  requests.slice(1).map(({ body }) => {
    const { toolResults } = body as { toolResults?: { toolCallId: string; result?: unknown; error?: string }[] };
    return toolResults?.map(({ toolCallId, result, error }) => `${toolCallId}: ${error ?? result}`) ?? 'trigger';
  });

/** The defects of the published chat that the specification lists as corrected, each as an application meets it. */
export const chatDefects: readonly ChatDifference[] = [
  {
    name: 'a send while another one streams',
    published: ['idle', 'streaming: text streaming First', 'done: text done Second', '2 requests'],
    ours: ['idle', 'done: text done First', 'done: text done Second', '2 requests'],
    because: 'the earlier turn is finalised, and nothing of it touches the later one (Q4)',
    answers: [open(start, ...say('First').slice(0, 2)), stream(start, ...say('Second'), finish)],
    run: async (setting) => {
      const { chat } = setting;
      const first = chat.send('one');
      await until(() => partsOf(chat)?.length === 1);
      await Promise.all([chat.send('two'), first]);
      await settle();
      return outline(setting);
    },
  },
  {
    name: 'an interactive tool that is answered while an automatic one still runs',
    published: [
      ['error', 'internal_error', 'done: tool-call done, tool-call running, text done Done', '2 requests'],
      [['call-pick: noon']],
    ],
    ours: [
      ['idle', 'done: tool-call done, tool-call done, text done Done', '2 requests'],
      [['call-pick: noon', 'call-go: late']],
    ],
    because: 'the turn goes on when every call of the round is answered (Q16)',
    answers: [stream(start, ...ask('pick', 'go'), paused), stream(start, ...say('Done'), finish)],
    run: async (setting) => {
      const tool = heldTool();
      const { chat, look } = chatWith(setting, { pick: 'interactive', go: tool.handler });
      void chat.send('go');
      await tool.isCalled;
      await until(() => chat.pendingClientTools.pick !== undefined);
      chat.pendingClientTools.pick?.[0]?.submit('noon');
      await settle();
      tool.answer('late');
      await settle();
      return [look(), resultsOf(setting)];
    },
  },
  {
    name: 'an automatic tool that is done before the leg has finished',
    published: [2, ['idle', 'done: tool-call done, text done Done', '2 requests']],
    ours: [1, ['idle', 'done: tool-call done, text done Done', '2 requests']],
    because: 'a continuation waits for the end of the leg that it continues (Q17)',
    answers: [inTwoParts([start, ...ask('go')], [paused]), stream(start, ...say('Done'), finish)],
    run: async (setting) => {
      const { chat, look } = chatWith(setting, { go: async () => 1 });
      void chat.send('go');
      await until(() => partsOf(chat)?.at(-1)?.type === 'tool-call');
      await settle();
      const before = setting.requests.length;
      goOn();
      await settle();
      return [before, look()];
    },
  },
  {
    name: 'an interactive round, then an automatic one that is done before its leg has finished',
    published: [
      3,
      ['idle', 'done: tool-call done, tool-call done, text done Done', '3 requests'],
      [['call-pick: noon'], ['call-go: 2']],
    ],
    ours: [
      2,
      ['idle', 'done: tool-call done, tool-call done, text done Done', '3 requests'],
      [['call-pick: noon'], ['call-go: 2']],
    ],
    because: 'so does the continuation of a second round (Q17)',
    answers: [
      stream(start, ...ask('pick'), paused),
      inTwoParts([start, ...ask('go')], [paused]),
      stream(start, ...say('Done'), finish),
    ],
    run: async (setting) => {
      const { chat, look } = chatWith(setting, { pick: 'interactive', go: async () => 2 });
      await chat.send('go');
      await until(() => chat.pendingClientTools.pick !== undefined);
      chat.pendingClientTools.pick?.[0]?.submit('noon');
      await until(() => setting.requests.length === 2);
      await settle();
      const before = setting.requests.length;
      goOn();
      await settle();
      return [before, look(), resultsOf(setting)];
    },
  },
  {
    name: 'stop while an automatic tool runs',
    published: ['error', 'internal_error', 'done: tool-call cancelled', '1 requests'],
    ours: ['idle', 'done: tool-call cancelled', '1 requests'],
    because: 'what was stopped is idle, not an error (Q18)',
    answers: [stream(start, ...ask('go'), paused)],
    run: async (setting) => {
      const tool = heldTool();
      const { chat, look } = chatWith(setting, { go: tool.handler });
      void chat.send('go');
      await tool.isCalled;
      await settle();
      chat.stop();
      tool.answer('late');
      await settle();
      return look();
    },
  },
  {
    name: 'the late answer of a tool whose run was superseded',
    published: [
      ['awaiting-input', 'streaming: tool-call running', 'streaming: tool-call running', '2 requests'],
      ['trigger'],
    ],
    ours: [['awaiting-input', 'done: tool-call cancelled', 'streaming: tool-call running', '2 requests'], ['trigger']],
    because: 'the superseded turn is finalised, its calls are cancelled, and the late answer goes nowhere (Q18, Q22)',
    answers: [
      stream(start, ...ask('go'), paused),
      stream({ ...start, executionId: 'exec_2' }, ...ask('pick'), paused),
      stream(finish),
    ],
    run: async (setting) => {
      const tool = heldTool();
      const { chat, look } = chatWith(setting, { go: tool.handler, pick: 'interactive' });
      void chat.send('one');
      await tool.isCalled;
      await settle();
      void chat.send('two');
      await until(() => chat.pendingClientTools.pick !== undefined);
      await settle();
      tool.answer('late');
      await settle();
      return [look(), resultsOf(setting)];
    },
  },
  {
    name: 'a continuation that is refused with a nested error',
    published: [
      ['error', 'internal_error', 'streaming: text done Half, tool-call done', '2 requests'],
      {
        errorType: 'internal_error',
        message: '{"error":{"code":"EXECUTION_NOT_RESUMABLE","message":"Too late"}}',
        source: 'client',
        retryable: false,
      },
    ],
    ours: [
      ['error', 'unknown_error', 'done: text done Half, tool-call done', '2 requests'],
      {
        errorType: 'unknown_error',
        message: 'Too late',
        source: 'platform',
        retryable: false,
        code: 'EXECUTION_NOT_RESUMABLE',
      },
    ],
    because: 'the message is finalised, and the error says what the server said (Q15)',
    answers: [
      stream(start, ...say('Half'), ...ask('go'), paused),
      json(409, { error: { code: 'EXECUTION_NOT_RESUMABLE', message: 'Too late' } }),
    ],
    run: async (setting) => {
      const { chat, look } = chatWith(setting, { go: async () => 1 });
      void chat.send('go');
      await until(() => chat.status === 'error');
      return [look(), errorOf(chat)];
    },
  },
  {
    name: 'a socket that is mounted, unmounted and mounted again',
    published: [['open', 'open'], 'disconnected'],
    ours: [['closed', 'open'], 'connected'],
    because: 'a socket that comes after disconnect() is closed, and its end is not that of the next one (Q8)',
    run: async ({ sdk }) => {
      const opened: { close(): void; onclose: ((event: CloseEvent) => void) | null | undefined; isClosed: boolean }[] =
        [];
      const waiting: (() => void)[] = [];
      const transport = sdk.createSocketTransport({
        connect: async () => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          const socket = {
            readyState: 1,
            isClosed: false,
            send: () => undefined,
            close: () => {
              socket.isClosed = true;
            },
            onmessage: null,
            onclose: null,
          };
          opened.push(socket);
          return socket;
        },
      });
      const first = transport.connect().catch(() => undefined);
      transport.disconnect();
      const second = transport.connect().catch(() => undefined);
      await until(() => waiting.length > 0);
      await settle();
      for (const resolve of waiting) resolve();
      await Promise.all([first, second]);
      opened[0]?.onclose?.({} as CloseEvent);
      return [opened.map(({ isClosed }) => (isClosed ? 'closed' : 'open')), transport.connectionState];
    },
  },
];
