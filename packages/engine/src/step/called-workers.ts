import type { Run } from '../execution/run.ts';
import type { CalledWorker, PendingCall, ToolOutcome } from '../state/position.ts';
import { runSideBySide, type SideTask } from '../workers/run-side-by-side.ts';
import { resumeWorker, startWorker } from '../workers/run-worker.ts';
import type { WorkerCall, WorkerEnding } from '../workers/worker-call.ts';
import type { StepCall } from './call-reader.ts';
import type { Turn } from './turn.ts';

/** What is left of a step's calls when the server did what it can. */
export interface OpenCalls {
  /** Calls for the outside: those of the step in the order the model made them, then those of its workers. */
  readonly pending: readonly PendingCall[];
  readonly workers: readonly CalledWorker[];
}

export interface WorkerTask {
  readonly called: CalledWorker;
  readonly run: SideTask<WorkerEnding>;
}

/** A worker that the finished step calls. */
export function startTask(
  run: Run,
  turn: Turn,
  { call, settle }: { readonly call: StepCall; readonly settle: (outcome: ToolOutcome) => void },
): WorkerTask {
  const worker = toWorkerCall(turn, call, settle);
  const called = { workerId: worker.workerId, toolCallId: call.id, toolName: call.name };
  return { called, run: (flush) => startWorker(run, worker, flush) };
}

export function resumeTask(
  run: Run,
  turn: Turn,
  { called, settle }: { readonly called: CalledWorker; readonly settle: (outcome: ToolOutcome) => void },
): WorkerTask {
  const { workerId } = called;
  return { called, run: (flush) => resumeWorker(run, { workerId, isAnnounced: turn.isAnnounced, settle }, flush) };
}

/**
 * Runs a step's workers, and beside them what else the step wants of the server, to their ends or pauses.
 *
 * @param beside its outputs are in the run's outbox.
 * @returns `stopped` when the run was told to stop: every worker has ended on the wire.
 */
export async function runWorkerTasks(
  run: Run,
  tasks: readonly WorkerTask[],
  beside?: SideTask<'done' | 'stopped'>,
): Promise<OpenCalls | 'stopped'> {
  const all: SideTask<WorkerEnding | 'done' | 'stopped'>[] = [
    ...(beside ? [beside] : []),
    ...tasks.map((task) => task.run),
  ];
  const endings = (await runSideBySide(run, all)).filter((ending) => ending !== 'done');
  const paused = endings.filter((ending) => ending !== 'stopped' && ending.kind === 'paused');
  if (endings.some((ending) => ending === 'stopped' || ending.kind === 'stopped')) {
    for (const { cancel } of paused) cancel();
    return 'stopped';
  }
  const waiting = new Set(paused.map(({ workerId }) => workerId));
  return {
    pending: paused.flatMap(({ pending }) => pending),
    workers: tasks.map(({ called }) => called).filter(({ workerId }) => waiting.has(workerId)),
  };
}

/** @param call of a tool that is a worker. */
export function toWorkerCall(
  { thread, isAnnounced, writer }: Turn,
  { input, tool, workerId }: Pick<StepCall, 'input' | 'tool' | 'workerId'>,
  settle: (outcome: ToolOutcome) => void,
): WorkerCall {
  if (!tool?.worker || workerId === undefined) throw new Error('The call is not for a worker');
  const { slug: workerSlug, agent, display, label } = tool.worker;
  const { isKept } = writer;
  return { workerId, workerSlug, agent, input, display, label, thread, isAnnounced, isKept, settle };
}
