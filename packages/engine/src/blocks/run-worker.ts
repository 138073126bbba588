import type { RunWorkerBlock } from '@octavus/protocol';
import { startBlock } from '../execution/announce.ts';
import type { Run } from '../execution/run.ts';
import type { RunWorkerPosition } from '../state/position.ts';
import { labelOf } from '../tools/offered-tool.ts';
import { assignOutput } from '../values/assign-output.ts';
import { resolveEntries } from '../values/resolve-value.ts';
import { blockScope } from '../values/scope.ts';
import { runSideBySide, type SideTask } from '../workers/run-side-by-side.ts';
import { resumeWorker, startWorker } from '../workers/run-worker.ts';
import type { WorkerCall, WorkerEnding, WorkerPlace } from '../workers/worker-call.ts';
import type { BlockEnding, BlockRunner } from './runner.ts';

/** Runs a worker with values of the handler (runtime-semantics.md 5.8). */
export const runWorker: BlockRunner<'run-worker'> = {
  async run(block, run) {
    startBlock(run, block);
    const call = await openCall(block, run);
    return runOne(run, (flush) => startWorker(run, call, flush));
  },

  async resume(block, run, { position }) {
    startBlock(run, block);
    const { workerId } = position.block as RunWorkerPosition;
    return runOne(run, (flush) => resumeWorker(run, placeOf(block, run, workerId), flush));
  },
};

async function openCall(block: RunWorkerBlock, run: Run): Promise<WorkerCall> {
  const { worker: workerSlug, display } = block;
  const agent = await run.ports.findWorker(workerSlug);
  const use = run.definition.workers.get(workerSlug);
  const label = labelOf(display, {
    name: agent?.definition.name ?? workerSlug,
    title: block.title ?? use?.title,
    description: block.description ?? use?.description ?? agent?.definition.description,
  });
  const input = resolveEntries(block.input, blockScope(run));
  const place = placeOf(block, run, run.ports.ids.resource());
  return { ...place, workerSlug, agent, input, display, label, thread: 'main', isKept: true };
}

/** The worker's result, or what went wrong, becomes the value (protocol-language.md 3.7). */
function placeOf({ display, output }: RunWorkerBlock, run: Run, workerId: string): WorkerPlace {
  return {
    workerId,
    isAnnounced: display !== 'hidden',
    settle: (outcome) => assignOutput(run, output, 'error' in outcome ? { error: outcome.error } : outcome.result),
  };
}

async function runOne(run: Run, task: SideTask<WorkerEnding>): Promise<BlockEnding> {
  const [ending] = await runSideBySide(run, [task]);
  switch (ending?.kind) {
    case 'paused': {
      const { workerId, pending } = ending;
      return { position: { kind: 'run-worker', workerId }, pending };
    }
    case 'stopped':
      return 'stopped';
    default:
      return 'done';
  }
}
