import type { FileReference } from '@octavus/core';
import type { NewSession } from './storage.ts';

/** A key that opens the workforce endpoints of one agent; only the SHA-256 digest of it is stored (http-api.md 2.1). */
export interface AgentKey {
  readonly id: string;
  readonly projectId: string;
  readonly agentId: string;
  readonly name: string;
  /** First 12 characters of the key, for lists. */
  readonly prefix: string;
  /** Lower-case hex. */
  readonly digest: string;
  readonly createdAt: number;
  readonly revokedAt: number | undefined;
}

export interface AgentKeys {
  create(key: AgentKey): Promise<void>;
  /** Revoked keys are found too; the caller decides. */
  findByDigest(digest: string): Promise<AgentKey | undefined>;
  /** Newest first; without a project, those of all. */
  list(projectId?: string): Promise<AgentKey[]>;
  /** @returns false when there is no such key or it was revoked before. */
  revoke(id: string, at: number): Promise<boolean>;
}

export type ThreadRunStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

/** Names a run: runs of a thread are numbered from 0 in the order they were accepted. */
export interface ThreadRunKey {
  readonly sessionId: string;
  readonly seq: number;
}

/** What a run is to tell its agent. */
export interface ThreadMessage {
  readonly message: string;
  readonly files: readonly FileReference[];
}

/** One message to a workforce thread and what became of it. The thread is a session of kind `thread`. */
export interface ThreadRun extends ThreadRunKey, ThreadMessage {
  readonly projectId: string;
  readonly status: ThreadRunStatus;
  /** The node that works on it, while it runs. */
  readonly nodeId: string | undefined;
  /** Known from the moment the execution is accepted (`SessionCommit.threadRun`). */
  readonly executionId: string | undefined;
  readonly failureReason: string | undefined;
}

export interface ThreadRunEnd {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly failureReason?: string;
}

/** The runs of workforce threads. A node that is not the run's own changes nothing. */
export interface ThreadRuns {
  /** Stores a thread and its first run, as one. */
  createThread(session: NewSession, first: ThreadMessage): Promise<void>;
  /**
   * Adds a run to a thread; this is activity of the session.
   * @returns whether an earlier one has not ended; undefined when there is no such active thread.
   */
  add(sessionId: string, message: ThreadMessage, at: number): Promise<{ readonly isQueued: boolean } | undefined>;
  /** The run that decides the thread's status: the first that has not ended, else the last one. */
  findCurrent(sessionId: string): Promise<ThreadRun | undefined>;
  /** Takes the next run of a thread. @returns undefined when none is to be started: there is none, or an earlier one runs. */
  claim(sessionId: string, nodeId: string): Promise<ThreadRun | undefined>;
  end(run: ThreadRunKey, nodeId: string, end: ThreadRunEnd): Promise<void>;
  /** Whoever comes next takes the run. @returns false when an execution has begun for it, or it is not the node's. */
  release(run: ThreadRunKey, nodeId: string): Promise<boolean>;
  find(run: ThreadRunKey): Promise<ThreadRun | undefined>;
  /** At most `limit` threads with a run to be started. */
  listRunnable(limit: number): Promise<string[]>;
  /** Runs whose node is gone (no row in `nodes`, or its lease ran out before `now`), and those of the node that asks, which knows itself what it works on. */
  listAbandoned(options: { readonly now: number; readonly nodeId: string }): Promise<ThreadRun[]>;
}
