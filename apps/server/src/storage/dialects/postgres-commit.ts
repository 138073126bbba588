import { type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { isOutcomeUnknown } from '../errors.ts';
import { type ParameterOf, prepareQuery } from '../query-template.ts';
import type { Database } from '../schema.ts';
import {
  assignments,
  type CommitFields,
  commitFieldNames,
  commitFieldTypes,
  isAccepted,
  journalEntry,
  toCommitExpressions,
  toCommitFields,
} from '../session-commit.ts';
import { prepareRow } from '../session-row.ts';
import type { SessionCommit } from '../storage.ts';

type Outcome = 'committed' | 'conflict';

/** One array per field, with an element per commit. */
type CommitArrays = Readonly<Record<string, readonly unknown[]>>;

/** A commit and its place in the answer. */
interface IndexedCommit {
  readonly commit: SessionCommit;
  readonly fields: CommitFields;
  readonly index: number;
}

/**
 * Writes all commits with one statement, which is one transaction and one round trip. A group with several commits of one session
 * takes as many statements in one transaction, because a statement changes a row once; commits that create or reopen a session, or
 * begin the run of a thread, have statements of their own before that.
 */
export function postgresCommit(
  db: Kysely<Database>,
  {
    transaction,
    retrying,
  }: { transaction: Connection['transaction']; retrying<T>(work: () => Promise<T>): Promise<T> },
): Connection['commit'] {
  const write = prepareQuery<CommitArrays, { id: string }>(db, (parameter) => ({
    compile: () => commitStatement(parameter).compile(db),
  }));
  const writeRound = async (round: readonly IndexedCommit[], executor: Kysely<Database>) => {
    const { rows } = await write(toArrays(round), executor);
    const moved = new Set(rows.map(({ id }) => id));
    return round.filter(({ fields }) => moved.has(fields.session_id));
  };
  const writeRounds = (rounds: readonly IndexedCommit[][]) =>
    transaction(async (executor) => {
      const written: IndexedCommit[] = [];
      for (const round of rounds) {
        const prepared = await prepareRows(round, executor);
        if (prepared.length > 0) written.push(...(await writeRound(prepared, executor)));
      }
      return written;
    });
  const writeAll: Connection['commit'] = async (commits) => {
    const [first, ...later] = toRounds(commits);
    if (!first) return [];
    const isOneStatement = later.length === 0 && !first.some(needsPreparation);
    const written = isOneStatement ? await retrying(() => writeRound(first, db)) : await writeRounds([first, ...later]);
    const indexes = new Set(written.map(({ index }) => index));
    return commits.map((_, index): Outcome => (indexes.has(index) ? 'committed' : 'conflict'));
  };
  /** Once more: what was stored is refused now, as its place in the journal is taken. */
  const writeAgain = async (commits: readonly SessionCommit[]): Promise<Outcome[]> => {
    const outcomes = await writeAll(commits);
    const settle = async (commit: SessionCommit, index: number): Promise<Outcome> =>
      outcomes[index] === 'committed' || (await isStored(db, commit)) ? 'committed' : 'conflict';
    return Promise.all(commits.map(settle));
  };
  return async (commits) => {
    try {
      return await writeAll(commits);
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error;
      return writeAgain(commits).catch(() => {
        throw error;
      });
    }
  };
}

/** Whether the commit is what its place in the journal holds; ids in its changes are nobody else's. */
async function isStored(db: Kysely<Database>, commit: SessionCommit): Promise<boolean> {
  const { changes, now, session_id, expected_length } = toCommitFields(commit);
  const entry = await db
    .selectFrom('journal')
    .select(['changes', 'created_at'])
    .where('session_id', '=', session_id)
    .where('seq', '=', expected_length)
    .executeTakeFirst();
  return entry?.changes === changes && entry.created_at === now;
}

function needsPreparation({ commit }: IndexedCommit): boolean {
  return commit.create !== undefined || commit.reopen !== undefined || commit.threadRun !== undefined;
}

/** @returns the commits of the round that are not refused by this. */
async function prepareRows(round: readonly IndexedCommit[], executor: Kysely<Database>): Promise<IndexedCommit[]> {
  const prepared: IndexedCommit[] = [];
  for (const indexed of round) {
    if (await changesEach(prepareRow(executor, indexed.commit), executor)) prepared.push(indexed);
  }
  return prepared;
}

/** Whether each statement changes something; the first that does not keeps those after it from being run. */
async function changesEach(statements: readonly CompiledQuery[], executor: Kysely<Database>): Promise<boolean> {
  for (const statement of statements) {
    const { numAffectedRows } = await executor.executeQuery(statement);
    if (numAffectedRows === 0n) return false;
  }
  return true;
}

/** The commits in rounds of at most one per session: the n-th of a session is in the n-th round. */
function toRounds(commits: readonly SessionCommit[]): IndexedCommit[][] {
  const rounds: IndexedCommit[][] = [];
  const taken = new Map<string, number>();
  for (const [index, commit] of commits.entries()) {
    const round = taken.get(commit.sessionId) ?? 0;
    taken.set(commit.sessionId, round + 1);
    const indexed = { commit, fields: toCommitFields(commit), index };
    if (rounds[round]) rounds[round].push(indexed);
    else rounds.push([indexed]);
  }
  return rounds;
}

function toArrays(round: readonly IndexedCommit[]): CommitArrays {
  return Object.fromEntries(commitFieldNames.map((name) => [name, round.map(({ fields }) => fields[name])]));
}

/**
 * Rows are locked in the order of their ids, so that two nodes that write the same sessions cannot wait for each other in a circle.
 * The statement answers the ids of the sessions it moved.
 */
function commitStatement(parameter: ParameterOf<CommitArrays>): RawBuilder<{ id: string }> {
  const commit = toCommitExpressions((field) => sql.ref(`incoming.${field}`));
  const arrays = commitFieldNames.map((field) => sql`${parameter(field)}::${sql.raw(commitFieldTypes[field])}[]`);
  return sql`
    with incoming as (
      select * from unnest(${sql.join(arrays)}) as incoming(${sql.join(commitFieldNames.map((field) => sql.ref(field)))})
    ), locked as (
      select sessions.id from sessions where sessions.id in (select session_id from incoming) order by sessions.id for no key update
    ), moved as (
      update sessions set ${assignments(commit)}
      from incoming, locked
      where sessions.id = incoming.session_id and sessions.id = locked.id and ${isAccepted(commit)}
      returning sessions.id
    ), written as (
      insert into journal (${sql.join(Object.keys(journalEntry).map((column) => sql.ref(column)))})
      select ${sql.join(Object.values(journalEntry).map((field) => commit[field]))}
      from incoming join moved on moved.id = incoming.session_id
      where incoming.entries = 1
    )
    select id from moved`;
}
