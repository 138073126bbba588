import { type CompiledQuery, type Insertable, type Kysely, sql } from 'kysely';
import { compileTemplate, type QueryTemplate } from './query-template.ts';
import type { Database, SessionsTable } from './schema.ts';
import { isFree } from './session-commit.ts';
import type { NewSession, SessionCommit, SessionRow, SessionStart, SessionWithAgent } from './storage.ts';

/** The lease is nobody's business but the commit's. */
type SelectedSession = Omit<SessionsTable, 'lease_owner' | 'start_key' | 'start_body' | 'start_execution_id'>;
export type SelectedSessionWithAgent = SelectedSession & { agent_version: number; agent_archived_at: number | null };
export type SelectedStart = Pick<SessionsTable, 'start_key' | 'start_body' | 'start_execution_id'>;

export const sessionColumns = [
  'sessions.id',
  'sessions.project_id',
  'sessions.agent_id',
  'sessions.kind',
  'sessions.status',
  'sessions.journal_length',
  'sessions.execution_id',
  'sessions.execution_status',
  'sessions.created_at',
  'sessions.updated_at',
  'sessions.last_activity_at',
  'sessions.input',
  'sessions.opening',
] as const;

export const startColumns = ['sessions.start_key', 'sessions.start_body', 'sessions.start_execution_id'] as const;

/** The statements that a commit's own needs before it, in order; each changes one row, or none when the commit is refused. */
export function prepareRow(db: Kysely<Database>, commit: SessionCommit): readonly CompiledQuery[] {
  if (commit.create) return [createRow(db, commit.create)];
  if (commit.reopen) return [reopenRow(db, commit, commit.reopen)];
  return commit.threadRun ? [holdRow(db, commit), beginRun(db, commit, commit.threadRun)] : [];
}

function createRow(db: Kysely<Database>, session: NewSession): CompiledQuery {
  return db
    .insertInto('sessions')
    .values(toRow(session))
    .onConflict((conflict) => conflict.doNothing())
    .compile();
}

/** (A mapped type, so that it passes as a record of parameters.) */
type SessionFields = { readonly [Column in keyof SessionsTable]: SessionsTable[Column] };

/** The statement that adds one session, its values named by their columns. */
export function insertSession(db: Kysely<Database>): QueryTemplate<SessionFields> {
  return compileTemplate((parameter) => {
    const values = Object.fromEntries(sessionsTableColumns.map((column) => [column, parameter(column)]));
    return db
      .insertInto('sessions')
      .values(values as Insertable<SessionsTable>)
      .compile();
  });
}

/** Asks for what the commit itself asks for, so that one is not stored without the other. */
function reopenRow(
  db: Kysely<Database>,
  commit: SessionCommit,
  { input, opening, startExecutionId }: NonNullable<SessionCommit['reopen']>,
): CompiledQuery {
  return db
    .updateTable('sessions')
    .set({
      status: 'active',
      ...(input && { input: JSON.stringify(input) }),
      ...(opening && { opening: JSON.stringify(opening) }),
      ...(startExecutionId !== undefined && { start_execution_id: startExecutionId }),
    })
    .where('sessions.id', '=', commit.sessionId)
    .where(isFree(preconditionsOf(commit)))
    .compile();
}

/** Changes nothing, but keeps what the commit asks for as it is until the end of the transaction. */
function holdRow(db: Kysely<Database>, commit: SessionCommit): CompiledQuery {
  return db
    .updateTable('sessions')
    .set((row) => ({ updated_at: row.ref('sessions.updated_at') }))
    .where('sessions.id', '=', commit.sessionId)
    .where('sessions.status', '=', sql.lit('active'))
    .where(isFree(preconditionsOf(commit)))
    .compile();
}

/** A node that slept since it took the run may find that another one has given it back, or begun it. */
function beginRun(
  db: Kysely<Database>,
  { sessionId, lease }: SessionCommit,
  { seq, executionId }: NonNullable<SessionCommit['threadRun']>,
): CompiledQuery {
  return db
    .updateTable('thread_runs')
    .set({ execution_id: executionId })
    .where('session_id', '=', sessionId)
    .where('seq', '=', seq)
    .where('status', '=', sql.lit('running'))
    .where('node_id', '=', lease.nodeId)
    .where('execution_id', 'is', null)
    .compile();
}

function preconditionsOf({ expectedLength, lease }: SessionCommit): Parameters<typeof isFree>[0] {
  return {
    expected_length: sql`${expectedLength}`,
    lease: sql`${sql.lit(lease.kind)}`,
    node_id: sql`${lease.nodeId}`,
    now: sql`${lease.now}`,
  };
}

const sessionsTableColumns = Object.keys({
  id: true,
  project_id: true,
  agent_id: true,
  kind: true,
  status: true,
  journal_length: true,
  lease_owner: true,
  execution_id: true,
  execution_status: true,
  created_at: true,
  updated_at: true,
  last_activity_at: true,
  input: true,
  opening: true,
  start_key: true,
  start_body: true,
  start_execution_id: true,
} satisfies Record<keyof SessionsTable, true>) as (keyof SessionsTable)[];

export function toRow(session: NewSession): SessionsTable {
  return {
    id: session.id,
    project_id: session.projectId,
    agent_id: session.agentId,
    kind: session.kind,
    status: session.status,
    journal_length: session.journalLength,
    lease_owner: null,
    execution_id: session.execution?.executionId ?? null,
    execution_status: session.execution?.status ?? null,
    created_at: session.createdAt,
    updated_at: session.updatedAt,
    last_activity_at: session.lastActivityAt,
    input: JSON.stringify(session.input),
    opening: JSON.stringify(session.opening),
    start_key: session.start?.key ?? null,
    start_body: session.start?.body ?? null,
    start_execution_id: session.start?.executionId ?? null,
  };
}

export function toSession(row: SelectedSession): SessionRow {
  const { execution_id: executionId, execution_status: status } = row;
  return {
    id: row.id,
    projectId: row.project_id,
    agentId: row.agent_id,
    kind: row.kind,
    status: row.status,
    input: JSON.parse(row.input),
    opening: JSON.parse(row.opening),
    journalLength: row.journal_length,
    execution: executionId !== null && status !== null ? { executionId, status } : undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastActivityAt: row.last_activity_at,
  };
}

export function toSessionWithAgent(row: SelectedSessionWithAgent): SessionWithAgent {
  return { ...toSession(row), agent: { version: row.agent_version, isArchived: row.agent_archived_at !== null } };
}

export function toStart({ start_key, start_body, start_execution_id }: SelectedStart): SessionStart {
  return { key: start_key ?? '', body: start_body ?? '', executionId: start_execution_id ?? '' };
}
