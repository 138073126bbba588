import type { StreamEvent } from '../events/index.ts';

const prefix = 'data: ';
const doneData = '[DONE]';

/** Turns chunks, cut anywhere, back into events. */
export interface EventDecoder {
  /** The events that this chunk completes. Nothing after the end marker is read. */
  decode(chunk: Uint8Array | string): StreamEvent[];
  /** The event of a last line without line end, when the stream broke there. */
  end(): StreamEvent[];
  /** Whether the end marker was read; a stream that ends without it broke. */
  readonly isDone: boolean;
}

export interface EventDecoderOptions {
  /** A longer line is dropped, in characters. Default 32 Mi. */
  maxLineLength?: number;
}

/**
 * The twin of `encodeEvent`. Lines without the literal prefix `data: `, comments among them, and data that is not a JSON
 * object with a `type` are skipped; CRLF is tolerated. Shapes are not checked: that costs more than reading, so the
 * caller does it where it does not trust the sender.
 */
export function createEventDecoder(options: EventDecoderOptions = {}): EventDecoder {
  const { maxLineLength = 32 * 1024 * 1024 } = options;
  const utf8 = new TextDecoder();
  let rest = '';
  let isTooLong = false;
  let isDone = false;

  function keep(text: string): void {
    isTooLong ||= rest.length + text.length > maxLineLength;
    rest = isTooLong ? '' : rest + text;
  }

  function readLine(events: StreamEvent[]): void {
    const data = isTooLong ? undefined : dataOfLine(rest);
    rest = '';
    isTooLong = false;
    if (data === undefined) return;
    if (data === doneData) {
      isDone = true;
      return;
    }
    const event = parseEvent(data);
    if (event) events.push(event);
  }

  return {
    decode(chunk) {
      const events: StreamEvent[] = [];
      const text = typeof chunk === 'string' ? chunk : utf8.decode(chunk, { stream: true });
      let from = 0;
      // Only the new text is searched for line ends: a long line in many chunks stays linear.
      for (let end = text.indexOf('\n'); end !== -1 && !isDone; end = text.indexOf('\n', from)) {
        keep(text.slice(from, end));
        readLine(events);
        from = end + 1;
      }
      if (!isDone) keep(text.slice(from));
      return events;
    },
    end() {
      const events: StreamEvent[] = [];
      if (!isDone) readLine(events);
      return events;
    },
    get isDone() {
      return isDone;
    },
  };
}

/**
 * Reads a whole stream.
 *
 * @param chunks pieces of the body, cut anywhere.
 * @returns `done` after the end marker, `broken` when the chunks ended without it.
 */
export async function* decodeEvents(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options?: EventDecoderOptions,
): AsyncGenerator<StreamEvent, 'done' | 'broken'> {
  const decoder = createEventDecoder(options);
  for await (const chunk of chunks) {
    yield* decoder.decode(chunk);
    if (decoder.isDone) return 'done';
  }
  yield* decoder.end();
  return decoder.isDone ? 'done' : 'broken';
}

function dataOfLine(line: string): string | undefined {
  if (!line.startsWith(prefix)) return undefined;
  return line.endsWith('\r') ? line.slice(prefix.length, -1) : line.slice(prefix.length);
}

function parseEvent(data: string): StreamEvent | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isEventLike(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEventLike(value: unknown): value is StreamEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
