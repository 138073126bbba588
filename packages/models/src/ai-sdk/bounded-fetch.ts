import { ClosedEarlyError } from '../stream/stream-call.ts';
import { byteNote } from './byte-notes.ts';

/**
 * Bytes of one event at most: a large image in base64 fits. The libraries put an event together from its pieces and parse it at once,
 * so that a longer one would hold up every other stream of the process.
 */
const maxEventBytes = 16 * 1024 * 1024;

/**
 * `fetch` whose event streams fail once a line of theirs grows beyond 16 MiB, and tell of every piece that comes in (`onBytes`): comments
 * and events that the libraries keep to themselves are a sign of life, too. Other answers are left alone.
 */
export const boundedFetch: typeof fetch = async (input, init) => {
  const note = byteNote(init?.signal);
  const response = await fetch(input, init);
  note();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!response.body || !isStream) return response;
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(lineLimit(note)), { status, statusText, headers });
};

function lineLimit(note: () => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let lineBytes = 0;
  return new TransformStream({
    transform(bytes, controller) {
      note();
      const lastEnd = bytes.lastIndexOf(newline);
      lineBytes = lastEnd < 0 ? lineBytes + bytes.length : bytes.length - lastEnd - 1;
      if (lineBytes > maxEventBytes) throw new EventTooLongError();
      controller.enqueue(bytes);
    },
  });
}

class EventTooLongError extends ClosedEarlyError {
  constructor() {
    super();
    this.message = `one event is longer than ${maxEventBytes / 1024 / 1024} MiB`;
  }
}

const newline = 10;
