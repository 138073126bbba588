import type { StreamEvent } from '@octavus/core';

/** Events that arrive by themselves, read by one reader in their order. */
export class EventStream {
  /** Known once the stream's `start` came. */
  executionId: string | undefined;
  readonly #waiting: StreamEvent[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  /** No event comes any more; those that wait are still read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** A final `finish` or an `error` ends the stream. */
  push(event: StreamEvent): void {
    if (this.#isOver) return;
    if (event.type === 'start') this.executionId ??= event.executionId;
    this.#waiting.push(event);
    if (event.type === 'finish' || event.type === 'error') this.#isOver = true;
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<StreamEvent, void, unknown> {
    for (;;) {
      yield* this.#waiting.splice(0);
      if (this.#waiting.length > 0) continue;
      if (this.#isOver) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
