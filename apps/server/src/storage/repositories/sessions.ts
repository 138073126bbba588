import type { LogEntry } from '@octavus/core';
import type { Change } from '@octavus/engine';
import { type Kysely, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { type ParameterOf, prepareQuery } from '../query-template.ts';
import type { Database, SessionsTable } from '../schema.ts';
import { isLive } from '../session-commit.ts';
import type { SessionRow, Sessions, SessionWithAgent } from '../storage.ts';

/** The lease is nobody's business but the commit's. */
type SelectedSession = Omit<SessionsTable, 'lease_owner'>;
type SelectedSessionWithAgent = SelectedSession & { agent_version: number; agent_archived_at: number | null };

const columns = [
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

export function sessionsRepository({ read, write, commit }: Connection): Sessions {
  const findSession = prepareQuery(read, findQuery(read));
  const readChanges = prepareQuery(read, changesQuery(read));
  const readLog = prepareQuery(read, logQuery(read));
  return {
    commit,
    async create(session) {
      await write.insertInto('sessions').values(toRow(session)).execute();
    },
    async find(projectId, sessionId) {
      const { rows } = await findSession({ projectId, sessionId });
      return rows[0] && toSessionWithAgent(rows[0]);
    },
    async readChanges(sessionId, from, to) {
      const { rows } = await readChanges({ sessionId, from, to });
      return rows.flatMap(({ changes }) => JSON.parse(changes) as Change[]);
    },
    async readLog(sessionId, { limit, excludeModelRequests }) {
      const { rows } = await readLog({ sessionId, limit, excluded: excludeModelRequests ? 1 : 0 });
      const entries = rows.flatMap(({ log }) => JSON.parse(log) as LogEntry[]);
      const wanted = excludeModelRequests ? entries.filter(({ type }) => type !== 'model-request') : entries;
      return { entries: wanted.slice(Math.max(0, wanted.length - limit)), total: rows[0]?.total ?? 0 };
    },
    async listAbandoned(now) {
      const rows = await read
        .selectFrom('sessions')
        .select(columns)
        .where('execution_status', '=', sql.lit('running'))
        .where(sql<boolean>`not ${isLive(sql.ref('sessions.lease_owner'), sql`${now}`)}`)
        .execute();
      return rows.map(toSession);
    },
  };
}

function findQuery(db: Kysely<Database>) {
  return (parameter: ParameterOf<{ projectId: string; sessionId: string }>) =>
    db
      .selectFrom('sessions')
      .innerJoin('agents', 'agents.id', 'sessions.agent_id')
      .select([...columns, 'agents.version as agent_version', 'agents.archived_at as agent_archived_at'])
      .where('sessions.id', '=', parameter('sessionId'))
      .where('sessions.project_id', '=', parameter('projectId'));
}

function changesQuery(db: Kysely<Database>) {
  return (parameter: ParameterOf<{ sessionId: string; from: number; to: number }>) =>
    db
      .selectFrom('journal')
      .select('changes')
      .where('session_id', '=', parameter('sessionId'))
      .where('seq', '>=', parameter('from'))
      .where('seq', '<', parameter('to'))
      .orderBy('seq');
}

/**
 * The journal entries that hold the newest `limit` log entries, and how many log entries there are. Counting reads the counts alone;
 * `newer` is how many wanted entries come after those of the row.
 */
function logQuery(db: Kysely<Database>) {
  return (parameter: ParameterOf<{ sessionId: string; limit: number; excluded: number }>) => {
    const query = sql<{ log: string; total: number }>`
      with wanted as (
        select seq, log_count - ${parameter('excluded')} * model_request_count as entries from journal
        where session_id = ${parameter('sessionId')} and log_count > 0
      ), counted as (
        select seq, sum(entries) over (order by seq desc) - entries as newer, sum(entries) over () as total from wanted
      )
      select journal.log, counted.total from counted
      join journal on journal.session_id = ${parameter('sessionId')} and journal.seq = counted.seq
      where counted.newer < ${parameter('limit')}
      order by counted.seq`;
    return { compile: () => query.compile(db) };
  };
}

function toRow(session: SessionRow): SessionsTable {
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
  };
}

function toSession(row: SelectedSession): SessionRow {
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

function toSessionWithAgent(row: SelectedSessionWithAgent): SessionWithAgent {
  return { ...toSession(row), agent: { version: row.agent_version, isArchived: row.agent_archived_at !== null } };
}
