import { StringDecoder } from 'node:string_decoder';
import { ClosedEarlyError } from '../stream/stream-call.ts';

/** Characters of one event at most: an image in base64 fits, a server that never ends a line does not fill the memory. */
const maxEventChars = 32 * 1024 * 1024;

/**
 * Reads the data of Server-Sent Events out of bytes as they come, each event's `data` lines joined by a newline (WHATWG HTML,
 * 9.2.6). Comments and other fields are skipped.
 *
 * @param onData called once per event, synchronously.
 */
export class SseLines {
  readonly #onData: (data: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #data: string | undefined;

  constructor(onData: (data: string) => void) {
    this.#onData = onData;
  }

  /** @throws EndlessEventError when an event grows beyond 32 Mi characters. */
  write(bytes: Buffer): void {
    const fresh = this.#decoder.write(bytes);
    if (this.#rest.length + (this.#data?.length ?? 0) + fresh.length > maxEventChars) throw new EndlessEventError();
    // Only what is new is searched: a long line in many pieces would be searched, and copied, as often as it has pieces.
    if (!fresh.includes('\n')) {
      this.#rest += fresh;
      return;
    }
    const text = this.#rest + fresh;
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#line(text, start, end > start && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end);
      start = end + 1;
    }
    this.#rest = start === 0 ? text : text.slice(start);
  }

  /** An event that the answer's end cut off after its data still counts: some servers leave out the last blank line. */
  end(): void {
    if (this.#rest !== '') this.#line(this.#rest, 0, this.#rest.length);
    this.#rest = '';
    this.#dispatch();
  }

  #line(text: string, start: number, end: number): void {
    if (start === end) {
      this.#dispatch();
      return;
    }
    if (!text.startsWith('data:', start)) return;
    const from = text.charCodeAt(start + 5) === space ? start + 6 : start + 5;
    const data = text.slice(from, end);
    this.#data = this.#data === undefined ? data : `${this.#data}\n${data}`;
  }

  #dispatch(): void {
    if (this.#data === undefined) return;
    const data = this.#data;
    this.#data = undefined;
    this.#onData(data);
  }
}

class EndlessEventError extends ClosedEarlyError {
  constructor() {
    super();
    this.message = `one event is longer than ${maxEventChars / 1024 / 1024} Mi characters`;
  }
}

const carriageReturn = 13;
const space = 32;
