import { json, raw, stream } from '../support/scripted-server.ts';
import { ask, delta, failed, finish, fire, paused, type Scenario, say, start } from './scenario.ts';

const find = async () => ({ eta: 'Friday' });
const line = (event: object) => `data: ${JSON.stringify(event)}`;

/** Sessions: the tool loop, what is read of a stream, and what failures look like. */
export const streamScenarios: readonly Scenario[] = [
  {
    name: 'a plain answer',
    answers: [stream(start, delta, { type: 'text-end', id: 't1' }, finish)],
    run: (_, setting) => fire(setting),
  },
  {
    name: 'a server tool',
    answers: [stream(start, ask('find'), paused), stream(start, delta, finish)],
    run: (_, setting) => fire(setting, { tools: { find } }),
  },
  {
    name: 'server tools in the order of the request',
    answers: [stream(start, ask('b', 'a'), paused), stream(start, finish)],
    run: (_, setting) => fire(setting, { tools: { a: async () => 1, b: async () => [] } }),
  },
  {
    name: 'a tool that throws an Error',
    answers: [stream(start, ask('find'), paused), stream(start, finish)],
    run: (_, setting) => fire(setting, { tools: { find: () => Promise.reject(new Error('No such order')) } }),
  },
  {
    name: 'a tool that throws something else',
    answers: [stream(start, ask('find'), paused), stream(start, finish)],
    run: (_, setting) => fire(setting, { tools: { find: () => Promise.reject('oops') } }),
  },
  {
    name: 'a client tool',
    answers: [stream(start, ask('pick'), paused)],
    run: (_, setting) => fire(setting),
  },
  {
    name: 'server and client tools together',
    answers: [stream(start, ask('pick', 'find'), paused)],
    run: (_, setting) => fire(setting, { tools: { find } }),
  },
  {
    name: 'a continuation',
    answers: [stream(start, ask('find'), paused), stream(start, finish)],
    run: (_, setting) => {
      const toolResults = [{ toolCallId: 'call_pick', toolName: 'pick', result: '10:00' }];
      return fire(setting, { tools: { find } }, { type: 'continue', executionId: 'exec_1', toolResults });
    },
  },
  {
    name: 'a request without a type',
    answers: [stream(finish)],
    run: (_, setting) => fire(setting, {}, { triggerName: 'wave', sessionId: 'mine' } as never),
  },
  {
    name: 'fields of a call that come back with its result',
    answers: [
      stream(
        start,
        {
          type: 'tool-request',
          toolCalls: [{ toolCallId: 'c', toolName: 'find', args: {}, outputVariable: 'X', blockIndex: 1 }],
        },
        paused,
      ),
      stream(finish),
    ],
    run: (_, setting) => fire(setting, { tools: { find } }),
  },
  {
    name: 'a finish of tool-calls without calls',
    answers: [stream(start, paused)],
    run: (_, setting) => fire(setting),
  },
  {
    name: 'a client tool without an execution id',
    answers: [stream({ type: 'start' }, ask('pick'), { type: 'finish', finishReason: 'tool-calls' })],
    run: async (_, setting) => (await fire(setting)).events.map(({ type }) => type),
  },
  {
    name: 'data that is no event',
    answers: [raw(`data: {oops\n\ndata: {"type":"dance"}\n\n: hi\n\n${line(finish)}\n\n`)],
    run: (_, setting) => fire(setting),
  },
  {
    name: 'a resource update',
    answers: [stream(start, { type: 'resource-update', name: 'NOTES', value: 7 }, finish)],
    run: async (sdk, setting) => {
      const seen: unknown[] = [];
      class Notes extends sdk.Resource {
        readonly name = 'NOTES';
        onUpdate(value: unknown): void {
          seen.push(value);
        }
      }
      return { ...(await fire(setting, { resources: [new Notes()] })), seen };
    },
  },
  {
    name: 'an abort before the start',
    run: (_, setting) => fire(setting, {}, say, AbortSignal.abort()),
  },
  {
    name: 'an error event',
    answers: [stream(start, failed)],
    run: (_, setting) => fire(setting),
  },
  ...[400, 401, 403, 404, 500].map(
    (status): Scenario => ({
      name: `a flat error answer with status ${status}`,
      answers: [json(status, { error: 'No' })],
      run: (_, setting) => fire(setting),
    }),
  ),

  // Where ours does otherwise.
  {
    name: 'a tool that returns nothing',
    answers: [stream(start, ask('find'), paused), stream(finish)],
    run: async (_, setting) => (await fire(setting, { tools: { find: async () => undefined } })).events[1],
    differs: {
      published: { type: 'tool-output-available', toolCallId: 'call_find' },
      ours: { type: 'tool-output-available', toolCallId: 'call_find', output: null },
      because: 'clients refuse the event without `output`, and the tool runs for ever on the screen',
    },
  },
  {
    name: 'a tool of the client that is called like a function of every object',
    answers: [stream(start, ask('toString'), paused), stream(finish)],
    run: async (_, setting) => (await fire(setting, { tools: {} })).events.map(({ type }) => type),
    differs: {
      published: ['start', 'tool-output-available', 'finish'],
      ours: ['start', 'client-tool-request', 'finish'],
      because: 'no function of Object.prototype is a tool',
    },
  },
  {
    name: 'two requests for tools in one leg',
    answers: [stream(start, ask('a'), ask('b'), paused), stream(finish)],
    run: async (_, setting) => {
      const { bodies } = await fire(setting, { tools: { a: async () => 1, b: async () => 2 } });
      return (bodies[1] as { toolResults: { toolCallId: string }[] }).toolResults.map(({ toolCallId }) => toolCallId);
    },
    differs: {
      published: ['call_b'],
      ours: ['call_a', 'call_b'],
      because: 'the earlier calls are never answered otherwise',
    },
  },
  {
    name: 'an error after a request for tools',
    answers: [stream(start, ask('find'), failed), stream(finish)],
    run: async (_, setting) => {
      let calls = 0;
      const { events } = await fire(setting, { tools: { find: async () => ++calls } });
      return { types: events.map(({ type }) => type), calls };
    },
    differs: {
      published: { types: ['start', 'error', 'tool-output-available', 'finish'], calls: 1 },
      ours: { types: ['start', 'error'], calls: 0 },
      because: 'the execution is over: nobody waits for the result',
    },
  },
  {
    name: 'a resource whose onUpdate throws',
    answers: [stream(start, { type: 'resource-update', name: 'NOTES', value: 7 }, finish)],
    run: async (sdk, setting) => {
      class Broken extends sdk.Resource {
        readonly name = 'NOTES';
        onUpdate(): void {
          throw new Error('mine');
        }
      }
      return (await fire(setting, { resources: [new Broken()] })).events.map(({ type }) => type);
    },
    differs: {
      published: ['start', 'finish'],
      ours: ['start', 'resource-update', 'finish'],
      because: "the application's mistake must not swallow an event",
    },
  },
  {
    name: 'a nested error answer',
    answers: [json(404, { error: { code: 'NOT_FOUND', message: 'No such session' } })],
    run: async (_, setting) => {
      const [event] = (await fire(setting)).events;
      return event?.type === 'error' ? { message: event.message, code: event.code } : event;
    },
    differs: {
      published: { message: 'Failed to trigger: Not Found' },
      ours: { message: 'No such session', code: 'NOT_FOUND' },
      because: 'the shape of the REST documentation is understood too',
    },
  },
  {
    name: 'code and waiting time of an error answer',
    answers: [json(409, { error: 'No', code: 'EXECUTION_NOT_RESUMABLE' }, { 'retry-after': '3' })],
    run: async (_, setting) => {
      const [event] = (await fire(setting)).events;
      return event?.type === 'error' ? [event.code ?? null, event.retryAfter ?? null] : event;
    },
    differs: { published: [null, null], ours: ['EXECUTION_NOT_RESUMABLE', 3], because: 'applications decide by them' },
  },
  {
    name: 'an error answer that says nothing',
    answers: [json(500, {})],
    run: async (_, setting) => (await fire(setting)).events,
    differs: {
      published: [{ ...failed, message: 'Failed to trigger: Internal Server Error', retryable: true }],
      ours: [{ ...failed, message: 'Request failed: HTTP 500 Internal Server Error', retryable: true }],
      because: 'HTTP/2 answers have no status text, so the number is named',
    },
  },
  {
    name: 'status 402',
    answers: [json(402, { error: 'Empty' })],
    run: async (_, setting) => (await fire(setting)).events,
    differs: {
      published: [{ ...failed, errorType: 'unknown_error', message: 'Empty' }],
      ours: [{ ...failed, errorType: 'quota_exceeded_error', message: 'Empty' }],
      because: 'as in 6.x: a used-up budget has its own type',
    },
  },
  {
    name: 'a busy server',
    answers: [json(503, { error: 'Busy' }, { 'retry-after': '0' }), stream(finish)],
    run: async (_, setting) => (await fire(setting)).events.map(({ type }) => type),
    differs: { published: ['error'], ours: ['finish'], because: 'as in 6.x: streaming requests are retried' },
  },
  {
    name: 'lines that end in CRLF, and a last one that does not end',
    answers: [raw(`${line(start)}\r\n\r\ndata:${JSON.stringify(delta)}\n\n${line(finish)}`)],
    run: async (_, setting) => (await fire(setting)).events.map(({ type }) => type),
    differs: {
      published: ['start'],
      ours: ['start', 'text-delta', 'finish'],
      because: 'the event stream format allows all of it',
    },
  },
  {
    name: 'keys that this version does not know',
    answers: [stream({ ...delta, later: 1 }, finish)],
    run: async (_, setting) => (await fire(setting)).events[0],
    differs: {
      published: delta,
      ours: { ...delta, later: 1 },
      because: 'a relay must not lose what newer clients read',
    },
  },
  {
    name: 'null in optional keys',
    answers: [stream({ ...start, messageId: null }, finish)],
    run: async (_, setting) => (await fire(setting)).events.map(({ type }) => type),
    differs: {
      published: ['finish'],
      ours: ['start', 'finish'],
      because: 'null means absent; losing `start` loses the execution',
    },
  },
  {
    name: 'words of newer servers',
    answers: [stream({ type: 'finish', finishReason: 'tired' })],
    run: async (_, setting) => (await fire(setting)).events,
    differs: {
      published: [],
      ours: [{ type: 'finish', finishReason: 'other' }],
      because: 'an end must not be lost over its reason',
    },
  },
  {
    name: 'an abort while a tool runs',
    answers: [stream(start, ask('find'), paused)],
    run: async (_, setting) => {
      const controller = new AbortController();
      const tools = {
        find: async () => {
          controller.abort();
          return 'late';
        },
      };
      return (await fire(setting, { tools }, say, controller.signal)).events.map(({ type }) => type);
    },
    differs: {
      published: ['start', 'tool-output-available', 'finish'],
      ours: ['start', 'finish'],
      because: 'as in 6.x: an abort does not wait for tools',
    },
  },
];
