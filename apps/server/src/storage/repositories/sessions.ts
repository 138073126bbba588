import type { Change } from '@octavus/engine';
import { type Kysely, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { isStorable } from '../errors.ts';
import { inGroups } from '../in-groups.ts';
import { decodeLog } from '../log-format.ts';
import { type ParameterOf, prepareQuery } from '../query-template.ts';
import type { Database } from '../schema.ts';
import { isLive } from '../session-commit.ts';
import { sessionColumns, startColumns, toRow, toSessionWithAgent, toStart } from '../session-row.ts';
import type { NewSession, Sessions } from '../storage.ts';
import { findListed, listSessions } from './session-list.ts';

export function sessionsRepository({ read, transaction, commit, createSessions }: Connection): Sessions {
  const findSession = prepareQuery(read, findQuery(read));
  const readChanges = prepareQuery(read, changesQuery(read));
  const readLog = prepareQuery(read, logQuery(read));
  const create = inGroups(async (sessions: readonly NewSession[]) => {
    await createSessions(sessions.map(toRow));
    return sessions.map(() => undefined);
  });
  return {
    commit,
    create,
    list: (options) => listSessions(read, options),
    findListed: (projectId, sessionId) => findListed(read, projectId, sessionId),
    async find(projectId, sessionId) {
      if (!isStorable(sessionId)) return undefined;
      const { rows } = await findSession({ projectId, sessionId });
      return rows[0] && toSessionWithAgent(rows[0]);
    },
    async findStarted({ projectId, agentId, key }) {
      const row = await read
        .selectFrom('sessions')
        .innerJoin('agents', 'agents.id', 'sessions.agent_id')
        .select([...sessionColumns, ...startColumns])
        .select(['agents.version as agent_version', 'agents.archived_at as agent_archived_at'])
        .where('sessions.project_id', '=', projectId)
        .where('sessions.agent_id', '=', agentId)
        .where('sessions.start_key', '=', key)
        .executeTakeFirst();
      return row && { ...toSessionWithAgent(row), start: toStart(row) };
    },
    async readChanges(sessionId, from, to) {
      const { rows } = await readChanges({ sessionId, from, to });
      return rows.flatMap(({ changes }) => JSON.parse(changes) as Change[]);
    },
    async readLog(sessionId, { limit, excludeModelRequests }) {
      const { rows } = await readLog({ sessionId, limit, excluded: excludeModelRequests ? 1 : 0 });
      const entries = rows.flatMap(({ log, changes }) => decodeLog(log, changes));
      const wanted = excludeModelRequests ? entries.filter(({ type }) => type !== 'model-request') : entries;
      return { entries: wanted.slice(Math.max(0, wanted.length - limit)), total: rows[0]?.total ?? 0 };
    },
    async listAbandoned({ now, nodeId }) {
      const isGone = sql<boolean>`not ${isLive(sql.ref('sessions.lease_owner'), sql`${now}`)}`;
      return read
        .selectFrom('sessions')
        .select(['id as sessionId', 'project_id as projectId'])
        .where('execution_status', '=', sql.lit('running'))
        .where((where) => where.or([where('lease_owner', '=', nodeId), isGone]))
        .execute();
    },
    async listIdle(idleSince, limit) {
      const rows = await read
        .selectFrom('sessions')
        .select('id')
        .where('status', '=', sql.lit('active'))
        .where('last_activity_at', '<=', idleSince)
        .where('kind', '<>', sql.lit('thread'))
        .where(isNotRunning)
        .orderBy('last_activity_at')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    expire: (sessionIds, options) =>
      transaction(async (db) => {
        const expired: string[] = [];
        // In one order, so that two nodes that sweep together cannot wait for each other in a circle.
        for (const id of sessionIds.toSorted()) if (await expireOne(db, id, options)) expired.push(id);
        return expired;
      }),
  };
}

const isNotRunning = sql<boolean>`(sessions.execution_status is null or sessions.execution_status <> 'running')`;

async function expireOne(
  db: Kysely<Database>,
  id: string,
  { at, idleSince }: { readonly at: number; readonly idleSince?: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ status: 'expired', execution_id: null, execution_status: null, lease_owner: null, updated_at: at })
    .where('id', '=', id)
    .where('status', '=', sql.lit('active'))
    .where(isNotRunning)
    .$if(idleSince !== undefined, (query) => query.where('last_activity_at', '<=', idleSince!))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await db.deleteFrom('journal').where('session_id', '=', id).execute();
  return true;
}

function findQuery(db: Kysely<Database>) {
  return (parameter: ParameterOf<{ projectId: string; sessionId: string }>) =>
    db
      .selectFrom('sessions')
      .innerJoin('agents', 'agents.id', 'sessions.agent_id')
      .select([...sessionColumns, 'agents.version as agent_version', 'agents.archived_at as agent_archived_at'])
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
    const query = sql<{ log: string; changes: string; total: number }>`
      with wanted as (
        select seq, log_count - ${parameter('excluded')} * model_request_count as entries from journal
        where session_id = ${parameter('sessionId')} and log_count > 0
      ), counted as (
        select seq, sum(entries) over (order by seq desc) - entries as newer, sum(entries) over () as total from wanted
      )
      select journal.log, journal.changes, counted.total from counted
      join journal on journal.session_id = ${parameter('sessionId')} and journal.seq = counted.seq
      where counted.newer < ${parameter('limit')}
      order by counted.seq`;
    return { compile: () => query.compile(db) };
  };
}
