import type { ServerResponse } from 'node:http';
import { EventStream } from './event-stream.ts';

/** How often silence is looked for. */
const tickMs = 1000;

/**
 * The event streams of this process. One timer serves the heartbeats of all of them, so that an event costs no timer: writing only
 * sets a stream's count of silent ticks back to zero.
 */
export class OpenStreams implements Disposable {
  readonly #streams = new Set<EventStream>();
  #timer: NodeJS.Timeout | undefined;

  get size(): number {
    return this.#streams.size;
  }

  /** Starts a stream on an answer that has not begun; it leaves this list by itself when it closes. */
  open(raw: ServerResponse, headers: Readonly<Record<string, string>>): EventStream {
    const stream = new EventStream(raw);
    this.#streams.add(stream);
    raw.once('close', () => this.#remove(stream));
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref();
    stream.open(headers);
    return stream;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    for (const stream of this.#streams) stream.tick();
  }

  #remove(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this[Symbol.dispose]();
  }
}
