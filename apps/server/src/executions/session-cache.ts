import { OctavusError } from '@octavus/core';
import { foldAll, type SessionState } from '@octavus/engine';
import type { SessionRow, Sessions } from '../storage/storage.ts';
import { openEmpty } from './open-empty.ts';

/** A state and the length of the journal it is the fold of. */
interface CachedState {
  readonly journalLength: number;
  readonly state: SessionState;
}

/**
 * States of the sessions used last, so that a turn does not read its history again. The journal's length in the session's row tells
 * whether a cached state is current, also when another process wrote the session; what is missing is read and folded on top.
 */
export class SessionCache {
  readonly #sessions: Pick<Sessions, 'readChanges'>;
  readonly #capacity: number;
  /** Insertion order is the order of use: the first entry is dropped first. */
  readonly #states = new Map<string, CachedState>();

  constructor(sessions: Pick<Sessions, 'readChanges'>, { capacity = 2_000 }: { capacity?: number } = {}) {
    this.#sessions = sessions;
    this.#capacity = capacity;
  }

  /**
   * The committed state of a session as of the given row.
   *
   * @throws OctavusError SESSION_EXPIRED when the session expired since the row was read: its journal is gone.
   */
  async read(row: SessionRow): Promise<SessionState> {
    const cached = this.#states.get(row.id);
    if (cached?.journalLength === row.journalLength) return this.#keep(row.id, cached);
    const isUsable = cached !== undefined && cached.journalLength < row.journalLength;
    const base = isUsable
      ? cached
      : {
          journalLength: 0,
          state: openEmpty(row),
        };
    if (row.journalLength === 0) return this.#keep(row.id, base);
    const changes = await this.#sessions.readChanges(row.id, base.journalLength, row.journalLength);
    if (base.journalLength === 0 && changes.length === 0) throw new OctavusError('SESSION_EXPIRED');
    return this.#keep(row.id, { journalLength: row.journalLength, state: foldAll(base.state, changes) });
  }

  /** Called after a commit, with the state it led to. */
  store(sessionId: string, journalLength: number, state: SessionState): void {
    this.#keep(sessionId, { journalLength, state });
  }

  forget(sessionId: string): void {
    this.#states.delete(sessionId);
  }

  #keep(sessionId: string, cached: CachedState): SessionState {
    this.#states.delete(sessionId);
    this.#states.set(sessionId, cached);
    if (this.#states.size > this.#capacity) this.#states.delete(this.#states.keys().next().value as string);
    return cached.state;
  }
}
