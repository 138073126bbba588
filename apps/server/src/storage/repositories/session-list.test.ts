import { CompiledQuery, sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { postgresDatabase, postgresUrl } from '../../../test/databases.ts';
import type { Connection } from '../connection.ts';
import { openConnection } from '../dialects/index.ts';
import { migrate } from '../migrate.ts';
import type { ListSessions } from '../storage.ts';
import { pageQuery } from './session-list.ts';

const page = { projectId: 'p', idleSince: 1, limit: 50 };
const after = { id: 's', createdAt: 2 };

/** The index that each list is read along, so that a page costs the same among ten sessions and among a hundred thousand. */
const lists: readonly [index: string, Partial<ListSessions>][] = [
  ['sessions_of_project', {}],
  ['sessions_of_project', { after }],
  ['sessions_of_project', { from: 1, to: 3, after }],
  ['sessions_of_project', { status: 'expired', after }],
  ['sessions_of_agent', { agentId: 'a', after }],
  ['sessions_active', { status: 'active', after }],
  ['sessions_active', { status: 'idle', after }],
  ['sessions_waiting', { status: 'waiting', after }],
];

test.each(lists)('SQLite reads %s for %o and sorts nothing', async (index, filter) => {
  const connection = await openConnection('file::memory:');
  await migrate(connection);
  const query = pageQuery(connection.read, { ...page, ...filter }).compile();
  const plan = CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters]);
  const { rows } = await connection.read.executeQuery<{ detail: string }>(plan);
  await connection.close();
  const details = rows.map(({ detail }) => detail);
  expect(details).toContainEqual(expect.stringContaining(`SEARCH sessions USING INDEX ${index} (`));
  expect(details.join('\n')).not.toContain('TEMP B-TREE');
});

describe.skipIf(!postgresUrl)('PostgreSQL (runs when OCTAVUS_TEST_POSTGRES_URL names a server)', () => {
  test('reads the index of each list among a hundred thousand sessions and sorts nothing', async () => {
    await using database = await postgresDatabase();
    const connection = await openConnection(database.url);
    await migrate(connection);
    await fill(connection, 100_000);
    const plans: string[] = [];
    for (const [, filter] of lists) {
      const own = {
        ...(filter.after && { after: { id: 's', createdAt: 99_000 } }),
        ...(filter.agentId && { agentId: 'a7' }),
      };
      const times = filter.from !== undefined && { from: 1000, to: 90_000 };
      const query = pageQuery(connection.read, { ...page, ...filter, ...own, ...times }).compile();
      const plan = CompiledQuery.raw(`explain ${query.sql}`, [...query.parameters]);
      const { rows } = await connection.read.executeQuery<{ 'QUERY PLAN': string }>(plan);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    await connection.close();
    for (const [at, [index, filter]] of lists.entries()) {
      const found = /Index (?:Only )?Scan(?: Backward)? using (\w+) on sessions/.exec(plans[at] ?? '')?.[1];
      expect([filter, found]).toEqual([filter, index]);
      expect(plans[at]).not.toMatch(/Sort|Seq Scan on sessions/);
    }
  }, 60_000);
});

/** Sessions of a hundred agents of the project; one in twenty waits for tools, nine of ten have expired. */
async function fill({ write }: Connection, count: number): Promise<void> {
  await sql`insert into projects (id, slug, name, created_at) values ('p', 'p', 'P', 0)`.execute(write);
  await sql`insert into agents (id, project_id, slug, name, format, version, created_at, updated_at)
    select 'a' || n, 'p', 'a' || n, 'A', 'interactive', 1, 0, 0 from generate_series(0, 99) n`.execute(write);
  await sql`insert into sessions (id, project_id, agent_id, kind, status, journal_length, execution_id, execution_status,
      created_at, updated_at, last_activity_at, input, opening)
    select 's' || n, 'p', 'a' || (n % 100), 'interactive', case when n % 10 = 0 then 'active' else 'expired' end, 0,
      case when n % 20 = 0 then 'e' end, case when n % 20 = 0 then 'waiting' end, n, n, n, '{}', '{}'
    from generate_series(1, ${count}::int) n`.execute(write);
  await sql`analyze`.execute(write);
}
