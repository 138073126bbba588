import { type Kysely, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { Database, ThreadRunsTable } from '../schema.ts';
import { isLive } from '../session-commit.ts';
import { toRow as toSessionRow } from '../session-row.ts';
import type { ThreadMessage, ThreadRun, ThreadRunKey, ThreadRuns } from '../workforce.ts';

export function threadRunsRepository({ read, write, transaction }: Connection): ThreadRuns {
  /** A run that the node is working on. */
  function updateOwn(run: ThreadRunKey, nodeId: string) {
    return write
      .updateTable('thread_runs')
      .where('session_id', '=', run.sessionId)
      .where('seq', '=', run.seq)
      .where('status', '=', sql.lit('running'))
      .where('node_id', '=', nodeId);
  }

  return {
    createThread: (session, first) =>
      transaction(async (db) => {
        await db.insertInto('sessions').values(toSessionRow(session)).execute();
        await db
          .insertInto('thread_runs')
          .values(newRun({ sessionId: session.id, projectId: session.projectId, seq: 0, at: session.createdAt }, first))
          .execute();
      }),
    add: (sessionId, message, at) =>
      transaction(async (db) => {
        // Also makes others that add to this thread wait, so that numbers are given once and in order.
        const { numUpdatedRows } = await db
          .updateTable('sessions')
          .set({ last_activity_at: at })
          .where('id', '=', sessionId)
          .where('kind', '=', sql.lit('thread'))
          .where('status', '=', sql.lit('active'))
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return undefined;
        const last = await db
          .selectFrom('thread_runs')
          .select(['seq', 'project_id'])
          .where('session_id', '=', sessionId)
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirstOrThrow();
        const isQueued = await hasUnfinished(db, sessionId);
        const run = { sessionId, projectId: last.project_id, seq: last.seq + 1, at };
        await db.insertInto('thread_runs').values(newRun(run, message)).execute();
        return { isQueued };
      }),
    async findCurrent(sessionId) {
      const row = await read
        .selectFrom('thread_runs')
        .selectAll()
        .where('session_id', '=', sessionId)
        .orderBy(sql`case when ${isUnfinished} then 0 else 1 end`)
        .orderBy(sql`case when ${isUnfinished} then seq else -seq end`)
        .limit(1)
        .executeTakeFirst();
      return row && toRun(row);
    },
    claim: (sessionId, nodeId) =>
      transaction(async (db) => {
        const first = await db
          .selectFrom('thread_runs')
          .selectAll()
          .where('session_id', '=', sessionId)
          .where(isUnfinished)
          .orderBy('seq')
          .limit(1)
          .executeTakeFirst();
        if (first?.status !== 'pending') return undefined;
        // Asked again: another node may have taken it since.
        const { numUpdatedRows } = await db
          .updateTable('thread_runs')
          .set({ status: 'running', node_id: nodeId })
          .where('session_id', '=', sessionId)
          .where('seq', '=', first.seq)
          .where('status', '=', sql.lit('pending'))
          .executeTakeFirst();
        return numUpdatedRows === 0n ? undefined : toRun({ ...first, status: 'running', node_id: nodeId });
      }),
    async end(run, nodeId, { status, failureReason }) {
      await updateOwn(run, nodeId)
        .set({ status, failure_reason: failureReason ?? null, node_id: null })
        .execute();
    },
    async release(run, nodeId) {
      const { numUpdatedRows } = await updateOwn(run, nodeId)
        .set({ status: 'pending', node_id: null })
        .where('execution_id', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async find({ sessionId, seq }) {
      const row = await read
        .selectFrom('thread_runs')
        .selectAll()
        .where('session_id', '=', sessionId)
        .where('seq', '=', seq)
        .executeTakeFirst();
      return row && toRun(row);
    },
    async listRunnable(limit) {
      const rows = await read
        .selectFrom('thread_runs')
        .select('session_id')
        .where('status', '=', sql.lit('pending'))
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('thread_runs as other')
                .select('other.seq')
                .whereRef('other.session_id', '=', 'thread_runs.session_id')
                .where('other.status', '=', sql.lit('running')),
            ),
          ),
        )
        .groupBy('session_id')
        .orderBy((order) => order.fn.min('created_at'))
        .limit(limit)
        .execute();
      return rows.map((row) => row.session_id);
    },
    async listAbandoned({ now, nodeId }) {
      const isGone = sql<boolean>`not ${isLive(sql.ref('thread_runs.node_id'), sql`${now}`)}`;
      const rows = await read
        .selectFrom('thread_runs')
        .selectAll()
        .where('status', '=', sql.lit('running'))
        .where((where) => where.or([where('node_id', '=', nodeId), isGone]))
        .execute();
      return rows.map(toRun);
    },
  };
}

const isUnfinished = sql<boolean>`status in ('pending', 'running')`;

async function hasUnfinished(db: Kysely<Database>, sessionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('thread_runs')
    .select('seq')
    .where('session_id', '=', sessionId)
    .where(isUnfinished)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function newRun(
  { sessionId, projectId, seq, at }: ThreadRunKey & { readonly projectId: string; readonly at: number },
  { message, files }: ThreadMessage,
): ThreadRunsTable {
  return {
    session_id: sessionId,
    seq,
    project_id: projectId,
    status: 'pending',
    node_id: null,
    execution_id: null,
    failure_reason: null,
    created_at: at,
    message: JSON.stringify({ message, files }),
  };
}

function toRun(row: ThreadRunsTable): ThreadRun {
  return {
    sessionId: row.session_id,
    seq: row.seq,
    projectId: row.project_id,
    status: row.status,
    nodeId: row.node_id ?? undefined,
    executionId: row.execution_id ?? undefined,
    failureReason: row.failure_reason ?? undefined,
    ...(JSON.parse(row.message) as ThreadMessage),
  };
}
