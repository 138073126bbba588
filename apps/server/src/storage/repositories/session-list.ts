import { type Kysely, sql } from 'kysely';
import type { Database, SessionsTable } from '../schema.ts';
import type { ListedSession, ListSessions } from '../storage.ts';

/**
 * A page of sessions, newest first. Read along an index that begins where the page does (migration 0007), and nothing of the JSON
 * columns is touched, so a page costs the same at any depth.
 */
export async function listSessions(db: Kysely<Database>, options: ListSessions): Promise<ListedSession[]> {
  const rows = await pageQuery(db, options).execute();
  return rows.map(toListed);
}

/** The query of `listSessions`. */
export function pageQuery(db: Kysely<Database>, options: ListSessions) {
  const { projectId, agentId, status, idleSince, from, to, after, limit } = options;
  return listedSessions(db)
    .where('sessions.project_id', '=', projectId)
    .where('sessions.kind', '<>', sql.lit('upload'))
    .$if(agentId !== undefined, (query) => query.where('sessions.agent_id', '=', agentId!))
    .$if(status !== undefined, (query) => query.where(hasStatus(status!, idleSince)))
    .$if(from !== undefined, (query) => query.where('sessions.created_at', '>=', from!))
    .$if(to !== undefined, (query) => query.where('sessions.created_at', '<', to!))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(sessions.created_at, sessions.id) < (${after!.createdAt}, ${after!.id})`),
    )
    .orderBy('sessions.created_at', 'desc')
    .orderBy('sessions.id', 'desc')
    .limit(limit);
}

export async function findListed(
  db: Kysely<Database>,
  projectId: string,
  sessionId: string,
): Promise<ListedSession | undefined> {
  const row = await listedSessions(db)
    .where('sessions.id', '=', sessionId)
    .where('sessions.project_id', '=', projectId)
    .executeTakeFirst();
  return row && toListed(row);
}

function listedSessions(db: Kysely<Database>) {
  return db
    .selectFrom('sessions')
    .innerJoin('agents', 'agents.id', 'sessions.agent_id')
    .select([
      'sessions.id',
      'sessions.project_id',
      'sessions.agent_id',
      'sessions.kind',
      'sessions.status',
      'sessions.execution_id',
      'sessions.execution_status',
      'sessions.created_at',
      'sessions.last_activity_at',
      'agents.slug',
      'agents.name',
      'agents.archived_at',
    ]);
}

/** As `isExpired` decides for one session: only what runs is not ended by idleness. */
function hasStatus(status: NonNullable<ListSessions['status']>, idleSince: number) {
  const isFresh = sql`sessions.status = 'active' and (sessions.last_activity_at > ${idleSince} or sessions.kind = 'thread')`;
  switch (status) {
    case 'running':
      return sql<boolean>`sessions.execution_status = 'running' and sessions.status = 'active'`;
    case 'waiting':
      return sql<boolean>`sessions.execution_status = 'waiting' and ${isFresh}`;
    case 'idle':
      return sql<boolean>`sessions.execution_status is null and ${isFresh}`;
    case 'active':
      return sql<boolean>`sessions.status = 'active' and (sessions.last_activity_at > ${idleSince} or sessions.kind = 'thread' or sessions.execution_status = 'running')`;
    case 'expired':
      return sql<boolean>`(sessions.status = 'expired' or (sessions.last_activity_at <= ${idleSince} and sessions.kind <> 'thread' and (sessions.execution_status is null or sessions.execution_status <> 'running')))`;
  }
}

type ListedRow = Pick<
  SessionsTable,
  | 'id'
  | 'project_id'
  | 'agent_id'
  | 'kind'
  | 'status'
  | 'execution_id'
  | 'execution_status'
  | 'created_at'
  | 'last_activity_at'
> & { slug: string; name: string; archived_at: number | null };

function toListed(row: ListedRow): ListedSession {
  const { execution_id: executionId, execution_status: status } = row;
  return {
    id: row.id,
    projectId: row.project_id,
    agentId: row.agent_id,
    kind: row.kind,
    status: row.status,
    execution: executionId !== null && status !== null ? { executionId, status } : undefined,
    createdAt: row.created_at,
    lastActivityAt: row.last_activity_at,
    agent: { slug: row.slug, name: row.name, isArchived: row.archived_at !== null },
  };
}
