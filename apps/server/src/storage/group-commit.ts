import { inGroups } from './in-groups.ts';
import type { SessionCommit, Sessions } from './storage.ts';

export interface GroupCommit {
  /**
   * Stores the commit together with those of other sessions that are ready in the same moment. Commits of one session are written in
   * the order of the calls.
   *
   * @throws OctavusError SERVICE_UNAVAILABLE for the whole group; nothing of it is stored then.
   */
  commit(commit: SessionCommit): Promise<'committed' | 'conflict'>;
}

/** One transaction, and so one sync of the disk, for many sessions. */
export function createGroupCommit(sessions: Pick<Sessions, 'commit'>): GroupCommit {
  return { commit: inGroups((commits: readonly SessionCommit[]) => sessions.commit(commits)) };
}
