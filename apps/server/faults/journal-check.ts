import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

const brokenJournals = `select sessions.id from sessions
  left join (select session_id, count(*) as entries, max(seq) as last from journal group by session_id) as written
    on written.session_id = sessions.id
  where sessions.journal_length <> coalesce(written.entries, 0) and sessions.status = 'active'
    or coalesce(written.last, -1) >= sessions.journal_length
    or coalesce(written.entries, 0) > 0 and sessions.status = 'expired'`;

/** Compares journals with what their sessions say, and lets SQLite look at its file. @returns what is wrong. */
export async function inspectSqlite(databaseUrl: string): Promise<string[]> {
  using database = new DatabaseSync(databaseUrl.slice('file:'.length), { readOnly: true });
  const broken = database.prepare(brokenJournals).all() as { id: string }[];
  const findings = [
    ...database.prepare('pragma integrity_check').all(),
    ...database.prepare('pragma foreign_key_check').all(),
  ];
  const unsound = findings.map((row) => JSON.stringify(row)).filter((row) => row !== '{"integrity_check":"ok"}');
  return [...broken.map(({ id }) => `the journal of session ${id} is not whole`), ...unsound];
}

export async function inspectPostgres(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(brokenJournals);
  await client.end();
  return rows.map(({ id }) => `the journal of session ${id} is not whole`);
}
