import type { ToolRound } from './client-tools.ts';
import type { Turn } from './reduce/turn.ts';
import type { RetryPoint } from './retry-point.ts';

/**
 * One `send`, `retry` or `observe` with everything that follows from it. A run that was stopped or replaced is over: nothing that
 * still happens in it may touch the chat.
 */
export class Run {
  turn: Turn;
  /** When the turn was shown first. */
  createdAt: Date | undefined;
  /** Client tools that the run waits for. */
  round: ToolRound | undefined;
  /** The trigger it runs, for a retry; none when it observes. */
  retryPoint: RetryPoint | undefined;
  /** The first `start` of the run came. */
  hasStarted = false;
  /** The turn ended; only `usage` may follow. */
  isFinished = false;
  readonly #abort = new AbortController();

  constructor(turn: Turn) {
    this.turn = turn;
  }

  get isOver(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Aborted when the run is over. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    this.round?.abort();
    this.round = undefined;
    this.#abort.abort();
  }
}

/**
 * Reads items until they end or the run is over, then leaves the source.
 *
 * @returns a promise that settles with the source, or as soon as the run is over: a source that hangs holds nobody.
 */
export function consume<Item>(run: Run, open: () => AsyncIterable<Item>, take: (item: Item) => void): Promise<void> {
  // Whoever was told of the run's start may have ended it.
  if (run.isOver) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const iterator = open()[Symbol.asyncIterator]();
    const abort = () => {
      leave(iterator);
      resolve();
    };
    const end = (settle: () => void) => {
      run.signal.removeEventListener('abort', abort);
      settle();
    };
    const next = (): void => {
      iterator.next().then(
        ({ done, value }) => {
          if (run.isOver) return;
          if (done) return end(resolve);
          try {
            take(value);
          } catch (error) {
            leave(iterator);
            return end(() => reject(error));
          }
          if (!run.isOver) next();
        },
        (error) => end(() => reject(error)),
      );
    };
    run.signal.addEventListener('abort', abort);
    if (run.isOver) abort();
    else next();
  });
}

/** A source that fails while it is left has nothing to tell. */
async function leave(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}
