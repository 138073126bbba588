import { type CompiledQuery, type Kysely, sql } from 'kysely';
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
import type { SqliteDatabase } from './sqlite-database.ts';
import type { WhenFree } from './sqlite-patience.ts';

interface CommitTemplates {
  readonly moveSession: QueryTemplate<CommitFields>;
  readonly appendEntry: QueryTemplate<CommitFields>;
}

interface PreparedCommit {
  readonly preparation: CompiledQuery | undefined;
  readonly fields: CommitFields;
}

/**
 * Writes all commits in one transaction: one sync of the disk for the group. The statements run straight on the connection, because
 * two promises per statement would cost more than the statements themselves.
 */
export function sqliteCommit(db: Kysely<Database>, database: SqliteDatabase, whenFree: WhenFree) {
  const templates: CommitTemplates = { moveSession: moveSession(db), appendEntry: appendEntry(db) };
  return async (commits: readonly SessionCommit[]): Promise<('committed' | 'conflict')[]> => {
    if (commits.length === 0) return [];
    const prepared = commits.map((commit) => ({ preparation: prepareRow(db, commit), fields: toCommitFields(commit) }));
    // The connection is taken from Kysely so that no open transaction of a repository is joined.
    return db.connection().execute(async () => {
      await whenFree(() => database.begin());
      return writeAll(database, templates, prepared);
    });
  };
}

/** In the transaction that has begun; ends it. */
function writeAll(database: SqliteDatabase, templates: CommitTemplates, commits: readonly PreparedCommit[]) {
  try {
    const outcomes = commits.map((commit) => writeOne(database, templates, commit));
    database.commit();
    return outcomes;
  } catch (error) {
    database.rollback();
    throw error;
  }
}

function writeOne(
  database: SqliteDatabase,
  { moveSession, appendEntry }: CommitTemplates,
  { preparation, fields: commit }: PreparedCommit,
) {
  if (preparation && database.run(preparation.sql, preparation.parameters) === 0) return 'conflict';
  if (database.run(moveSession.sql, moveSession.bind(commit)) === 0) return 'conflict';
  if (commit.entries === 1) database.run(appendEntry.sql, appendEntry.bind(commit));
  return 'committed';
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
