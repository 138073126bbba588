import { ExecutionLog } from './execution/log.ts';
import { sealingEntries } from './execution/sealing-entries.ts';
import type { LogFields } from './log/log-fields.ts';
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
  const { executionId, triggerName } = execution;
  const isWorker = state.kind === 'worker';
  const place = isWorker ? { workerId: executionId, workerSlug: triggerName } : {};
  const log = new ExecutionLog({ executionId, written: execution.logged }, clock);
  const entries: readonly LogFields[] = [
    ...sealingEntries(state),
    ...(status === 'aborted' ? [{ type: 'abort' } as const] : []),
    ...(isWorker ? [{ type: 'worker-output' } as const] : []),
  ];
  const logged = entries.map((fields) => ({ log: log.entry({ ...place, ...fields }) }));
  return [{ change: 'execution-ended', executionId, status }, ...logged];
}
