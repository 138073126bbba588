import { createInternalErrorEvent, encodeDone, encodeEvent, encodeHeartbeat, type StreamEvent } from '@octavus/core';
import { heartbeatMs } from '../constants.ts';

/** Headers that keep proxies from buffering or caching an event stream. */
export const sseHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache',
  Connection: 'keep-alive',
  'X-Accel-Buffering': 'no',
};

/**
 * Events as the body of an answer: one `data:` line each, `[DONE]` at the end, a heartbeat comment every 15 s. A source that throws,
 * or gives what JSON cannot carry, becomes an `error` event without `[DONE]`. Events are asked for as the reader reads; cancelling
 * the stream ends the source.
 *
 * @param events such as `session.execute(…)` gives.
 * @returns UTF-8 bytes for a `Response` with `sseHeaders`; reading them never fails.
 */
export function toSSEStream(events: AsyncIterable<StreamEvent>): ReadableStream<Uint8Array> {
  const source = events[Symbol.asyncIterator]();
  const utf8 = new TextEncoder();
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  let isCancelled = false;

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        heartbeat ??= setInterval(() => {
          // A reader that is behind needs no sign of life, and would have to store it.
          if ((controller.desiredSize ?? -1) >= 0) controller.enqueue(utf8.encode(encodeHeartbeat()));
        }, heartbeatMs);
        const { text, isLast } = await nextText(source);
        if (isCancelled) return;
        controller.enqueue(utf8.encode(text));
        if (!isLast) return;
        clearInterval(heartbeat);
        controller.close();
      },
      async cancel() {
        isCancelled = true;
        clearInterval(heartbeat);
        await source.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function nextText(source: AsyncIterator<StreamEvent>): Promise<{ text: string; isLast: boolean }> {
  try {
    const { done, value } = await source.next();
    return done ? { text: encodeDone(), isLast: true } : { text: encodeEvent(value), isLast: false };
  } catch (error) {
    // A source whose event JSON cannot carry is still open; one that threw does not mind.
    await source.return?.().catch(() => undefined);
    return { text: encodeEvent(createInternalErrorEvent(messageOf(error))), isLast: true };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'The stream failed';
}
