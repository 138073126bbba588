import { type ErrorEvent, errorEvent } from '@octavus/core';
import { coerceInputs } from '@octavus/protocol';
import type { Resumption } from '../blocks/runner.ts';
import { appendParts } from '../execution/assistant-message.ts';
import { cancelledResult, logError, maskedFailure, workerOutput } from '../execution/ending.ts';
import { ExecutionFailure } from '../execution/failure.ts';
import { Run } from '../execution/run.ts';
import type { Flush } from '../execution/run-outputs.ts';
import { sealingEntries } from '../execution/sealing-entries.ts';
import { callerToolName } from '../execution/worker-scope.ts';
import type { WorkerAgent } from '../ports.ts';
import { defaultsOf } from '../requests/opening-values.ts';
import type { HandlerEnding } from '../run-handler.ts';
import type { WorkerEnded } from '../state/change.ts';
import type { WorkerPart } from '../state/message.ts';
import type { Values } from '../state/session-state.ts';
import type { WorkerCall, WorkerEnding, WorkerPlace } from './worker-call.ts';
import { WorkerOutbox } from './worker-outbox.ts';

/**
 * Runs a worker inside a run, from its input to its result or its first pause (runtime-semantics.md 18). It fails without its caller.
 *
 * @param flush for what the worker writes.
 */
export async function startWorker(run: Run, call: WorkerCall, flush: Flush): Promise<WorkerEnding> {
  if (run.stopReason) {
    refuseWorker(run, call, 'cancelled');
    return { kind: 'stopped' };
  }
  const { agent } = call;
  if (!agent) return endUnstarted(run, call, `There is no worker "${call.workerSlug}" in this project.`);
  const coerced = coerceInputs(agent.definition.input, call.input);
  if (!coerced.isValid)
    return endUnstarted(run, call, `Invalid input: ${coerced.issues.map(({ message }) => message).join(' ')}`);
  const worker = openWorker(run, call, { agent, input: coerced.values, flush });
  return runSteps(run, worker, call);
}

/** Lets a worker go on that waited for the results of its calls; they are in its state. */
export async function resumeWorker(run: Run, place: WorkerPlace, flush: Flush): Promise<WorkerEnding> {
  const waiting = run.state.workers.get(place.workerId);
  if (!waiting) throw new Error('The worker that waits is not in the session');
  const { definition } = await run.ports.getWorker(waiting.agentId, waiting.agentVersion);
  const worker = workerRun(run, place, { definition, flush });
  announceStart(run, place);
  const { position, pending, legStart } = worker.execution;
  if (!position) throw new Error('The worker does not say where it goes on');
  worker.finishReason = position.finishReason ?? 'stop';
  return runSteps(run, worker, place, { position, pending, results: legStart?.outcomes ?? [] });
}

/** A call that never becomes a run: people see a worker that fails, or is cancelled. */
export function refuseWorker(run: Run, call: WorkerCall, ending: 'cancelled' | ErrorEvent['errorType']): void {
  const isCancelled = ending === 'cancelled';
  const result = isCancelled ? cancelledResult : { error: maskedFailure({ errorType: ending }) };
  addPart(run, call, isCancelled ? { isCancelled: true } : { error: result.error });
  if (!isShown(call)) return;
  const { workerId, display, input } = call;
  run.frame({ type: 'worker-start', ...identity(call), ...(display === 'stream' && { input }) });
  run.frame({ type: 'worker-result', workerId, ...result });
  run.forgetBlock();
}

/** The caller hears what is wrong in full, as only it can mend it. */
function endUnstarted(run: Run, call: WorkerCall, error: string): WorkerEnding {
  call.settle({ error });
  refuseWorker(run, call, 'validation_error');
  return { kind: 'ended' };
}

interface Opening {
  readonly agent: WorkerAgent;
  readonly input: Values;
  readonly flush: Flush;
}

function openWorker(run: Run, call: WorkerCall, { agent, input, flush }: Opening): Run {
  const { workerId, workerSlug, display, label } = call;
  const { agentId, version: agentVersion, definition } = agent;
  const toolNames = Object.fromEntries(run.definition.workers.get(workerSlug)?.tools ?? []);
  const { variables, resources } = definition;
  run.change({
    change: 'worker-started',
    workerId,
    workerSlug,
    agentId,
    agentVersion,
    display,
    ...(label !== undefined && { label }),
    ...(Object.keys(toolNames).length > 0 && { toolNames }),
    opening: { input, variables: defaultsOf(variables), resources: defaultsOf(resources) },
  });
  addPart(run, { ...call, input }, { isOpen: true });
  const worker = workerRun(run, call, { definition, flush });
  const { dynamicTools, isTraced } = run.execution;
  worker.change({
    change: 'execution-started',
    executionId: workerId,
    messageId: run.ports.ids.message(),
    agentVersion,
    triggerName: workerSlug,
    triggerInput: {},
    ...(dynamicTools.length > 0 && { dynamicTools }),
    ...(isTraced && { isTraced }),
  });
  worker.log({ type: 'worker-execution', workerInput: input });
  announceStart(run, call);
  return worker;
}

