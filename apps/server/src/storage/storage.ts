import type { LogEntry } from '@octavus/core';
import type { Change, Values } from '@octavus/engine';
import type { AgentSettings, ReferenceDocument } from '@octavus/protocol';
import type { Accounts, Links, Members, SignIns } from './account-storage.ts';
import type { IdentityProviders } from './identity-providers.ts';
import type { Skills } from './skills.ts';
import type { UsageBuckets } from './usage-storage.ts';
import type { AgentKeys, ThreadRuns } from './workforce.ts';

/**
 * The server's memory: one set of repositories for SQLite and PostgreSQL (`dialects/`). Ids, times and secrets are made by the
 * callers; every method is one transaction unless it says otherwise. Times are milliseconds since the epoch.
 *
 * Every method throws OctavusError SERVICE_UNAVAILABLE when the database does not answer, and nothing is stored then.
 */
export interface Storage extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres';
  readonly projects: Projects;
  readonly apiKeys: ApiKeys;
  readonly agents: Agents;
  readonly sessions: Sessions;
  readonly nodes: Nodes;
  readonly stopRequests: StopRequests;
  readonly files: Files;
  readonly idempotency: IdempotentRequests;
  readonly tokens: Tokens;
  readonly identityProviders: IdentityProviders;
  readonly accounts: Accounts;
  readonly signIns: SignIns;
  readonly links: Links;
  readonly members: Members;
  readonly usage: UsageBuckets;
  readonly agentKeys: AgentKeys;
  readonly threadRuns: ThreadRuns;
  readonly skills: Skills;
  /** Resolves when the database answers a query, within 2 s. */
  check(): Promise<void>;
}

export interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface Projects {
  /**
   * @param options.ownerId an account that becomes its owner.
   * @throws OctavusError CONFLICT when the slug is taken, also by an archived project.
   */
  create(project: Project, options?: { readonly ownerId?: string }): Promise<void>;
  /** Not archived. */
  find(projectId: string): Promise<Project | undefined>;
  /** Not archived, by slug. */
  list(): Promise<Project[]>;
  /** Not archived. */
  findBySlug(slug: string): Promise<Project | undefined>;
  /** @returns false when there is no such project. */
  rename(projectId: string, name: string): Promise<boolean>;
  /** Hides the project for good, revokes its API keys, disables its identity providers, forgets its invitations. @returns false when unknown or archived before. */
  archive(projectId: string, at: number): Promise<boolean>;
}

export type Permission = 'agents' | 'sessions' | 'mint-tokens';

/** A key without its secret: only the SHA-256 digest of the whole key is stored (http-api.md 2.1). */
export interface ApiKey {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** First 12 characters of the key, for lists. */
  readonly prefix: string;
  /** Lower-case hex. */
  readonly digest: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly revokedAt: number | undefined;
}

export interface ApiKeys {
  create(key: ApiKey): Promise<void>;
  /** Revoked and expired keys are found too; the caller decides. */
  findByDigest(digest: string): Promise<ApiKey | undefined>;
  /** Newest first; without a project, those of all. */
  list(projectId?: string): Promise<ApiKey[]>;
  /** @returns false when there is no such key, it is another project's, or it was revoked before. */
  revoke(id: string, at: number, projectId?: string): Promise<boolean>;
  touch(id: string, at: number): Promise<void>;
}

