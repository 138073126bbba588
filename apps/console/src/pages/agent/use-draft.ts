import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { useState } from 'react';
import { isSame } from './agent-draft.ts';

interface Base {
  /** 0: a new agent. */
  readonly version: number;
  readonly files: AgentFiles;
}

export interface Draft {
  readonly files: AgentFiles;
  /** The version that the changes are made to. */
  readonly baseVersion: number;
  readonly isChanged: boolean;
  /** Another version was saved since these changes were begun. */
  readonly isBehind: boolean;
  readonly write: (next: AgentFiles | ((files: AgentFiles) => AgentFiles)) => void;
  /** The files were saved as they are in `base`; what was written since is a change to it. */
  readonly rebase: (base: Base) => void;
  /** Makes the changes ones to the version that is stored. */
  readonly keep: () => void;
  /** Gives up the changes. */
  readonly takeStored: () => void;
}

/**
 * What is being written, beside what it began as. A version that comes from elsewhere, another tab or a restored one, is taken over
 * while nothing is written here; otherwise it is for the writer to say.
 */
export function useDraft(agent: ConsoleAgent | undefined, stored: AgentFiles): Draft {
  const current: Base = { version: agent?.version ?? 0, files: stored };
  const [base, rebase] = useState(current);
  const [files, write] = useState(stored);
  const isChanged = !isSame(files, base.files);
  const isOld = current.version > base.version;
  const takeStored = () => {
    rebase(current);
    write(stored);
  };
  if (isOld && !isChanged) takeStored();
  return {
    files,
    baseVersion: base.version,
    isChanged,
    isBehind: isOld && isChanged,
    write,
    rebase,
    keep: () => rebase(current),
    takeStored,
  };
}
