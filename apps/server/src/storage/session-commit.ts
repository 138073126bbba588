import { type RawBuilder, sql } from 'kysely';
import { encodeLog } from './log-format.ts';
import type { JournalTable } from './schema.ts';
import type { LeaseStep, SessionCommit } from './storage.ts';

/** A commit as the columns of one row. (A type, not an interface, so that it passes as a record of parameters.) */
export type CommitFields = {
  readonly session_id: string;
  readonly expected_length: number;
  /** 1 when the commit writes a journal entry, else 0. */
  readonly entries: 0 | 1;
  readonly lease: LeaseStep['kind'];
  readonly node_id: string;
  readonly now: number;
  readonly changes: string;
  readonly log: string | null;
  readonly log_count: number;
  readonly model_request_count: number;
  /** 1 when the execution columns are set, else 0. */
  readonly sets_execution: 0 | 1;
  readonly execution_id: string | null;
  readonly execution_status: string | null;
  readonly last_activity_at: number | null;
  readonly updated_at: number;
};

/** The type that PostgreSQL takes each field as. */
export const commitFieldTypes = {
  session_id: 'text',
  expected_length: 'integer',
  entries: 'integer',
  lease: 'text',
  node_id: 'text',
  now: 'bigint',
  changes: 'text',
  log: 'text',
  log_count: 'integer',
  model_request_count: 'integer',
  sets_execution: 'integer',
  execution_id: 'text',
  execution_status: 'text',
  last_activity_at: 'bigint',
  updated_at: 'bigint',
} as const satisfies { readonly [Field in keyof CommitFields]: 'text' | 'integer' | 'bigint' };

export const commitFieldNames = Object.keys(commitFieldTypes) as (keyof CommitFields)[];

/** Each field as SQL: a parameter on SQLite, a column of a derived table on PostgreSQL. */
type CommitExpressions = Readonly<Record<keyof CommitFields, RawBuilder<unknown>>>;

export function toCommitExpressions(express: (field: keyof CommitFields) => RawBuilder<unknown>): CommitExpressions {
  return Object.fromEntries(commitFieldNames.map((field) => [field, express(field)])) as CommitExpressions;
}

export function toCommitFields({ sessionId, expectedLength, changes, log, lease, set }: SessionCommit): CommitFields {
  return {
    session_id: sessionId,
    expected_length: expectedLength,
    entries: changes.length + log.length > 0 ? 1 : 0,
    lease: lease.kind,
    node_id: lease.nodeId,
    now: lease.now,
    changes: JSON.stringify(changes),
    log: log.length > 0 ? encodeLog(log, changes) : null,
    log_count: log.length,
    model_request_count: log.filter(({ type }) => type === 'model-request').length,
    sets_execution: set.execution === undefined ? 0 : 1,
    execution_id: set.execution?.executionId ?? null,
    execution_status: set.execution?.status ?? null,
    last_activity_at: set.lastActivityAt ?? null,
    updated_at: set.updatedAt,
  };
}

/**
 * Whether the stored row lets the commit through: the session is not expired, nothing was written since, and the lease permits it
 * (runtime-semantics.md 13).
 */
export function isAccepted(commit: CommitExpressions): RawBuilder<boolean> {
  return sql`sessions.status = 'active' and ${isFree(commit)}`;
}

/** As `isAccepted`, for expired sessions too. */
export function isFree(
  commit: Pick<CommitExpressions, 'expected_length' | 'lease' | 'node_id' | 'now'>,
): RawBuilder<boolean> {
  return sql`sessions.journal_length = ${commit.expected_length} and case
    when ${commit.lease} in ('hold', 'release') then sessions.lease_owner = ${commit.node_id} and ${isLive(commit.node_id, commit.now)}
    else sessions.lease_owner is null or sessions.lease_owner = ${commit.node_id} or not ${isLive(sql`sessions.lease_owner`, commit.now)}
  end`;
}

/** What an accepted commit does to the session's row. */
export function assignments(commit: CommitExpressions): RawBuilder<unknown> {
  return sql`
    journal_length = sessions.journal_length + ${commit.entries},
    lease_owner = case when ${commit.lease} in ('claim', 'hold') then ${commit.node_id} else null end,
    execution_id = case when ${commit.sets_execution} = 1 then ${commit.execution_id} else sessions.execution_id end,
    execution_status = case when ${commit.sets_execution} = 1 then ${commit.execution_status} else sessions.execution_status end,
    last_activity_at = coalesce(${commit.last_activity_at}, sessions.last_activity_at),
    updated_at = ${commit.updated_at}`;
}

/** Whether the node's lease has not run out before `now`. */
export function isLive(nodeId: RawBuilder<unknown>, now: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select 1 from nodes where nodes.id = ${nodeId} and nodes.expires_at >= ${now})`;
}

/** The columns of a journal entry and the field that each takes. */
export const journalEntry = {
  session_id: 'session_id',
  seq: 'expected_length',
  created_at: 'now',
  log_count: 'log_count',
  model_request_count: 'model_request_count',
  changes: 'changes',
  log: 'log',
} as const satisfies Record<keyof JournalTable, keyof CommitFields>;
