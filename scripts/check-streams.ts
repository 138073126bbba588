import { afterEach } from 'vitest';

/**
 * Setup of every test file: each event stream that a server of ours sends over HTTP, whoever reads it, is read along and checked against
 * the grammar of stream-events.md 4 once it is whole. A test whose server broke a rule fails.
 *
 * Files that read no stream pay nothing: what reads and checks is loaded with the first one.
 */
const plainFetch = globalThis.fetch;
const mistakes: unknown[] = [];
let isSomethingStopped = false;

globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  isSomethingStopped ||= url.endsWith('/abort') || method === 'DELETE';
  const response = await plainFetch(input, init);
  return isStreamOfOurs(response) ? readAlong(response, url) : response;
};

afterEach(() => {
  isSomethingStopped = false;
  const [mistake] = takeMistakes();
  if (mistake !== undefined) throw mistake;
});

/** What was found since this was asked last; whoever asks answers for it. */
export function takeMistakes(): readonly unknown[] {
  return mistakes.splice(0);
}

/** Told by the headers of stream-events.md 1, which the stand-ins of tests do not send together. */
function isStreamOfOurs({ status, headers }: Response): boolean {
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  return status === 200 && isStream && headers.has('x-octavus-session-id') && headers.has('x-accel-buffering');
}

/** The same answer. What a reader leaves, or a server breaks off, is no whole leg and not judged. */
function readAlong(response: Response, url: string): Response {
  const pieces: Uint8Array[] = [];
  const reading = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(bytes, controller) {
      pieces.push(bytes);
      controller.enqueue(bytes);
    },
    flush: () => check(pieces, url),
  });
  const { status, statusText, headers } = response;
  const same = new Response(response.body!.pipeThrough(reading), { status, statusText, headers });
  return Object.defineProperty(same, 'url', { value: response.url });
}

async function check(pieces: readonly Uint8Array[], url: string): Promise<void> {
  const { createEventDecoder } = await import('@octavus/core');
  const { checkEventGrammar } = await import('@octavus/engine/testing');
  const decoder = createEventDecoder();
  const events = pieces.flatMap((bytes) => decoder.decode(bytes));
  if (!decoder.isDone) return;
  const last = events.at(-1);
  const isEndedEarly = isSomethingStopped && last?.type === 'finish' && last.finishReason === 'stop';
  const kind = url.includes('/execute') ? 'worker' : 'session';
  try {
    checkEventGrammar(events, { kind, ...(isEndedEarly && { isAborted: true }) });
  } catch (mistake) {
    mistakes.push(mistake);
  }
}
