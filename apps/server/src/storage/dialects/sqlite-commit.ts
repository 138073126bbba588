import { type Kysely, sql } from 'kysely';
import { compileTemplate, type QueryTemplate } from '../query-template.ts';
import type { Database } from '../schema.ts';
import {
  assignments,
  type CommitFields,
  isAccepted,
  journalEntry,
  toCommitExpressions,
  toCommitFields,
} from '../session-commit.ts';
import { prepareRow } from '../session-row.ts';
import type { SessionCommit } from '../storage.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import type { SqliteBatch, SqliteStatement } from './sqlite-operations.ts';

interface CommitTemplates {
  readonly moveSession: QueryTemplate<CommitFields>;
  readonly appendEntry: QueryTemplate<CommitFields>;
}

/**
 * Writes all commits in one transaction: one sync of the disk for the group. The statements go straight to the connection, because two
 * promises per statement would cost more than the statements themselves.
 */
export function sqliteCommit(db: Kysely<Database>, connection: SqliteConnection) {
  const templates: CommitTemplates = { moveSession: moveSession(db), appendEntry: appendEntry(db) };
  return async (commits: readonly SessionCommit[]): Promise<('committed' | 'conflict')[]> => {
    if (commits.length === 0) return [];
    const batches = commits.map((commit) => toBatch(db, templates, commit));
    // The connection is taken from Kysely so that no open transaction of a repository is joined.
    const accepted = await db.connection().execute(() => connection.runBatches(batches));
    return accepted.map((isAccepted) => (isAccepted ? 'committed' : 'conflict'));
  };
}

function toBatch(
  db: Kysely<Database>,
  { moveSession, appendEntry }: CommitTemplates,
  commit: SessionCommit,
): SqliteBatch {
  const fields = toCommitFields(commit);
  const batch: SqliteStatement[] = prepareRow(db, commit).map(({ sql, parameters }) => ({ sql, parameters }));
  batch.push({ sql: moveSession.sql, parameters: moveSession.bind(fields) });
  if (fields.entries === 1) batch.push({ sql: appendEntry.sql, parameters: appendEntry.bind(fields) });
  return batch;
}

function moveSession(db: Kysely<Database>): QueryTemplate<CommitFields> {
  return compileTemplate((parameter) => {
    const commit = toCommitExpressions((field) => sql`${parameter(field)}`);
    return sql`update sessions set ${assignments(commit)}
      where sessions.id = ${commit.session_id} and ${isAccepted(commit)}`.compile(db);
  });
}

function appendEntry(db: Kysely<Database>): QueryTemplate<CommitFields> {
  return compileTemplate((parameter) => {
    const columns = Object.keys(journalEntry).map((column) => sql.ref(column));
    const values = Object.values(journalEntry).map((field) => parameter(field));
    return sql`insert into journal (${sql.join(columns)}) values (${sql.join(values)})`.compile(db);
  });
}
