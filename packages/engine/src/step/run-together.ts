import type { Run } from '../execution/run.ts';

/** Server-side calls of one step that run at the same time (runtime-semantics.md 6.3). */
const maxParallel = 8;

/** Something to do; what it gives back is called when its turn comes to tell of the result. */
export type Piece = () => (() => void) | Promise<() => void>;

/**
 * Does pieces of work at the same time, at most 8, started in order. Results are told one after another as they come, so that the
 * outputs of each stay together; they are flushed before the next wait.
 *
 * @returns `stopped` when the run was told to stop: what was not finished is left and never told.
 * @throws what a piece throws.
 */
export async function runTogether(
  run: Pick<Run, 'flush' | 'signal' | 'stopReason'>,
  pieces: readonly Piece[],
): Promise<'done' | 'stopped'> {
  if (pieces.length === 0) return 'done';
  const work = new Work(pieces);
  using stop = whenStopped(run.signal);
  for (;;) {
    work.tellReady();
    if (run.stopReason) return 'stopped';
    if (work.isDone) return 'done';
    await run.flush();
    await Promise.race([stop.promise, work.somethingReady()]);
  }
}

class Work {
  readonly #pieces: readonly Piece[];
  readonly #ready: (() => void)[] = [];
  #next = 0;
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  get isDone(): boolean {
    return this.#running === 0 && this.#ready.length === 0 && this.#next === this.#pieces.length;
  }

  /** Tells of what is ready and starts what can start, until there is nothing to do but wait. */
  tellReady(): void {
    for (;;) {
      this.#start();
      const tell = this.#ready.shift();
      if (this.#failure) throw this.#failure.error;
      if (!tell) return;
      tell();
    }
  }

  async somethingReady(): Promise<void> {
    if (this.#ready.length > 0 || this.#failure) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #start(): void {
    while (this.#next < this.#pieces.length && this.#running < maxParallel) {
      const result = this.#pieces[this.#next]!();
      this.#next += 1;
      if (!(result instanceof Promise)) {
        this.#ready.push(result);
        continue;
      }
      this.#running += 1;
      result.then(
        (tell) => this.#end(() => this.#ready.push(tell)),
        (error: unknown) => this.#end(() => (this.#failure ??= { error })),
      );
    }
  }

  #end(note: () => void): void {
    this.#running -= 1;
    note();
    this.#wake?.();
  }
}

function whenStopped(signal: AbortSignal): Disposable & { readonly promise: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return { promise, [Symbol.dispose]: () => signal.removeEventListener('abort', stop) };
}
