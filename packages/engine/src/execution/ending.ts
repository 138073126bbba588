import { type ErrorEvent, errorEvent, type JsonValue } from '@octavus/core';
import type { RunEnding } from '../ports.ts';
import type { PendingCall, Position } from '../state/position.ts';
import type { Run } from './run.ts';
import { sealingEntries } from './sealing-entries.ts';
import { toolRequestEvent } from './tool-request.ts';
import { usageEvent } from './usage.ts';

/** The blocks ran to their end. */
export function endCompleted(run: Run): RunEnding {
  const { executionId, finishReason, worker, ports } = run;
  const output = worker && workerOutput(run);
  if (worker) run.log({ type: 'worker-output', ...(output !== undefined && { workerOutput: output }) });
  run.change({ change: 'execution-ended', executionId, status: 'completed', finishReason });
  if (worker) run.frame({ type: 'worker-result', workerId: worker.workerId, ...(output !== undefined && { output }) });
  run.frame({ type: 'finish', finishReason, executionId });
  if (worker) run.frame(usageEvent(run.outbox.tally.usage, ports.estimateFee));
  return { ending: 'completed' };
}

/** Calls for the outside remain: the next leg brings their results (runtime-semantics.md 7). */
export function endPaused(
  run: Run,
  { position, pending: calls }: { readonly position: Position; readonly pending: readonly PendingCall[] },
): RunEnding {
  const { executionId, worker } = run;
  const { announced, logged, usage } = run.outbox.tally;
  const pending = worker ? calls.map((call) => ({ ...call, workerId: worker.workerId })) : calls;
  const spent = worker ? { usage } : {};
  run.change({ change: 'execution-paused', executionId, position, pending, announced, logged, ...spent });
  run.frame(toolRequestEvent(pending));
  run.frame({ type: 'finish', finishReason: 'tool-calls', executionId });
  return { ending: 'paused' };
}

/** After `error` nothing is ended on the wire; the store closes what is open (runtime-semantics.md 12.2). */
export function endFailed(run: Run, event: ErrorEvent): RunEnding {
  const { executionId, worker } = run;
  logError(run, event);
  for (const fields of sealingEntries(run.state)) run.log(fields);
  if (worker) run.log({ type: 'worker-output' });
  run.change({ change: 'execution-ended', executionId, status: 'failed' });
  if (worker) run.frame({ type: 'worker-result', workerId: worker.workerId, error: maskedFailure(event) });
  run.frame(event);
  return { ending: 'failed' };
}

/** The run was told to stop; what was produced is kept (runtime-semantics.md 12.1). */
export function endAborted(run: Run): RunEnding {
  const { executionId, stopReason, blockName, worker } = run;
  run.log({ type: 'abort', ...(blockName !== undefined && { abortedAtBlock: blockName }) });
  for (const fields of sealingEntries(run.state)) run.log(fields);
  if (worker) run.log({ type: 'worker-output' });
  const isStopped = stopReason === 'abort';
  run.change({ change: 'execution-ended', executionId, status: 'aborted', ...(isStopped && { isStopped }) });
  if (stopReason !== 'shutdown') run.closeBlock();
  if (worker) run.frame({ type: 'worker-result', workerId: worker.workerId, ...cancelledResult });
  if (stopReason === 'shutdown') run.frame(errorEvent({ code: 'SERVER_SHUTDOWN' }));
  // A worker that finished without its output would pass for one that has none (stream-events.md 8).
  else if (worker) run.frame(errorEvent({ code: 'EXECUTION_CANCELLED' }));
  else run.frame({ type: 'finish', finishReason: 'stop', executionId });
  return { ending: 'aborted' };
}

/** `error` too: older readers drop `cancelled`. */
export const cancelledResult = { cancelled: true, error: 'Cancelled' } as const;

/** What everybody may read of a worker's failure; the rest is in the log (runtime-semantics.md 18). */
export function maskedFailure({ errorType }: Pick<ErrorEvent, 'errorType'>): string {
  return `The worker failed: ${errorType}`;
}

/** `undefined` when the worker declares no output, or it was never set. */
export function workerOutput({ definition, state }: Run): JsonValue | undefined {
  const { output } = definition;
  return output !== undefined && Object.hasOwn(state.variables, output) ? state.variables[output] : undefined;
}

export function logError(run: Run, { type: _, errorType, ...error }: ErrorEvent, thread = 'main'): void {
  run.log({ type: 'error', ...(thread !== 'main' && { thread }), error: { type: errorType, ...error } });
}
