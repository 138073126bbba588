import { grammarMistakes } from './grammar.ts';

/** One event of a stream, as it was sent. */
export interface StreamEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: an event under test has no type yet
  readonly [field: string]: any;
}

/** One event stream, read to its end. */
export interface Leg {
  readonly status: number;
  readonly headers: Headers;
  /** The body, byte for byte. */
  readonly raw: string;
  readonly events: readonly StreamEvent[];
  /** The end marker was the last thing sent. */
  readonly done: boolean;
}

const endMarker = 'data: [DONE]\n\n';

/** Reads a stream to its end; throws when it is not one, or does not keep to the grammar. */
export async function readLeg(response: Response): Promise<Leg> {
  const raw = await response.text();
  if (response.status !== 200) throw new Error(`expected a stream, got ${response.status}: ${raw.slice(0, 2000)}`);
  const events = parseEvents(raw);
  const mistakes = grammarMistakes(events);
  if (mistakes.length > 0) throw new Error(`${mistakes.join('; ')}\n${raw}`);
  return { status: response.status, headers: response.headers, raw, events, done: raw.endsWith(endMarker) };
}

/** The events of a whole or broken stream; a last frame without its empty line is left out. */
export function parseEvents(raw: string): StreamEvent[] {
  return raw
    .split('\n\n')
    .slice(0, -1)
    .filter((frame) => frame.startsWith('data: ') && frame !== 'data: [DONE]')
    .map((frame) => JSON.parse(frame.slice('data: '.length)));
}

/** Reads a stream piece by piece. */
export async function* readPieces(response: Response): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  for await (const bytes of response.body) yield decoder.decode(bytes, { stream: true });
}

/** Reads until the text so far satisfies `isEnough` (or the stream ends) and returns it, leaving the stream open. */
export async function readUntil(pieces: AsyncIterator<string>, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  while (!isEnough(text)) {
    const next = await pieces.next();
    if (next.done) return text;
    text += next.value;
  }
  return text;
}

export const typesOf = (events: readonly StreamEvent[]): string[] => events.map((event) => event.type);

/** The events' types with runs of one type written once, for what a model may cut into pieces as it likes. */
export const shapeOf = (events: readonly StreamEvent[]): string[] =>
  typesOf(events).filter((type, index, all) => type !== all[index - 1]);

export const textOf = (events: readonly StreamEvent[]): string =>
  events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : [])).join('');

/** @throws when there is no such event. */
export function find(events: readonly StreamEvent[], type: string): StreamEvent {
  const event = events.find((candidate) => candidate.type === type);
  if (!event) throw new Error(`no ${type} among ${typesOf(events).join(', ')}`);
  return event;
}
