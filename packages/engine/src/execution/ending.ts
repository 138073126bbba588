import { type ErrorEvent, errorEvent, type PendingToolCall } from '@octavus/core';
import type { RunEnding } from '../ports.ts';
import type { PendingCall, Position } from '../state/position.ts';
import { cancelledCallEntries } from './cancelled-calls.ts';
import type { Run } from './run.ts';

/** The handler ran to its end. */
export function endCompleted(run: Run): RunEnding {
  const { executionId, finishReason } = run;
  run.change({ change: 'execution-ended', executionId, status: 'completed', finishReason });
  run.event({ type: 'finish', finishReason, executionId });
  return { ending: 'completed' };
}

/** Calls for the outside remain: the next leg brings their results (runtime-semantics.md 7). */
export function endPaused(
  run: Run,
  { position, pending }: { readonly position: Position; readonly pending: readonly PendingCall[] },
): RunEnding {
  const { executionId, announced, logged } = run;
  run.change({ change: 'execution-paused', executionId, position, pending, announced, logged });
  run.event({ type: 'tool-request', toolCalls: pending.map(toRequest) });
  run.event({ type: 'finish', finishReason: 'tool-calls', executionId });
  return { ending: 'paused' };
}

/** After `error` nothing is ended on the wire; the store closes what is open (runtime-semantics.md 12.2). */
export function endFailed(run: Run, event: ErrorEvent): RunEnding {
  const { executionId } = run;
  logError(run, event);
  for (const fields of cancelledCallEntries(run.state)) run.log(fields);
  run.change({ change: 'execution-ended', executionId, status: 'failed' });
  run.event(event);
  return { ending: 'failed' };
}

/** The run was told to stop; what was produced is kept (runtime-semantics.md 12.1). */
export function endAborted(run: Run): RunEnding {
  const { executionId, stopReason, blockName } = run;
  run.log({ type: 'abort', ...(blockName !== undefined && { abortedAtBlock: blockName }) });
  for (const fields of cancelledCallEntries(run.state)) run.log(fields);
  const isStopped = stopReason === 'abort';
  run.change({ change: 'execution-ended', executionId, status: 'aborted', ...(isStopped && { isStopped }) });
  if (stopReason === 'shutdown') {
    run.event(errorEvent({ code: 'SERVER_SHUTDOWN' }));
  } else {
    run.closeBlock();
    run.event({ type: 'finish', finishReason: 'stop', executionId });
  }
  return { ending: 'aborted' };
}

function logError(run: Run, { type: _, errorType, ...error }: ErrorEvent): void {
  run.log({ type: 'error', error: { type: errorType, ...error } });
}

function toRequest({ display: _, providerMetadata: __, ...call }: PendingCall): PendingToolCall {
  return call;
}
