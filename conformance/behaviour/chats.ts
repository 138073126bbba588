import type { ServerResponse } from 'node:http';
import { type ScriptedAnswer, stream } from '../support/scripted-server.ts';
import { type ChatScenario, look, messagesOf, partsOf, sendAndWait } from './chat-scenario.ts';

const start = { type: 'start', messageId: 'm1', executionId: 'exec_1' };
const block = { type: 'block-start', blockId: 'b1', blockName: 'Answer', blockType: 'next-message', display: 'stream' };
const finish = { type: 'finish', finishReason: 'stop', executionId: 'exec_1' };
const paused = { type: 'finish', finishReason: 'client-tool-calls', executionId: 'exec_1' };
const text = (...deltas: readonly string[]) => [
  { type: 'text-start', id: 't1' },
  ...deltas.map((delta) => ({ type: 'text-delta', id: 't1', delta })),
  { type: 'text-end', id: 't1' },
];
const opened = text('Half').slice(0, 2);
const call = (toolCallId: string, toolName: string, input: object = {}) => [
  { type: 'tool-input-start', toolCallId, toolName, title: 'Working' },
  { type: 'tool-input-available', toolCallId, toolName, input },
];
const ask = (...names: readonly string[]) => ({
  type: 'client-tool-request',
  executionId: 'exec_1',
  toolCalls: names.map((name) => ({ toolCallId: `call-${name}`, toolName: name, args: { of: name } })),
});
const calls = (...names: readonly string[]) => names.flatMap((name) => call(`call-${name}`, name, { of: name }));

/** A stream that stays open after these events. */
const open =
  (...events: readonly object[]): ScriptedAnswer =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  };

const answered = (name: string, ...events: readonly object[]): ChatScenario => ({
  name,
  answers: [stream(start, ...events, finish)],
});

