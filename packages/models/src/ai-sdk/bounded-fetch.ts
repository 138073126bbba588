import { ClosedEarlyError } from '../stream/stream-call.ts';

/**
 * Bytes of one event at most: a large image in base64 fits. The libraries put an event together from its pieces and parse it at once,
 * so that a longer one would hold up every other stream of the process.
 */
const maxEventBytes = 16 * 1024 * 1024;

/** `fetch` whose event streams fail once a line of theirs grows beyond 16 MiB; other answers are left alone. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!response.body || !isStream) return response;
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(lineLimit()), { status, statusText, headers });
};

function lineLimit(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let lineBytes = 0;
  return new TransformStream({
    transform(bytes, controller) {
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
