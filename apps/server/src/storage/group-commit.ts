import type { SessionCommit, Sessions } from './storage.ts';

/** Bounds how long one transaction keeps others, and on SQLite the event loop, waiting. */
const maxGroupSize = 128;

export interface GroupCommit {
  /**
   * Stores the commit together with those of other sessions that are ready in the same moment. Commits of one session are written in
   * the order of the calls.
   *
   * @throws OctavusError SERVICE_UNAVAILABLE for the whole group; nothing of it is stored then.
   */
  commit(commit: SessionCommit): Promise<'committed' | 'conflict'>;
}

interface Waiting {
  readonly commit: SessionCommit;
  readonly resolve: (outcome: 'committed' | 'conflict') => void;
  readonly reject: (error: unknown) => void;
}

/** One transaction, and so one sync of the disk, for many sessions: while one is written the next group gathers. */
export function createGroupCommit(sessions: Pick<Sessions, 'commit'>): GroupCommit {
  const waiting: Waiting[] = [];
  let isBusy = false;

  const next = (): void => {
    isBusy = waiting.length > 0;
    // A turn of the event loop: everything that became ready together is there when it is over.
    if (isBusy) setImmediate(() => void write(sessions, waiting.splice(0, maxGroupSize)).then(next));
  };

  return {
    commit: (commit) =>
      new Promise((resolve, reject) => {
        waiting.push({ commit, resolve, reject });
        if (!isBusy) next();
      }),
  };
}

/** Never rejects: the outcome goes to those who wait. */
async function write(sessions: Pick<Sessions, 'commit'>, group: readonly Waiting[]): Promise<void> {
  try {
    const outcomes = await sessions.commit(group.map(({ commit }) => commit));
    for (const [index, { resolve }] of group.entries()) resolve(outcomes[index]!);
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
