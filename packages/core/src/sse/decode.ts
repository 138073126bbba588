import type { StreamEvent } from '../events/index.ts';
import { createSseDecoder, type SseDecoderOptions } from './data.ts';

/** The data that marks the end of a stream (stream spec 1). */
export const doneData = '[DONE]';

/** Turns chunks, cut anywhere, back into events. */
export interface EventDecoder {
  /** The events that this chunk completes. Nothing after the end marker is read. */
  decode(chunk: Uint8Array | string): StreamEvent[];
  /** The event that was under way when the stream broke. */
  end(): StreamEvent[];
  /** Whether the end marker was read; a stream that ends without it broke. */
  readonly isDone: boolean;
}

/**
 * The twin of `encodeEvent`. Data that is not a JSON object with a `type` is skipped. Shapes are not checked: that costs more than
 * reading, so the caller does it where it does not trust the sender (`safeParseStreamEvent`).
 */
export function createEventDecoder(options?: SseDecoderOptions): EventDecoder {
  const sse = createSseDecoder(options);
  let isDone = false;

  function toEvents(complete: readonly string[]): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const data of complete) {
      isDone ||= data === doneData;
      if (isDone) break;
      const event = parseEvent(data);
      if (event) events.push(event);
    }
    return events;
  }

  return {
    decode: (chunk) => toEvents(sse.decode(chunk)),
    end: () => toEvents(sse.end()),
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
  options?: SseDecoderOptions,
): AsyncGenerator<StreamEvent, 'done' | 'broken'> {
  const decoder = createEventDecoder(options);
  for await (const chunk of chunks) {
    yield* decoder.decode(chunk);
    if (decoder.isDone) return 'done';
  }
  yield* decoder.end();
  return decoder.isDone ? 'done' : 'broken';
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
