import { OctavusChat, type StreamEvent, type Transport, type UIMessage } from '@octavus/client-sdk';

/** What one event of a stream costs the browser's chat, in microseconds of a warm process. */
export interface ChatFigure {
  readonly event: string;
  readonly short: number;
  readonly long: number;
}

const shortChat = 10;
const longChat = 10_000;
const eventsPerRun = 20_000;

/**
 * A piece of text in a chat of 10 messages and in one of 10,000, in turns, so that both meet the same moment of a shared
 * machine: reduced alone, and with somebody who reads `messages` at every piece, as an interface without `throttleMs` does.
 */
export async function measureChat(): Promise<ChatFigure[]> {
  const figures = [];
  for (const { event, reads } of [
    { event: 'a piece of text', reads: 0 },
    { event: 'a piece of text, messages read 60 times a second', reads: 60 },
    { event: 'a piece of text, messages read at every piece', reads: Number.POSITIVE_INFINITY },
  ]) {
    const times = { short: [] as number[], long: [] as number[] };
    for (let run = 0; run < 7; run += 1) {
      times.short.push(await microsecondsPerEvent(shortChat, reads));
      times.long.push(await microsecondsPerEvent(longChat, reads));
    }
    figures.push({ event, short: median(times.short.slice(2)), long: median(times.long.slice(2)) });
  }
  return figures;
}

/** Structured output of this many bytes, parsed while it streams in pieces of 4 characters, in milliseconds. */
export async function measureStructuredOutput(bytes: number): Promise<number> {
  const item = JSON.stringify({ name: 'Boston fern', price: 12.5, tags: ['shade', 'water'] });
  const text = `[${Array.from({ length: Math.ceil(bytes / (item.length + 1)) }, () => item).join(',')}]`;
  const pieces = text.match(/[\s\S]{1,4}/g) ?? [];
  const events: StreamEvent[] = [
    { type: 'text-start', id: 't', responseType: 'Plants' },
    ...pieces.map((delta): StreamEvent => ({ type: 'text-delta', id: 't', delta })),
  ];
  const began = performance.now();
  const chat = await stream(events, 0, () => undefined);
  const took = performance.now() - began;
  const [part] = chat.messages.at(-1)?.parts ?? [];
  const value = part?.type === 'object' ? part.partial : undefined;
  if (!Array.isArray(value) || JSON.stringify(value) !== text) throw new Error('the object is not what was streamed');
  return took;
}

async function microsecondsPerEvent(messageCount: number, readsPerSecond: number): Promise<number> {
  const deltas = Array.from(
    { length: eventsPerRun },
    (): StreamEvent => ({ type: 'text-delta', id: 't', delta: 'word ' }),
  );
  let nextRead = 0;
  let began = 0;
  const chat = await stream([{ type: 'text-start', id: 't' }, ...deltas], messageCount, (current) => {
    began ||= performance.now();
    if (readsPerSecond === 0) return;
    if (readsPerSecond !== Number.POSITIVE_INFINITY) {
      const now = performance.now();
      if (now < nextRead) return;
      nextRead = now + 1000 / readsPerSecond;
    }
    if (current.messages.length < messageCount) throw new Error('messages are missing');
  });
  const took = performance.now() - began;
  const [part] = chat.messages.at(-1)?.parts ?? [];
  if (part?.type !== 'text' || part.text.length !== eventsPerRun * 5)
    throw new Error('the text is not what was streamed');
  return (took * 1000) / eventsPerRun;
}

async function stream(
  events: readonly StreamEvent[],
  messageCount: number,
  listener: (chat: OctavusChat) => void,
): Promise<OctavusChat> {
  const transport: Transport = {
    async *trigger() {
      yield* events;
    },
    async *continueWithToolResults() {},
    stop: () => undefined,
  };
  const chat = new OctavusChat({ transport, initialMessages: Array.from({ length: messageCount }, aMessage) });
  chat.subscribe(() => listener(chat));
  await chat.send('go');
  return chat;
}

function aMessage(_: unknown, index: number): UIMessage {
  return {
    id: `m${index}`,
    role: index % 2 === 0 ? 'user' : 'assistant',
    status: 'done',
    createdAt: new Date(0),
    parts: [{ type: 'text', text: `Message ${index}`, status: 'done' }],
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