/** What an application can see of a chat, event by event and in its life. */
export const chatScenarios: readonly ChatScenario[] = [
  answered('a plain answer', block, ...text('Hel', 'lo'), { type: 'block-end', blockId: 'b1' }),
  answered(
    'reasoning',
    block,
    { type: 'reasoning-start', id: 'r' },
    { type: 'reasoning-delta', id: 'r', delta: 'Hm' },
    { type: 'reasoning-end', id: 'r' },
    ...text('Hi'),
  ),
  answered(
    'structured output',
    { type: 'text-start', id: 'o', responseType: 'Quote' },
    { type: 'text-delta', id: 'o', delta: '{"price":' },
    { type: 'text-delta', id: 'o', delta: '25}' },
    { type: 'text-end', id: 'o' },
  ),
  answered(
    'structured output that is not JSON',
    { type: 'text-start', id: 'o', responseType: 'Quote' },
    { type: 'text-delta', id: 'o', delta: 'Sorry' },
    { type: 'text-end', id: 'o' },
  ),
  answered('a tool call with its result', ...call('c1', 'find', { order: 'A' }), {
    type: 'tool-output-available',
    toolCallId: 'c1',
    output: { eta: 1 },
  }),
  answered('a tool call that fails', ...call('c1', 'find'), {
    type: 'tool-output-error',
    toolCallId: 'c1',
    error: 'No',
  }),
  answered(
    'arguments in one piece',
    { type: 'tool-input-start', toolCallId: 'c1', toolName: 'find' },
    { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"a":1}' },
    { type: 'tool-output-available', toolCallId: 'c1', output: null },
  ),
  answered(
    'an operation',
    { ...block, blockType: 'set-resource', description: 'Saving', display: 'description' },
    { type: 'block-end', blockId: 'b1' },
  ),
  answered('a hidden operation', { ...block, blockType: 'set-resource', display: 'hidden' }, ...text('Hi')),
  answered(
    'sources and files',
    { type: 'source', sourceType: 'url', id: 's', url: 'https://plants.example/', title: 'Ferns' },
    { type: 'source', sourceType: 'document', id: 'd', mediaType: 'text/plain', title: 'Notes' },
    {
      type: 'file-available',
      id: 'f',
      mediaType: 'image/png',
      url: 'https://files.example/f',
      filename: 'f.png',
      toolCallId: 'c1',
    },
  ),
  answered('another thread', { ...block, thread: 'notes' }, ...text('Aside')),
  answered(
    'an independent block',
    { ...block, outputToChat: false },
    ...text('Secret'),
    { ...block, blockId: 'b2' },
    ...text('Shown'),
  ),
  answered(
    'an independent block of another thread',
    { ...block, outputToChat: false, thread: 'notes' },
    ...text('Aside'),
  ),
  answered('a resource', { type: 'resource-update', name: 'NOTES', value: [1] }, ...text('Noted')),
  answered('events of unknown calls', { type: 'tool-output-available', toolCallId: 'x', output: 1 }, ...text('Hi')),
  {
    name: 'an error in mid-answer',
    answers: [
      stream(start, ...opened, ...call('c1', 'find'), {
        type: 'error',
        errorType: 'provider_overloaded',
        message: 'Busy',
        retryable: true,
        source: 'provider',
        retryAfter: 3,
        code: 'X',
      }),
    ],
  },
  {
    name: 'two turns',
    answers: [stream(start, ...text('One'), finish), stream(start, ...text('Two'), finish)],
    run: async (setting) => {
      await setting.chat.send('first');
      await setting.chat.send('second', { A: 1 });
      return look(setting);
    },
  },
  {
    name: 'a message with references and an object',
    answers: [stream(start, finish)],
    run: async ({ chat, requests }) => {
      const files = [{ id: 'f', mediaType: 'image/png', url: 'https://files.example/f', filename: 'f.png', size: 3 }];
      await chat.send('go', { FILES: files }, { userMessage: { content: { type: 'Order', number: 7 }, files } });
      // The object's own id is made by chance.
      const [first] = messagesOf(chat) as { parts: { id?: string; type: string }[] }[];
      return [first?.parts.map((part) => (part.type === 'object' ? { ...part, id: '' } : part)), requests[0]?.body];
    },
  },
  {
    name: 'files without requestUploadUrls',
    run: async ({ chat, requests }) => {
      const files = [new File(['x'], 'x.txt')];
      const refused = await chat.send('go', {}, { userMessage: { files } }).then(
        () => 'sent',
        () => 'refused',
      );
      return [refused, chat.status, chat.messages, requests];
    },
  },
  {
    name: 'a client tool',
    answers: [stream(start, ...calls('go'), ask('go'), paused), stream(start, ...text('Done'), finish)],
    options: { clientTools: { go: async (args) => ({ got: args }) } },
    run: sendAndWait,
  },
  {
    name: 'a client tool that throws',
    answers: [stream(start, ...calls('go'), ask('go'), paused), stream(start, finish)],
    options: { clientTools: { go: () => Promise.reject(new Error('Broken')) } },
    run: sendAndWait,
  },
  {
    name: 'a client tool without a handler',
    answers: [stream(start, ...calls('go'), ask('go'), paused), stream(start, finish)],
    run: sendAndWait,
  },
  {
    name: 'results of the server before those of the client',
    answers: [
      stream(
        start,
        ...calls('go'),
        { ...ask('go'), serverToolResults: [{ toolCallId: 's', toolName: 'find', result: 1 }] },
        paused,
      ),
      stream(start, finish),
    ],
    options: { clientTools: { go: async () => 1 } },
    run: sendAndWait,
  },
  ...(['submit', 'cancel'] as const).map(
    (answer): ChatScenario => ({
      name: `an interactive tool and ${answer}`,
      answers: [stream(start, ...calls('pick'), ask('pick'), paused), stream(start, ...text('Done'), finish)],
      options: { clientTools: { pick: 'interactive' } },
      run: async (setting) => {
        const { chat, until } = setting;
        const sent = chat.send('go');
        await until(({ status }) => status === 'awaiting-input');
        await sent;
        const [tool] = chat.pendingClientTools.pick ?? [];
        if (answer === 'submit') tool?.submit('noon');
        else tool?.cancel('Too late');
        await until(({ status }) => status === 'idle');
        return [look(setting), chat.pendingClientTools];
      },
    }),
  ),
  {
    name: 'stop in mid-answer',
    answers: [open(start, block, ...opened, ...call('c1', 'find'))],
    run: async (setting) => {
      const { chat, until } = setting;
      const sent = chat.send('go');
      await until(() => partsOf(chat)?.length === 2);
      chat.stop();
      await sent;
      return look(setting);
    },
  },
  {
    name: 'stop when nothing runs',
    run: (setting) => {
      setting.chat.stop();
      return look(setting);
    },
  },
];
