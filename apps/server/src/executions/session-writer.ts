import { type LogEntry, OctavusError, type StreamEvent } from '@octavus/core';
import { type Change, fold, isChange, isDeferrable, isEvent, type Output, type SessionState } from '@octavus/engine';
import type { EndedLeg } from '../console/usage.ts';
import type { GroupCommit } from '../storage/group-commit.ts';
import type { LeaseStep, SessionCommit, SessionRow } from '../storage/storage.ts';
import type { SessionCache } from './session-cache.ts';

/**
 * How long partial text may take to be stored before the stream waits for it, in milliseconds. It is up to 0.8 s old when it comes
 * (`SaveTimer` of the engine), so the stream is never ahead of the disk by more than a second (runtime-semantics.md 11).
 */
const maxDeferralMs = 200;

/** What the first commit of a writer does besides. */
export type RowStep = Pick<SessionCommit, 'create' | 'reopen' | 'threadRun'>;

interface SessionWriterOptions {
  readonly row: SessionRow;
  readonly state: SessionState;
  readonly nodeId: string;
  readonly now: () => number;
  readonly groupCommit: GroupCommit;
  readonly cache: SessionCache;
  /** Told when the end of a leg is stored. */
  readonly onLegStored?: (leg: EndedLeg) => void;
}

/**
 * Stores what one leg yields, in order: changes first, then the events that report them.
 *
 * The first commit claims the session's lease, the one that ends or pauses the execution gives it back; each checks in the database
 * that the lease is still this node's.
 */
export class SessionWriter {
  readonly #options: SessionWriterOptions;
  #state: SessionState;
  #journalLength: number;
  #isClaimed = false;
  /** Set while something runs. */
  #runningSince: number | undefined;
  readonly #stats: LogEntry[] = [];
  /** The last commit that nobody waited for; everything later is stored after it. */
  #deferred: Promise<void> = Promise.resolve();
  /** When each of those that are under way will be late, the oldest first; one that failed is late for ever. */
  readonly #lateAt: number[] = [];

  constructor(options: SessionWriterOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#journalLength = options.row.journalLength;
  }

  /**
   * @returns the events of the outputs, which may be sent now; at once when there is nothing to store, as with most tokens.
   * @throws OctavusError SESSION_BUSY when the session is another's: on the first commit another node holds it, wrote it or made it,
   *   later the lease was lost. SERVICE_UNAVAILABLE when the database does not answer. Nothing of the outputs is stored then.
   */
  write(outputs: readonly Output[], rowStep?: RowStep): readonly StreamEvent[] | Promise<readonly StreamEvent[]> {
    // One comparison per token, as long as nothing is under way.
    const isLate = this.#lateAt.length > 0 && this.#options.now() >= this.#lateAt[0]!;
    if (isLate) return this.#deferred.then(() => this.write(outputs, rowStep));
    return outputs.every(isEvent) ? outputs : this.#store(outputs, rowStep);
  }

  async #store(outputs: readonly Output[], rowStep?: RowStep): Promise<readonly StreamEvent[]> {
    const { events, changes, log } = split(outputs);
    const commit = this.#commit({ changes, log, ...rowStep });
    if (changes.every(isDeferrable)) this.#defer(commit);
    else await commit;
    return events;
  }

  /** Resolves when everything written is stored. */
  async settle(): Promise<void> {
    await this.#deferred;
  }

  #defer(commit: Promise<void>): void {
    this.#lateAt.push(this.#options.now() + maxDeferralMs);
    this.#deferred = commit;
    // Its failure is reported by the next write, which waits for it.
    commit.then(
      () => this.#lateAt.shift(),
      () => this.#lateAt.unshift(Number.NEGATIVE_INFINITY),
    );
  }

  async #commit(written: Pick<SessionCommit, 'changes' | 'log'> & RowStep): Promise<void> {
    const { changes, log } = written;
    const { row, now, nodeId, groupCommit, cache } = this.#options;
    const at = now();
    const state = changes.reduce(fold, this.#state);
    const expectedLength = this.#journalLength;
    const commit: SessionCommit = {
      sessionId: row.id,
      expectedLength,
      ...written,
      lease: { kind: this.#leaseStep(state), nodeId, now: at },
      set: {
        ...(changes.some(movesExecution) && { execution: executionColumn(state), lastActivityAt: at }),
        updatedAt: at,
      },
    };
    // Taken before the wait: the next commit of this session joins behind this one.
    this.#state = state;
    this.#journalLength = expectedLength + 1;
    this.#isClaimed = true;
    this.#stats.push(...log.filter(({ type }) => type === 'step-stats'));
    if (commit.lease.kind === 'claim') this.#runningSince = at;
    const earlier = this.#deferred;
    const outcome = await groupCommit.commit(commit);
    await earlier;
    if (outcome === 'conflict') throw new OctavusError('SESSION_BUSY', { retryAfterSeconds: 2 });
    cache.store(row.id, expectedLength + 1, state, changes);
    this.#report(changes, at);
  }

  #report(changes: readonly Change[], at: number): void {
    const { row, onLegStored } = this.#options;
    const ending = onLegStored && endingOf(changes);
    if (!ending) return;
    const durationMs = this.#runningSince === undefined ? undefined : at - this.#runningSince;
    onLegStored({ projectId: row.projectId, agentId: row.agentId, at, durationMs, ending, stats: this.#stats });
  }

  /** The lease is held as long as something runs. */
  #leaseStep({ execution }: SessionState): LeaseStep['kind'] {
    if (execution?.status === 'running') return this.#isClaimed ? 'hold' : 'claim';
    return this.#isClaimed ? 'release' : 'once';
  }
}

function split(outputs: readonly Output[]): { events: StreamEvent[]; changes: Change[]; log: LogEntry[] } {
  const events: StreamEvent[] = [];
  const changes: Change[] = [];
  const log: LogEntry[] = [];
  for (const output of outputs) {
    if (isEvent(output)) events.push(output);
    else if (isChange(output)) changes.push(output);
    else log.push(output.log);
  }
  return { events, changes, log };
}

/** How the leg ended whose last changes these are. */
function endingOf(changes: readonly Change[]): EndedLeg['ending'] | undefined {
  for (const change of changes) {
    if (change.change === 'execution-paused') return 'paused';
    if (change.change === 'execution-ended' && change.status !== 'superseded') {
      return change.status === 'failed' || change.status === 'interrupted' ? 'failed' : 'completed';
    }
  }
  return undefined;
}

/** What the session's row says of its execution. */
function executionColumn({ execution }: SessionState): SessionRow['execution'] | null {
  if (execution?.status !== 'running' && execution?.status !== 'waiting') return null;
  return { executionId: execution.executionId, status: execution.status };
}

/** Accepting and ending a leg, and a restore, also count as activity of the session (http-api.md 6.1). */
function movesExecution({ change }: Change): boolean {
  return change.startsWith('execution-') || change.startsWith('leg-') || change === 'session-restored';
}
