import type { ServerResponse } from 'node:http';
import { encodeDone, encodeHeartbeat } from '@octavus/core';
import { writeChunk } from './write-chunk.ts';

/** Seconds without a byte after which a heartbeat is sent (stream spec 1). */
const heartbeatAfterSeconds = 15;

/** Seconds after which a reader that takes nothing counts as gone, so that it cannot hold its session for ever. */
const stalledAfterSeconds = 60;

/** One answer that is an event stream: what is written goes out at once, and a full buffer is reported. */
export class EventStream {
  readonly #raw: ServerResponse;
  #silentSeconds = 0;

  constructor(raw: ServerResponse) {
    this.#raw = raw;
  }

  /** Sends the status and the headers without waiting for the first event. */
  open(headers: Readonly<Record<string, string>>): void {
    const { socket } = this.#raw;
    this.#raw.writeHead(200, headers);
    // Events that are ready in the same turn of the loop share the packet of the headers.
    socket?.cork();
    this.#raw.flushHeaders();
    process.nextTick(() => socket?.uncork());
  }

  /** Whether the reader is gone, or the end was written. */
  get isClosed(): boolean {
    return this.#raw.destroyed || this.#raw.writableEnded;
  }

  /** @returns false when the reader has fallen behind: wait for `ready` before writing more. */
  write(text: string): boolean {
    this.#silentSeconds = 0;
    return writeChunk(this.#raw, text);
  }

  /** Resolves when the reader has caught up, is gone, or is not to be waited for any longer (`stopped`). */
  ready(stopped: AbortSignal): Promise<void> {
    const raw = this.#raw;
    const { socket } = raw;
    if (raw.destroyed || !this.#isBehind || stopped.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        raw.off('drain', settle).off('close', settle);
        socket?.off('drain', settle);
        stopped.removeEventListener('abort', settle);
        this.#silentSeconds = 0;
        resolve();
      };
      raw.on('drain', settle).on('close', settle);
      socket?.on('drain', settle);
      stopped.addEventListener('abort', settle);
    });
  }

  get #isBehind(): boolean {
    return this.#raw.writableNeedDrain || this.#raw.socket?.writableNeedDrain === true;
  }

  /** Writes the end marker and closes the body. */
  end(): void {
    if (!this.isClosed) this.#raw.end(encodeDone());
  }

  /** Called once a second. */
  tick(): void {
    if (this.isClosed) return;
    this.#silentSeconds += 1;
    if (this.#isBehind) {
      if (this.#silentSeconds >= stalledAfterSeconds) this.#raw.destroy();
    } else if (this.#silentSeconds >= heartbeatAfterSeconds) {
      this.write(encodeHeartbeat());
    }
  }
}
