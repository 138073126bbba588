import { OctavusError } from '@octavus/core';
import { type Change, foldAll, type SessionState } from '@octavus/engine';
import type { SessionRow, Sessions } from '../storage/storage.ts';
import { memoryOf } from './memory-of.ts';
import { openEmpty } from './open-empty.ts';

/** A state and the length of the journal it is the fold of. */
interface CachedState {
  readonly journalLength: number;
  readonly state: SessionState;
  /** Of the state in memory, roughly: all its changes, since the checkpoints of earlier executions keep what later ones replaced. */
  readonly bytes: number;
}

interface SessionCacheOptions {
  /** How many sessions, however small. */
  readonly capacity?: number;
  /** Of all states together, roughly. The state that was used last stays, whatever its size. */
  readonly maxBytes?: number;
}

/**
 * States of the sessions used last, so that a turn does not read its history again. The journal's length in the session's row tells
 * whether a cached state is current, also when another process wrote the session; what is missing is read and folded on top.
 */
export class SessionCache {
  readonly #sessions: Pick<Sessions, 'readChanges'>;
  readonly #capacity: number;
  readonly #maxBytes: number;
  /** Insertion order is the order of use: the first entry is dropped first. */
  readonly #states = new Map<string, CachedState>();
  #bytes = 0;

  constructor(
    sessions: Pick<Sessions, 'readChanges'>,
    { capacity = 2_000, maxBytes = 64 * 2 ** 20 }: SessionCacheOptions = {},
  ) {
    this.#sessions = sessions;
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
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
      : { journalLength: 0, state: openEmpty(row), bytes: memoryOf([row.input, row.opening]) };
    if (row.journalLength === 0) return this.#keep(row.id, base);
    const changes = await this.#sessions.readChanges(row.id, base.journalLength, row.journalLength);
    if (base.journalLength === 0 && changes.length === 0) throw new OctavusError('SESSION_EXPIRED');
    return this.#keep(row.id, {
      journalLength: row.journalLength,
      state: foldAll(base.state, changes),
      bytes: base.bytes + memoryOf(changes),
    });
  }

  /**
   * Called after a commit, with the state it led to and the changes that led there. A session that was dropped while it ran stays so:
   * the next one to ask reads it.
   */
  store(sessionId: string, journalLength: number, state: SessionState, changes: readonly Change[]): void {
    const before = this.#states.get(sessionId);
    if (before) this.#keep(sessionId, { journalLength, state, bytes: before.bytes + memoryOf(changes) });
  }

  forget(sessionId: string): void {
    this.#bytes -= this.#states.get(sessionId)?.bytes ?? 0;
    this.#states.delete(sessionId);
  }

  #keep(sessionId: string, cached: CachedState): SessionState {
    this.forget(sessionId);
    this.#states.set(sessionId, cached);
    this.#bytes += cached.bytes;
    while (this.#isFull() && this.#states.size > 1) this.forget(this.#states.keys().next().value as string);
    return cached.state;
  }

  #isFull(): boolean {
    return this.#states.size > this.#capacity || this.#bytes > this.#maxBytes;
  }
}
