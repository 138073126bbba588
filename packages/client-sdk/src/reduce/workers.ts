import type {
  UIWorkerPart,
  WorkerInputDeltaEvent,
  WorkerInputReadyEvent,
  WorkerInputStartEvent,
  WorkerResultEvent,
  WorkerStartEvent,
} from '@octavus/core';
import { closeStreaming } from './endings.ts';
import { findLastIndex } from './list.ts';
import { addJson, changePart, jsonOf, settleJson, withMain } from './target.ts';
import { createTarget, publish, type Turn, visibleParts } from './turn.ts';

/** The model writes the input of a worker. */
export function startWorkerInput(turn: Turn, event: WorkerInputStartEvent): Turn {
  const index = workerIndex(turn, event.workerId);
  return publish(index === -1 ? addWorker(turn, event) : runWorker(turn, event.workerId, index));
}

export function appendWorkerInput(turn: Turn, event: WorkerInputDeltaEvent): Turn {
  const index = workerIndex(turn, event.workerId);
  if (index === -1) return turn;
  const main = addJson(turn.main, { index, field: 'input' }, event.delta);
  const hasChanged = jsonOf(main, index).revision !== jsonOf(turn.main, index).revision;
  return hasChanged ? publish({ ...turn, main }) : { ...turn, main };
}

export function completeWorkerInput(turn: Turn, event: WorkerInputReadyEvent): Turn {
  const index = workerIndex(turn, event.workerId);
  if (index === -1) return turn;
  return publish(
    withMain(
      turn,
      changePart(settleJson(turn.main, index), index, 'worker', () => ({ input: event.input })),
    ),
  );
}

/** A worker runs, perhaps one whose input was streamed or whose stream goes on: what it shows already is kept. */
export function startWorker(turn: Turn, event: WorkerStartEvent): Turn {
  const index = workerIndex(turn, event.workerId);
  if (index === -1) return publish(addWorker(turn, event));
  const main = changePart(settleJson(turn.main, index), index, 'worker', (part) => ({
    status: 'running',
    ...(part.input === undefined && event.input !== undefined && { input: event.input }),
    ...(part.description === undefined && event.description !== undefined && { description: event.description }),
  }));
  return publish(runWorker({ ...turn, main }, event.workerId, index));
}

export function endWorker(turn: Turn, event: WorkerResultEvent): Turn {
  const index = workerIndex(turn, event.workerId);
  if (index === -1) return turn;
  const running = turn.workers.find(({ workerId }) => workerId === event.workerId);
  const status = event.cancelled ? 'cancelled' : event.error !== undefined ? 'error' : 'done';
  const main = changePart(settleJson(turn.main, index), index, 'worker', (part) => ({
    parts: closeStreaming(running ? visibleParts(running.target) : part.parts) as UIWorkerPart['parts'],
    status,
    ...('output' in event && { output: event.output }),
    ...(status === 'error' && { error: event.error }),
  }));
  return publish({ ...turn, main, workers: turn.workers.filter((worker) => worker !== running) });
}

function addWorker(turn: Turn, { workerId, workerSlug, description, input }: WorkerStartEvent | WorkerFields): Turn {
  const part: UIWorkerPart = {
    type: 'worker',
    workerId,
    workerSlug,
    ...(description !== undefined && { description }),
    ...(input !== undefined && { input }),
    parts: [],
    status: 'running',
  };
  const index = turn.main.parts.length;
  return runWorker({ ...turn, main: { ...turn.main, parts: [...turn.main.parts, part] } }, workerId, index);
}

type WorkerFields = WorkerInputStartEvent & { readonly input?: undefined };

function runWorker(turn: Turn, workerId: string, index: number): Turn {
  if (turn.workers.some((worker) => worker.workerId === workerId)) return turn;
  const { parts } = turn.main.parts[index] as UIWorkerPart;
  return { ...turn, workers: [...turn.workers, { workerId, index, target: createTarget(parts) }] };
}

function workerIndex({ main }: Turn, workerId: string): number {
  return findLastIndex(main.parts, (part) => part.type === 'worker' && part.workerId === workerId);
}