export interface Agent {
  readonly id: string;
  readonly projectId: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly format: 'interactive' | 'worker';
  /** Number of the current version, +1 per change, from 1. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt: number | undefined;
}

/** An immutable copy of what was posted. */
export interface AgentVersion {
  readonly agentId: string;
  readonly version: number;
  readonly settings: AgentSettings;
  readonly protocol: string;
  readonly prompts: readonly { readonly name: string; readonly content: string }[];
  readonly references: readonly ReferenceDocument[];
  readonly createdAt: number;
}

export interface Agents {
  /** @throws OctavusError CONFLICT when the slug is taken by an agent of the project that is not archived. */
  create(agent: Agent, version: AgentVersion): Promise<void>;
  /**
   * Stores a new version and makes it current.
   * @returns false when `agent.version - 1` is not the current one any more (somebody else was faster): read again, merge again.
   * @throws OctavusError CONFLICT on a rename to a taken slug.
   */
  update(agent: Agent, version: AgentVersion): Promise<boolean>;
  /** @returns false when unknown or archived before. */
  archive(projectId: string, agentId: string, at: number): Promise<boolean>;
  /** Ordered by slug; archived ones only where they are asked for. */
  list(projectId: string, options?: { readonly withArchived?: boolean }): Promise<Agent[]>;
  /** Archived ones included. */
  find(projectId: string, agentId: string): Promise<Agent | undefined>;
  /** Not archived. */
  findBySlug(projectId: string, slug: string): Promise<Agent | undefined>;
  /** @throws OctavusError NOT_FOUND */
  getVersion(agentId: string, version: number): Promise<AgentVersion>;
  /** Newest first, at most `limit`, of those older than `before`. */
  listVersions(
    agentId: string,
    options: { readonly before?: number; readonly limit: number },
  ): Promise<Pick<AgentVersion, 'version' | 'createdAt'>[]>;
}

/** The row of a session; its state is the fold of its journal. */
export interface SessionRow {
  readonly id: string;
  readonly projectId: string;
  readonly agentId: string;
  /**
   * `thread`: an interactive one that belongs to a workforce thread and does not expire by itself. `upload`: has the files of one that is
   * about to begin, and is in no list.
   */
  readonly kind: 'interactive' | 'worker' | 'thread' | 'upload';
  readonly status: 'active' | 'expired';
  readonly input: Values;
  /** What `openSession` starts from. */
  readonly opening: { readonly variables: Values; readonly resources: Values };
  /** Entries in the journal: the next sequence number. */
  readonly journalLength: number;
  /** The execution that runs or waits. */
  readonly execution: { readonly executionId: string; readonly status: 'running' | 'waiting' } | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastActivityAt: number;
}

/** How a session came into being by a start with an idempotency key (http-api.md 6.8); digests are lower-case hex. */
export interface SessionStart {
  /** SHA-256 of the key. */
  readonly key: string;
  /** SHA-256 of what the request asked for. */
  readonly body: string;
  /** The execution that answered it last. */
  readonly executionId: string;
}

export interface NewSession extends SessionRow {
  readonly start?: SessionStart;
}

/** A session with what every request needs of its agent, from one query. */
export interface SessionWithAgent extends SessionRow {
  readonly agent: { readonly version: number; readonly isArchived: boolean };
}

/** A session as a list shows it: nothing of its state is read. */
export interface ListedSession
  extends Pick<
    SessionRow,
    'id' | 'projectId' | 'agentId' | 'kind' | 'status' | 'execution' | 'createdAt' | 'lastActivityAt'
  > {
  readonly agent: { readonly slug: string; readonly name: string; readonly isArchived: boolean };
}

/** Where a page of a list of sessions begins: after this one. */
export type SessionPosition = Pick<SessionRow, 'id' | 'createdAt'>;

export interface ListSessions {
  readonly projectId: string;
  readonly agentId?: string;
  /** `running` and `waiting` say what the execution does, `idle` that there is none; `active`: any of the three. */
  readonly status?: 'running' | 'waiting' | 'idle' | 'active' | 'expired';
  /** Sessions idle since then count as expired, whatever their row says. */
  readonly idleSince: number;
  /** Created then or later. */
  readonly from?: number;
  /** Created before. */
  readonly to?: number;
  readonly after?: SessionPosition;
  readonly limit: number;
}

export interface Sessions {
  /** Stored together with the sessions that are created in the same moment. */
  create(session: NewSession): Promise<void>;
  /** Newest first. A page costs the same wherever it begins. */
  list(options: ListSessions): Promise<ListedSession[]>;
  /** What a list shows of one session. */
  findListed(projectId: string, sessionId: string): Promise<ListedSession | undefined>;
  find(projectId: string, sessionId: string): Promise<SessionWithAgent | undefined>;
  /** The session that was started with the key of which `key` is the digest. */
  findStarted(
    started: Pick<SessionRow, 'projectId' | 'agentId'> & Pick<SessionStart, 'key'>,
  ): Promise<(SessionWithAgent & { readonly start: SessionStart }) | undefined>;
  /** The changes of the journal entries with sequence numbers from `from` up to, not including, `to`, in order. */
  readChanges(sessionId: string, from: number, to: number): Promise<Change[]>;
  /** The newest `limit` log entries, oldest first, and how many there are after filtering. */
  readLog(
    sessionId: string,
    options: { limit: number; excludeModelRequests: boolean },
  ): Promise<{ entries: LogEntry[]; total: number }>;
  /**
   * Writes the commits of many sessions as one transaction. The preconditions of each are checked by themselves: one that is refused
   * leaves no trace and does not hinder the others.
   * @returns one outcome per commit, in order. `conflict`: the journal has moved on, or the lease is not (or no longer) the caller's.
   */
  commit(commits: readonly SessionCommit[]): Promise<('committed' | 'conflict')[]>;
  /**
   * Sessions with a running execution whose node is gone (no row in `nodes`, or its lease ran out before `now`), and those of the node
   * that asks, which knows itself what it runs.
   */
  listAbandoned(options: {
    readonly now: number;
    readonly nodeId: string;
  }): Promise<{ readonly sessionId: string; readonly projectId: string }[]>;
  /** Ids of at most `limit` active sessions (threads are left out) without activity since `idleSince` on which nothing runs, the longest idle first. */
  listIdle(idleSince: number, limit: number): Promise<string[]>;
  /**
   * Ends sessions for good: they are `expired`, their journals are removed, what waits is forgotten; id, agent, input and creation time
   * stay. Sessions that run, that are expired already, or that were active after `idleSince`, are left alone.
   * @returns the ids of those that were ended.
   */
  expire(
    sessionIds: readonly string[],
    options: { readonly at: number; readonly idleSince?: number },
  ): Promise<string[]>;
}

/** What one session has ready to be stored: one journal entry. */
export interface SessionCommit {
  readonly sessionId: string;
  /** Must equal the stored `journalLength`; it is one more afterwards when there are changes or log entries, else unchanged. */
  readonly expectedLength: number;
  readonly changes: readonly Change[];
  readonly log: readonly LogEntry[];
  readonly lease: LeaseStep;
  /**
   * The session does not exist yet: this is its row. `conflict` when its agent has one with the same start key.
   */
  readonly create?: NewSession;
  /** Columns that hardly ever change. An expired session is only written by a commit that makes it active. */
  readonly reopen?: {
    readonly input?: Values;
    readonly opening?: SessionRow['opening'];
    readonly startExecutionId?: string;
  };
  /**
   * The run of a workforce thread that begins with this commit: its execution is noted in the same transaction. `conflict` unless the run
   * is the node's and no execution was noted before, so that a message cannot begin twice.
   */
  readonly threadRun?: { readonly seq: number; readonly executionId: string };
  /** Columns to set; absent ones stay. `execution: null` clears. */
  readonly set: {
    readonly execution?: SessionRow['execution'] | null;
    readonly lastActivityAt?: number;
    readonly updatedAt: number;
  };
}

/**
 * The right to write a session (runtime-semantics.md 13). Nodes renew one row for all their sessions (`Nodes.renew`); a node without
 * a row, or whose row ran out before `now`, holds nothing any more.
 *
 * - `claim`: take it; refused while another live node holds it.
 * - `hold`: keep it; refused unless this node holds it.
 * - `release`: give it back with this commit; refused unless this node holds it.
 * - `once`: write without taking it, the session is free afterwards; refused while another live node holds it.
 */
export type LeaseStep = {
  readonly kind: 'claim' | 'hold' | 'release' | 'once';
  readonly nodeId: string;
  readonly now: number;
};

/** A request with an `Idempotency-Key`; the key is a digest. */
export interface IdempotentRequest {
  readonly projectId: string;
  readonly key: string;
  /** Unique: of several requests with the key the one that it was given to. */
  readonly owner: string;
}

/** Requests with an `Idempotency-Key`. Fingerprints are digests, answers are opaque. A request that is not the owner changes nothing. */
export interface IdempotentRequests {
  /**
   * Takes the key for a request.
   * @returns `begun`: work on it, then `finish` or `release`; else what the key was used for, and when.
   */
  begin(
    request: IdempotentRequest & { readonly fingerprint: string; readonly now: number },
  ): Promise<
    'begun' | { readonly fingerprint: string; readonly answer: string | undefined; readonly createdAt: number }
  >;
  /** Keeps the first answer that is given. */
  finish(request: IdempotentRequest, answer: string): Promise<void>;
  /** Nothing was done: the key may be used again. */
  release(request: IdempotentRequest): Promise<void>;
  /** Forgets at most `limit` requests that began before `before`. @returns how many. */
  removeOld(before: number, limit: number): Promise<number>;
}

/** Processes that may run executions. */
export interface Nodes {
  list(): Promise<{ readonly id: string; readonly expiresAt: number }[]>;
  /** Inserts or extends the node's lease to `expiresAt`. */
  renew(nodeId: string, expiresAt: number): Promise<void>;
  remove(nodeId: string): Promise<void>;
}

/** What nodes ask of each other: that a running execution be stopped by the one that runs it. */
export interface StopRequests {
  /** Asks whichever node runs it. Requests that have expired are forgotten on this occasion. */
  add(request: StopRequest, now: number): Promise<void>;
  /** Those that have not expired. */
  list(now: number): Promise<Pick<StopRequest, 'sessionId' | 'executionId'>[]>;
  remove(id: string): Promise<void>;
}

export interface StopRequest {
  readonly id: string;
  readonly sessionId: string;
  readonly executionId: string;
  /** Nobody waits for it any more: from then on it stops nothing. */
  readonly expiresAt: number;
}

/** What is known of a file; its bytes are in the file store under the same id. */
export interface StoredFile {
  readonly id: string;
  readonly projectId: string;
  readonly sessionId: string;
  readonly filename: string;
  /** `type/subtype`, lower case, without parameters. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly createdAt: number;
  /** undefined until the bytes are known to be there. */
  readonly uploadedAt: number | undefined;
  /** When the sweeper looks at the file next. */
  readonly checkAt: number;
}

/** A file the sweeper has to look at, with what decides whether its session still needs it. */
export interface DueFile extends StoredFile {
  readonly session: Pick<SessionRow, 'kind' | 'status' | 'execution' | 'updatedAt' | 'lastActivityAt'>;
}

export interface Files {
  /** Files of one session, made in this moment: that counts as activity of the session (http-api.md 6.1). */
  create(files: readonly StoredFile[]): Promise<void>;
  find(fileId: string): Promise<StoredFile | undefined>;
  /** Gives those of the files that were uploaded for a session before it began to that session. */
  adopt(fileIds: readonly string[], sessionId: string): Promise<void>;
  /** Those of the ids that the project has, in no particular order. */
  findMany(projectId: string, fileIds: readonly string[]): Promise<StoredFile[]>;
  /** Notes that the bytes are there. @returns false when the file is gone. */
  markUploaded(fileId: string, options: { readonly at: number; readonly checkAt: number }): Promise<boolean>;
  /** At most `limit` files whose `checkAt` has come, the longest overdue first. */
  listDue(now: number, limit: number): Promise<DueFile[]>;
  /** Looks at the given files again at the given times. */
  postpone(files: readonly { readonly id: string; readonly checkAt: number }[]): Promise<void>;
  remove(fileIds: readonly string[]): Promise<void>;
}

/** An ephemeral token that was minted, without what it allows: that is in the token itself. */
export interface MintedToken {
  readonly jti: string;
  readonly projectId: string;
  /** The API key that minted it. */
  readonly keyId: string;
  readonly expiresAt: number;
}

/** What ends a token before its time. */
export interface TokenStatus {
  readonly revokedAt: number | undefined;
  readonly key: Pick<ApiKey, 'permissions' | 'expiresAt' | 'revokedAt'>;
}

/** Ephemeral tokens, remembered until they expire so that they can be revoked (http-api.md 9). */
export interface Tokens {
  create(token: MintedToken): Promise<void>;
  /** Revoked ones are found too, and those of keys that are no longer valid; the caller decides. */
  find(jti: string): Promise<TokenStatus | undefined>;
  /** @returns false when the project has no such token, or it has expired or was revoked before. */
  revoke(projectId: string, jti: string, at: number): Promise<boolean>;
  /** Forgets at most `limit` tokens that have expired. @returns how many. */
  removeExpired(now: number, limit: number): Promise<number>;
}
