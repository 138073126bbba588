import {
  type ChatStatus,
  type ClientToolHandler,
  createHttpTransport,
  createPollingTransport,
  createSocketTransport,
  getText,
  type HttpTransportOptions,
  isSocketTransport,
  OctavusChat,
  type OctavusChatOptions,
  OctavusError,
  type StreamEvent,
  type Transport,
  type UIMessage,
} from '@octavus/client-sdk';

/** What `octavus types` writes for an agent. */
interface Desk {
  triggers: { 'user-message': { USER_MESSAGE: string } };
  tools: { 'pick-slot': { day: string } };
}

const answers: StreamEvent[][] = [
  [
    { type: 'start', executionId: 'exec_1' },
    { type: 'tool-input-start', toolCallId: 'c1', toolName: 'pick-slot' },
    {
      type: 'client-tool-request',
      executionId: 'exec_1',
      toolCalls: [{ toolCallId: 'c1', toolName: 'pick-slot', args: { day: 'Monday' } }],
    },
    { type: 'finish', finishReason: 'client-tool-calls' },
  ],
  [
    { type: 'text-start', id: 't1' },
    { type: 'text-delta', id: 't1', delta: 'Booked for Monday.' },
    { type: 'text-end', id: 't1' },
    { type: 'finish', finishReason: 'stop' },
  ],
];

/** Applications extend and index the options. */
interface CountedOptions extends HttpTransportOptions {
  count: number;
}

const request: HttpTransportOptions['request'] = async ({ type }, options) => {
  const kind: 'trigger' | 'continue' = type;
  options?.signal?.throwIfAborted();
  const events = answers.shift() ?? [];
  return new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), { headers: { kind } });
};
const counted: CountedOptions = { count: 1, request };
const transport: Transport = createHttpTransport(counted);

const pickSlot: ClientToolHandler<{ day: string }> = async ({ day }, { toolCallId, signal }) => ({
  day,
  toolCallId,
  late: signal.aborted,
});
const options: OctavusChatOptions<Desk> = {
  transport,
  clientTools: { 'pick-slot': pickSlot },
  onError: (error) => console.error(error.errorType),
};
const chat = new OctavusChat<Desk>(options);
// @ts-expect-error the agent has no such trigger
void (() => chat.send('wave'));
// @ts-expect-error nor such an input
void (() => chat.send('user-message', { text: 'Hi' }));

const statuses: ChatStatus[] = [];
const finished = new Promise<void>((resolve) => {
  chat.subscribe(() => {
    statuses.push(chat.status);
    // The sent message shows before the run begins, with the status it finds.
    if (chat.status === 'idle' && statuses.includes('streaming')) resolve();
  });
});

async function main(): Promise<void> {
  await chat.send('user-message', { USER_MESSAGE: 'Monday, please' }, { userMessage: { content: 'Monday, please' } });
  await finished;
  const [user, assistant]: UIMessage[] = chat.messages;
  if (!user || !assistant || getText(assistant) !== 'Booked for Monday.')
    throw new Error(JSON.stringify(chat.messages));
  const untyped = new OctavusChat({
    transport: createPollingTransport({
      onTrigger: async () => ({ error: 'closed' }),
      onPoll: async () => ({ events: [], cursor: 0, status: 'idle' }),
      onStop: () => {},
    }),
  });
  await untyped.send('anything', { at: 'all' });
  if (!OctavusError.isInstance(untyped.error)) throw new Error('no error');
  if (!isSocketTransport(createSocketTransport({ connect: async () => new WebSocket('ws://localhost') })))
    throw new Error('no socket');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
declare const process: { exitCode?: number };
