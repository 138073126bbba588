import type { FileReference, JsonValue, ToolSchema } from '@octavus/core';
import type { CallResult, PendingCall } from '../state/position.ts';
import { type ExecutionState, findExecution, type SessionState } from '../state/session-state.ts';
import { normaliseTools } from './check-trigger.ts';

/** What a client sends to continue (http-api.md 6.6). Everything else it echoes is not read. */
export interface ContinuationFields {
  /** Absent: the session's only waiting execution is meant. */
  readonly executionId?: string;
  readonly toolResults: readonly {
    readonly toolCallId: string;
    readonly result?: JsonValue;
    readonly error?: string;
    readonly files?: readonly FileReference[];
  }[];
  readonly dynamicToolSchemas?: readonly ToolSchema[];
}

/** A continuation that may run: what `runContinuation` takes. */
export interface AcceptedContinuation {
  /** `leg`: the next leg. `repeat`: the last one again, because it broke off; it keeps the results it had (section 7). */
  readonly kind: 'leg' | 'repeat';
  readonly executionId: string;
  /** The version every leg of the execution runs. */
  readonly agentVersion: number;
  /** One per pending call, in the order they were asked for. */
  readonly results: readonly CallResult[];
  /** Replaces the set from the next model request on; absent keeps it. */
  readonly dynamicTools?: readonly ToolSchema[];
}

export type ContinuationMatch = AcceptedContinuation | { readonly kind: 'not-found' | 'not-resumable' };

/**
 * Decides what a continuation means for a session on which nothing runs.
 *
 * Results are matched by call id alone; the first of two for one call wins, results for other calls are ignored, a pending call without
 * a result fails with `No result was provided.` A leg that broke off is repeated for results of the same calls only
 * (runtime-semantics.md 7).
 */
export function matchContinuation(state: SessionState, fields: ContinuationFields): ContinuationMatch {
  const { executionId, toolResults } = fields;
  const { execution } = state;
  const isKnown = executionId === undefined ? execution?.status === 'waiting' : findExecution(state, executionId);
  if (!isKnown) return { kind: 'not-found' };
  if (!execution || (executionId !== undefined && execution.executionId !== executionId))
    return { kind: 'not-resumable' };
  const kind = kindOf(execution);
  const pending = kind === 'repeat' ? (execution.legStart?.pending ?? []) : execution.pending;
  if (!kind || !namesAny(toolResults, pending)) return { kind: 'not-resumable' };
  const results = toCallResults(pending, toolResults);
  if (kind === 'repeat' && !answersSameCalls(results, execution.legStart?.outcomes ?? [])) {
    return { kind: 'not-resumable' };
  }
  const { dynamicToolSchemas } = fields;
  return {
    kind,
    executionId: execution.executionId,
    agentVersion: execution.agentVersion,
    results,
    ...(dynamicToolSchemas && { dynamicTools: normaliseTools(dynamicToolSchemas) }),
  };
}

function kindOf({ status, legStart }: ExecutionState): 'leg' | 'repeat' | undefined {
  if (status === 'waiting') return 'leg';
  return legStart && (status === 'aborted' || status === 'interrupted') ? 'repeat' : undefined;
}

function namesAny(results: ContinuationFields['toolResults'], pending: readonly PendingCall[]): boolean {
  const ids = new Set(pending.map((call) => call.toolCallId));
  return results.some((result) => ids.has(result.toolCallId));
}

/** Whether both leave the same calls without an answer; they list the same calls in the same order. */
function answersSameCalls(results: readonly CallResult[], first: readonly CallResult[]): boolean {
  return results.every((result, index) => isUnanswered(result) === isUnanswered(first[index]));
}

function isUnanswered(result: CallResult | undefined): boolean {
  return result !== undefined && 'error' in result.outcome && result.outcome.error === notProvided;
}

const notProvided = 'No result was provided.';

function toCallResults(
  pending: readonly PendingCall[],
  results: ContinuationFields['toolResults'],
): readonly CallResult[] {
  const byId = new Map<string, ContinuationFields['toolResults'][number]>();
  for (const result of results) if (!byId.has(result.toolCallId)) byId.set(result.toolCallId, result);
  return pending.map(({ toolCallId }) => {
    const given = byId.get(toolCallId);
    if (!given) return { toolCallId, outcome: { error: notProvided } };
    const outcome = given.error ? { error: given.error } : { result: given.result ?? null };
    return { toolCallId, outcome, ...(given.files?.length && { files: given.files }) };
  });
}