function workerRun(
  caller: Run,
  { workerId, isAnnounced, signal = caller.signal }: WorkerPlace,
  { definition, flush }: { readonly definition: WorkerAgent['definition']; readonly flush: Flush },
): Run {
  const { workerSlug, display, toolNames } = caller.state.workers.get(workerId)!;
  const { ports, runBlocks } = caller;
  return new Run({
    outbox: new WorkerOutbox(caller.outbox, workerId),
    flush,
    definition,
    ports,
    signal,
    runBlocks,
    executionId: workerId,
    worker: {
      workerId,
      workerSlug,
      isNested: true,
      isShown: isAnnounced && display === 'stream',
      ...(toolNames && { toolNames }),
    },
  });
}

/** On a continuation leg it is announced again (G8). */
function announceStart(run: Run, { workerId, isAnnounced }: WorkerPlace): void {
  const worker = run.state.workers.get(workerId)!;
  const { display, state } = worker;
  if (!isShown({ isAnnounced, display })) return;
  const input = display === 'stream' ? { input: state.input } : {};
  run.frame({ type: 'worker-start', ...identity(worker), ...input });
}

function identity({
  workerId,
  workerSlug,
  label,
}: Pick<WorkerCall, 'workerId' | 'workerSlug'> & { label?: string | undefined }) {
  return { workerId, workerSlug, ...(label !== undefined && { description: label }) };
}

function isShown({ isAnnounced, display }: Pick<WorkerCall, 'isAnnounced' | 'display'>): boolean {
  return isAnnounced && display !== 'hidden';
}

function addPart(run: Run, call: WorkerCall, end: Partial<WorkerPart['worker']>): void {
  if (!call.isKept) return;
  const { workerId, workerSlug, display, label, input, thread } = call;
  const worker: WorkerPart['worker'] = {
    workerId,
    workerSlug,
    ...(label !== undefined && { description: label }),
    ...(display === 'stream' && { input }),
    nestedParts: [],
    ...end,
  };
  const marked = thread === 'main' ? {} : { thread };
  appendParts(run, 'main', [{ type: 'worker', visible: display !== 'hidden', ...marked, worker }]);
}

async function runSteps(caller: Run, worker: Run, place: WorkerPlace, resumption?: Resumption): Promise<WorkerEnding> {
  let ending: HandlerEnding;
  try {
    ending = await worker.runBlocks(worker, worker.blocks, resumption);
  } catch (problem) {
    worker.openStep?.save();
    if (!worker.stopReason) return fail(caller, worker, { place, problem });
    ending = { kind: 'stopped' };
  }
  switch (ending.kind) {
    case 'completed':
      return complete(caller, worker, place);
    case 'paused':
      return pause(caller, worker, { place, ending });
    case 'stopped':
      return stop(caller, worker, place);
  }
}

function complete(caller: Run, worker: Run, place: WorkerPlace): WorkerEnding {
  const output = workerOutput(worker);
  const field = output === undefined ? {} : { output };
  worker.log({ type: 'worker-output', ...(output !== undefined && { workerOutput: output }) });
  place.settle({ result: output ?? null });
  endWorker(caller, place, field);
  return { kind: 'ended' };
}

/** Only what went wrong in general is told: the rest is in the log (runtime-semantics.md 18). */
function fail(
  caller: Run,
  worker: Run,
  { place, problem }: { readonly place: WorkerPlace; readonly problem: unknown },
): WorkerEnding {
  const isFault = !(problem instanceof ExecutionFailure);
  const event = isFault ? errorEvent({ code: 'INTERNAL_ERROR' }) : problem.event;
  if (isFault) caller.outbox.reportFault(problem);
  logError(worker, event);
  for (const fields of sealingEntries(worker.state)) worker.log(fields);
  worker.log({ type: 'worker-output' });
  const error = maskedFailure(event);
  place.settle({ error });
  endWorker(caller, place, { error });
  return { kind: 'ended' };
}

function endWorker(
  caller: Run,
  { workerId, isAnnounced }: WorkerPlace,
  end: Pick<WorkerEnded, 'output' | 'error'>,
): void {
  const { display } = caller.state.workers.get(workerId)!;
  caller.change({ change: 'worker-ended', workerId, ...end });
  if (!isShown({ isAnnounced, display })) return;
  caller.frame({ type: 'worker-result', workerId, ...end });
  caller.forgetBlock();
}

function pause(
  caller: Run,
  worker: Run,
  { place, ending }: { readonly place: WorkerPlace; readonly ending: Extract<HandlerEnding, { kind: 'paused' }> },
): WorkerEnding {
  const { workerId } = place;
  const { position, pending } = ending;
  worker.change({ change: 'execution-paused', executionId: workerId, position, pending, announced: 0 });
  return {
    kind: 'paused',
    workerId,
    pending: pending.map((call) => ({
      ...call,
      workerId,
      toolName: callerToolName(worker.worker ?? {}, call.toolName),
    })),
    cancel: () => void stop(caller, worker, place),
  };
}

/** What it made is kept, calls without a result are cancelled (runtime-semantics.md 12.1). */
function stop(caller: Run, worker: Run, { workerId, isAnnounced }: WorkerPlace): WorkerEnding {
  const { display } = caller.state.workers.get(workerId)!;
  worker.closeBlock();
  for (const fields of sealingEntries(worker.state)) worker.log(fields);
  worker.log({ type: 'worker-output' });
  caller.change({ change: 'worker-ended', workerId, isCancelled: true });
  if (isShown({ isAnnounced, display })) {
    caller.frame({ type: 'worker-result', workerId, ...cancelledResult });
    caller.forgetBlock();
  }
  return { kind: 'stopped' };
}
