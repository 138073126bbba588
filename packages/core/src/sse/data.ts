/** Turns chunks of a `text/event-stream`, cut anywhere, into the data of its events. */
export interface SseDecoder {
  /** The data of every event that this chunk completes. */
  decode(chunk: Uint8Array | string): string[];
  /** The data of the event that was under way when the stream ended. */
  end(): string[];
}

export interface SseDecoderOptions {
  /** An event with a longer line, or with more data in all its lines, is dropped; in characters. Default 32 Mi. */
  maxLineLength?: number;
}

/**
 * Reads the event stream format: lines end in LF, CRLF or CR; the `data` lines of an event join with LF; an empty line ends it.
 * Comments and other fields are skipped, as nothing here needs them.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createSseDecoder(options: SseDecoderOptions = {}): SseDecoder {
  const { maxLineLength = 32 * 1024 * 1024 } = options;
  const utf8 = new TextDecoder();
  let line = '';
  let data: string | undefined;
  let isTooLong = false;
  let isDropped = false;
  let endedInCr = false;

  function keep(text: string): void {
    isTooLong ||= line.length + text.length > maxLineLength;
    line = isTooLong ? '' : line + text;
  }

  function endLine(complete: string[]): void {
    if (isTooLong) dropEvent();
    else if (line === '') endEvent(complete);
    else if (line.startsWith('data:')) addData(line.slice(line[5] === ' ' ? 6 : 5));
    line = '';
    isTooLong = false;
  }

  function addData(text: string): void {
    if (isDropped) return;
    data = data === undefined ? text : `${data}\n${text}`;
    if (data.length > maxLineLength) dropEvent();
  }

  /** Nothing of it is kept: half an event would be a wrong one. */
  function dropEvent(): void {
    isDropped = true;
    data = undefined;
  }

  function endEvent(complete: string[]): void {
    if (data !== undefined) complete.push(data);
    data = undefined;
    isDropped = false;
  }

  function decodeText(text: string): string[] {
    const complete: string[] = [];
    // The LF of a CRLF may come with the next chunk.
    let from = endedInCr && text.startsWith('\n') ? 1 : 0;
    if (text !== '') endedInCr = text.endsWith('\r');
    // Each kind of line end is searched for once per find and only in new text: a long line in many chunks stays linear.
    let lf = text.indexOf('\n', from);
    let cr = text.indexOf('\r', from);
    while (lf !== -1 || cr !== -1) {
      const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      keep(text.slice(from, end));
      endLine(complete);
      from = end === cr && lf === cr + 1 ? end + 2 : end + 1;
      if (lf !== -1 && lf < from) lf = text.indexOf('\n', from);
      if (cr !== -1 && cr < from) cr = text.indexOf('\r', from);
    }
    keep(text.slice(from));
    return complete;
  }

  return {
    decode: (chunk) => decodeText(typeof chunk === 'string' ? chunk : utf8.decode(chunk, { stream: true })),
    end() {
      const complete = decodeText(utf8.decode());
      endLine(complete);
      endEvent(complete);
      return complete;
    },
  };
}
