import { openSession, type SessionState } from '@octavus/engine';
import type { SessionRow } from '../storage/storage.ts';

/** The state of a session of which only the row is there. */
export function openEmpty({
  id,
  kind,
  input,
  opening,
}: Pick<SessionRow, 'id' | 'kind' | 'input' | 'opening'>): SessionState {
  return openSession({ sessionId: id, kind: kind === 'worker' ? 'worker' : 'interactive', input, ...opening });
}
