import { findExecution, fold, replayTurn, type SessionState } from '@octavus/engine';
import type { SessionRow } from '../storage/storage.ts';
import type { ExecutionParts } from './execution-parts.ts';
import { openEmpty } from './open-empty.ts';
import type { Turn } from './open-leg.ts';

/** The stored events of an execution that completed or waits, as its first caller got them; undefined for any other. */
export async function replayExecution(
  session: SessionRow,
  executionId: string,
  parts: ExecutionParts,
): Promise<Extract<Turn, { kind: 'replay' }> | undefined> {
  const current = await parts.cache.read(session);
  const isNewest = current.execution?.executionId === executionId;
  if (!isNewest && findExecution(current, executionId)?.status !== 'completed') return undefined;
  const state = isNewest ? current : await stateAtEnd(session, executionId, parts);
  if (!state.execution) return undefined;
  const definition = await parts.definitions.get(session.agentId, state.execution.agentVersion);
  const events = replayTurn(state, definition);
  return events.length > 0 ? { kind: 'replay', executionId, events } : undefined;
}

/** The session as it was when the execution ended; later turns may have removed its messages. */
async function stateAtEnd(session: SessionRow, executionId: string, parts: ExecutionParts): Promise<SessionState> {
  let state = openEmpty(session);
  for (const change of await parts.storage.sessions.readChanges(session.id, 0, session.journalLength)) {
    state = fold(state, change);
    if (change.change === 'execution-ended' && change.executionId === executionId) return state;
  }
  return state;
}
