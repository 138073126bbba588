import type { Run } from '../execution/run.ts';
import { AbandonedError, type Flush } from '../execution/run-outputs.ts';

/** Workers of one step that run at the same time (runtime-semantics.md 6.3). */
const maxParallel = 8;

/** Something that runs until it returns, with a `flush` of its own. */
export type SideTask<Result> = (flush: Flush) => Promise<Result>;

/**
 * Runs tasks at the same time, at most 8, started in order. They write into one outbox in the order of what happens; none goes on
 * before what it flushed is taken.
 *
 * @returns their results, in the order of the tasks.
 * @throws what a task throws; the others go no further than to their next `flush`, and nobody waits for them: a task that hangs must
 *   not hold up the failure of another.
 */
export async function runSideBySide<Result>(
  run: Pick<Run, 'flush' | 'stopReason'>,
  tasks: readonly SideTask<Result>[],
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let hasFailed = false;
  let next = 0;
  const flush = async (): Promise<void> => {
    if (hasFailed) throw new AbandonedError();
    await run.flush();
    if (hasFailed) throw new AbandonedError();
  };
  const runLane = async (): Promise<void> => {
    while (next < tasks.length) {
      const index = next;
      next += 1;
      results[index] = await tasks[index]!(flush);
      if (run.stopReason !== 'lease-lost') await flush();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(maxParallel, tasks.length) }, runLane));
  } catch (error) {
    hasFailed = true;
    throw error;
  }
  return results;
}
