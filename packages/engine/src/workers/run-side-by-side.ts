import type { Run } from '../execution/run.ts';
import type { Output } from '../ports.ts';

/** Workers of one step that run at the same time (runtime-semantics.md 6.3). */
const maxParallel = 8;

/** Something that runs until it returns; what it yields is not read, its outputs are in the run's outbox. */
export type SideTask<Result> = () => AsyncGenerator<readonly Output[], Result>;

/**
 * Runs tasks at the same time, at most 8, started in order. Whenever one of them waits, what all of them wrote so far is yielded, in
 * the order in which they wrote it; none goes on before that is taken.
 *
 * @returns their results, in the order of the tasks.
 * @throws what a task throws; the others go no further than to their next wait.
 */
export async function* runSideBySide<Result>(
  run: Pick<Run, 'hasOutput' | 'drain' | 'stopReason'>,
  tasks: readonly SideTask<Result>[],
): AsyncGenerator<readonly Output[], readonly Result[]> {
  const side = new Side(tasks);
  try {
    for (;;) {
      side.start();
      if (side.isDone) return side.results;
      await side.somethingHappens();
      const waiting = side.takeWaiting();
      if (run.hasOutput && run.stopReason !== 'lease-lost') yield run.drain();
      side.goOn(waiting);
    }
  } finally {
    side.end();
  }
}

interface Lane<Result> {
  readonly index: number;
  readonly generator: AsyncGenerator<readonly Output[], Result>;
}

class Side<Result> {
  readonly results: Result[] = [];
  readonly #tasks: readonly SideTask<Result>[];
  readonly #lanes = new Set<Lane<Result>>();
  /** They yielded, and may go on once that is taken. */
  #waiting: Lane<Result>[] = [];
  #next = 0;
  #failure: { readonly error: unknown } | undefined;
  #hasNews = false;
  #wake: (() => void) | undefined;

  constructor(tasks: readonly SideTask<Result>[]) {
    this.#tasks = tasks;
  }

  get isDone(): boolean {
    return this.#lanes.size === 0 && this.#next === this.#tasks.length;
  }

  start(): void {
    while (this.#lanes.size < maxParallel && this.#next < this.#tasks.length) {
      const lane = { index: this.#next, generator: this.#tasks[this.#next]!() };
      this.#next += 1;
      this.#lanes.add(lane);
      this.#advance(lane);
    }
  }

  /** Resolves when a task waits or ended that was not looked at yet. */
  async somethingHappens(): Promise<void> {
    if (!this.#hasNews) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasNews = false;
    if (this.#failure) throw this.#failure.error;
  }

  takeWaiting(): readonly Lane<Result>[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  goOn(lanes: readonly Lane<Result>[]): void {
    for (const lane of lanes) this.#advance(lane);
  }

  /** Nobody waits for them: a task that hangs must not hold up the failure of another. */
  end(): void {
    for (const { generator } of this.#lanes) generator.return(undefined as Result).catch(() => undefined);
  }

  #advance(lane: Lane<Result>): void {
    lane.generator.next().then(
      ({ done, value }) => {
        if (done) this.#leave(lane, value);
        else this.#waiting.push(lane);
        this.#tell();
      },
      (error: unknown) => {
        this.#lanes.delete(lane);
        this.#failure ??= { error };
        this.#tell();
      },
    );
  }

  #tell(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  #leave(lane: Lane<Result>, result: Result): void {
    this.#lanes.delete(lane);
    this.results[lane.index] = result;
  }
}
