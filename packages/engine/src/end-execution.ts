import { cancelledCallEntries } from './execution/cancelled-calls.ts';
import { ExecutionLog } from './execution/log.ts';
import type { Clock, Output } from './ports.ts';
import type { SessionState } from './state/session-state.ts';

/**
 * Closes an execution that nobody runs: one that a crash cut off (`interrupted`), a waiting one that is stopped (`aborted`) or that a
 * newer trigger replaces (`superseded`).
 *
 * The change seals its messages and cancels its unanswered calls (runtime-semantics.md 12.3); the log gets what the model will read as
 * their results.
 *
 * @returns the outputs to store; none when no execution runs or waits.
 */
export function endExecution(
  state: SessionState,
  status: 'interrupted' | 'aborted' | 'superseded',
  clock: Clock,
): readonly Output[] {
  const { execution } = state;
  if (execution?.status !== 'running' && execution?.status !== 'waiting') return [];
  const { executionId } = execution;
  const log = new ExecutionLog({ executionId, written: execution.logged }, clock);
  const cancelled = cancelledCallEntries(state).map((fields) => ({ log: log.entry(fields) }));
  const aborted = status === 'aborted' ? [{ log: log.entry({ type: 'abort' }) }] : [];
  return [{ change: 'execution-ended', executionId, status }, ...cancelled, ...aborted];
}
