import { createEventDecoder, isAbortError, type StreamEvent, safeParseStreamEvent } from '@octavus/core';

/**
 * Reads the events of a `text/event-stream` answer. Comments, the end marker and events of a shape nobody knows are skipped.
 *
 * @param signal ends the stream quietly when it is aborted, even when the answer's own request does not know it.
 * @throws when the answer has no body, or reading it fails. Leaving early cancels the body.
 */
export async function* parseSSEStream(
  response: Response,
  signal?: AbortSignal,
): AsyncGenerator<StreamEvent, void, unknown> {
  if (!response.body) throw new Error('The answer has no body to read events from');
  const reader = response.body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', cancel);
  const decoder = createEventDecoder();
  try {
    while (!signal?.aborted) {
      const { done, value } = await readChunk(reader);
      if (signal?.aborted) return;
      for (const event of done ? decoder.end() : decoder.decode(value)) {
        const parsed = safeParseStreamEvent(event);
        if (parsed.success) yield parsed.data;
        if (signal?.aborted) return;
      }
      if (done) return;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

type Chunk = { readonly done: true; readonly value?: undefined } | { readonly done: false; readonly value: Uint8Array };

async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Chunk> {
  try {
    const { done, value } = await reader.read();
    return done ? { done } : { done, value };
  } catch (error) {
    if (isAbortError(error)) return { done: true };
    throw error;
  }
}
